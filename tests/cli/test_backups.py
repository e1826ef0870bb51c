"""``oldfriend backup``, ``verify``, ``restore``."""

import asyncio
import stat
from pathlib import Path

import pytest

from bot.edges.store import open_store
from bot.edges.store.backup import backups
from tests.cli.conftest import Command
from tests.contracts.stores import told
from tests.fakes.clock import VirtualClock


def tell(database: Path, words: str) -> None:
    async def work() -> None:
        async with open_store(database, clock=VirtualClock()) as store:
            await told(store, words, person="console:sam", audience="dm:console:sam", conversation="console:sam")

    asyncio.run(work())


@pytest.fixture
def database(home: Path) -> Path:
    tell(home / "oldfriend.db", "My sister Ana moved to Porto")
    return home / "oldfriend.db"


def test_there_and_back(oldfriend: Command, database: Path) -> None:
    made = oldfriend("backup")
    assert made.exit_code == 0 and Path(made.stdout.strip()) == backups(database)[0]
    tell(database, "I sold my car")
    shown = oldfriend("verify").stdout
    assert f"✓ {database}: sound" in shown and "1 people, 1 memories, 1 messages" in shown
    assert oldfriend("restore", typed="n\n").exit_code == 1
    assert "car" in oldfriend("memory", "list", "--user", "sam").stdout
    done = oldfriend("restore", made.stdout.strip(), typed="y\n")
    assert done.exit_code == 0 and "1 memories" in done.stdout and "replaced.db" in done.stdout
    listed = oldfriend("memory", "list", "--user", "sam").stdout
    assert "Porto" in listed and "car" not in listed


def test_a_copy_elsewhere_is_private_and_comes_with_a_warning(oldfriend: Command, database: Path, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    made = oldfriend("backup", str(file))
    assert made.exit_code == 0 and "stays in this file" in made.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert oldfriend("verify", str(file)).exit_code == 0
    again = oldfriend("backup", str(file))
    assert again.exit_code == 1 and "exists already" in again.stderr
    assert oldfriend("backup", str(tmp_path / "nowhere" / "copy.db")).exit_code != 0
    assert database.exists()


def test_damage_is_told(oldfriend: Command, database: Path) -> None:
    oldfriend("backup")
    backups(database)[0].write_bytes(b"hello" * 1000)
    result = oldfriend("verify")
    assert result.exit_code == 4 and f"✗ {backups(database)[0]}" in result.stdout and "damaged" in result.stdout
    assert oldfriend("restore", "--yes").exit_code == 4
    assert "Porto" in oldfriend("memory", "list", "--user", "sam").stdout


def test_where_there_is_nothing(oldfriend: Command, home: Path) -> None:
    for command, code in ((("backup",), 1), (("verify",), 0), (("restore", "--yes"), 4)):
        result = oldfriend(*command)
        assert result.exit_code == code and "Traceback" not in result.stderr and "no" in result.stderr
    assert not (home / "oldfriend.db").exists()
