"""``oldfriend encrypt`` and ``decrypt``, as somebody at a terminal meets them."""

from pathlib import Path

import pytest

from bot.edges.store import Key
from bot.edges.store.backup import backups
from bot.edges.store.sealing import is_plain
from tests.cli.conftest import Command
from tests.cli.test_backups import tell


@pytest.fixture
def database(home: Path) -> Path:
    tell(home / "oldfriend.db", "My sister Ana moved to Porto")
    return home / "oldfriend.db"


def test_there_and_back(oldfriend: Command, database: Path, tmp_path: Path) -> None:
    home, file = database.parent, tmp_path / "a.key"
    done = oldfriend("encrypt", "--yes", str(file))
    assert done.exit_code == 0 and f'key_file = "{file}"' in done.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert Key(file.read_text(encoding="ascii").strip()).digits not in done.output
    assert not is_plain(database)
    assert oldfriend("backup").exit_code != 0, "the settings have no key yet"

    (home / "oldfriend.toml").write_text(f'[encryption]\nkey_file = "{file}"\n', encoding="utf-8")
    assert "1 people, 1 memories, 1 messages" in oldfriend("verify").stdout
    assert "Porto" in oldfriend("memory", "list", "--user", "sam").stdout
    assert oldfriend("backup").exit_code == 0
    assert oldfriend("restore", "--yes").exit_code == 0
    assert oldfriend("encrypt", "--yes").exit_code != 0, "it is already"

    assert oldfriend("decrypt", "--yes").exit_code == 0
    assert is_plain(database)
    assert oldfriend("memory", "list", "--user", "sam").exit_code != 0, "the settings still have a key"
    (home / "oldfriend.toml").write_text("", encoding="utf-8")
    assert "Porto" in oldfriend("memory", "list", "--user", "sam").stdout


def test_a_key_that_lies_with_the_database_is_refused(oldfriend: Command, database: Path) -> None:
    done = oldfriend("encrypt", "--yes", str(database.parent / "a.key"))
    assert done.exit_code != 0 and "protects nothing" in done.stderr
    assert is_plain(database)
    assert not (database.parent / "a.key").exists()


def test_what_is_no_key_is_told_and_not_shown(oldfriend: Command, database: Path, tmp_path: Path) -> None:
    (tmp_path / "a.key").write_text("correct horse", encoding="ascii")
    (tmp_path / "a.key").chmod(0o600)
    done = oldfriend("encrypt", "--yes", str(tmp_path / "a.key"))
    assert done.exit_code != 0 and "64 hexadecimal digits" in done.stderr and "horse" not in done.output
    assert is_plain(database)


def test_without_a_key_nothing_happens(oldfriend: Command, database: Path) -> None:
    assert "there is no key" in oldfriend("encrypt", "--yes").stderr
    assert "nothing was changed" in oldfriend("decrypt", "--yes").stderr
    assert is_plain(database)


def test_no_is_no(oldfriend: Command, database: Path, tmp_path: Path) -> None:
    done = oldfriend("encrypt", str(tmp_path / "a.key"), typed="n\n")
    assert done.exit_code != 0 and "nothing was changed" in done.stderr
    assert is_plain(database)


@pytest.mark.parametrize("settings", ["", "another"])
def test_what_is_locked_is_not_called_damaged(oldfriend: Command, database: Path, tmp_path: Path, settings: str) -> None:
    assert oldfriend("encrypt", "--yes", str(tmp_path / "a.key")).exit_code == 0
    if settings:
        (tmp_path / "b.key").write_text("5c" * 32, encoding="ascii")
        (tmp_path / "b.key").chmod(0o600)
        (database.parent / "oldfriend.toml").write_text(f'[encryption]\nkey_file = "{tmp_path / "b.key"}"\n', encoding="utf-8")
    [backup] = backups(database)
    told = oldfriend("verify")
    assert told.exit_code == 4
    asked = oldfriend("restore", "--yes", str(backup))
    assert asked.exit_code == 4
    what = "does not open with the key that is set: look for the key file" if settings else "no key is set: name the key file in encryption.key_file"
    for file, said in ((database, told.stdout), (backup, told.stdout), (backup, asked.stderr)):
        assert f"{file} is encrypted, and " in said and what in said
    assert "is damaged (" not in told.stdout + asked.stderr


def test_a_key_for_what_is_not_encrypted_is_told(oldfriend: Command, database: Path, tmp_path: Path) -> None:
    (tmp_path / "a.key").write_text("5c" * 32, encoding="ascii")
    (tmp_path / "a.key").chmod(0o600)
    (database.parent / "oldfriend.toml").write_text(f'[encryption]\nkey_file = "{tmp_path / "a.key"}"\n', encoding="utf-8")
    assert "is not encrypted, but the settings have a key: run oldfriend encrypt" in oldfriend("verify").stdout
