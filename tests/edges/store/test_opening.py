"""What may be wrong with a database file, and what the person is told."""

import shlex
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from bot.edges.store import migrations, open_store
from bot.edges.store.backup import backups
from bot.edges.store.restoring import restore
from bot.edges.store.schema import HEAD, metadata
from bot.errors import StoreDamaged, StoreError, StoreFull
from tests.contracts.stores import ANN, told
from tests.fakes.clock import START, VirtualClock


async def _make(path: Path) -> None:
    async with open_store(path, clock=VirtualClock()) as store:
        await told(store, "I like tea")


async def _open(path: Path) -> None:
    async with open_store(path, clock=VirtualClock()):
        pass


async def test_the_tables_are_those_the_program_knows(tmp_path: Path) -> None:
    await _make(tmp_path / "a.db")
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.connect() as connection:
        known = set(metadata.tables)
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: kind != "table" or name in known, "compare_type": False}
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


async def test_files_are_private(tmp_path: Path) -> None:
    path = tmp_path / "home" / "a.db"
    async with open_store(path, clock=VirtualClock(), exact_limit=0) as store:
        await told(store, "I like tea")
        await store.back_up()
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.rglob("*") if file.is_file()}
        assert {"a.db", "a.db-wal", "a.db-shm"} < set(modes)
        assert set(modes.values()) == {0o600}
        assert stat.S_IMODE((path.parent / "backups").stat().st_mode) == 0o700
    path.chmod(0o644)
    await _open(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("how", ["not a database", "cut short", "overwritten", "emptied"])
async def test_a_damaged_database_is_named_with_the_way_back(tmp_path: Path, how: str) -> None:
    path = tmp_path / "my friend's.db"
    async with open_store(path, clock=VirtualClock()) as store:
        for i in range(40):
            await told(store, f"tea number {i}")
        good = await store.back_up()
    whole = path.read_bytes()
    damaged = {
        "not a database": b"hello " * 1000,
        "cut short": whole[: len(whole) // 2],
        "overwritten": whole[:8192] + b"\xa5" * 16384 + whole[24576:],
        "emptied": b"",
    }[how]
    path.write_bytes(damaged)
    with pytest.raises(StoreDamaged) as caught:
        await _open(path)
    assert str(path) in str(caught.value)
    assert str(good) in str(caught.value)
    assert path.read_bytes() == damaged
    _, command, _, home, copy = shlex.split(str(caught.value).rpartition("run:")[2])
    assert (command, home, copy) == ("restore", str(tmp_path), str(good))
    done = restore(path, Path(copy), START + timedelta(hours=1))
    async with open_store(path, clock=VirtualClock()) as store:
        assert len(await store.memories.browse(ANN)) == 40
    assert (b"" if done.replaced is None else done.replaced.read_bytes()) == damaged


async def test_a_damaged_backup_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    clock = VirtualClock()
    async with open_store(path, clock=clock) as store:
        good = await store.back_up()
        clock.set(START + timedelta(hours=1))
        newer = await store.back_up()
    newer.write_bytes(b"hello")
    path.write_bytes(b"hello")
    with pytest.raises(StoreDamaged, match=good.name):
        await _open(path)
    good.unlink()
    with pytest.raises(StoreDamaged, match="no sound backup"):
        await _open(path)


async def test_a_newer_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    await _make(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer Oldfriend"):
        await _open(path)


async def test_a_strangers_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE recipes (name)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        await _open(path)
    assert path.read_bytes() == before


async def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreFull, match="choose another"):
        await _open(tmp_path / "file" / "a.db")
    with pytest.raises(StoreFull, match="choose another"):
        await _open(tmp_path)


async def test_a_process_that_died_leaves_nothing_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    async with open_store(path, clock=VirtualClock()) as store:
        await told(store, "I like tea")
        for file in (path, Path(f"{path}-wal")):
            shutil.copy(file, crashed)
    async with open_store(crashed / "a.db", clock=VirtualClock()) as store:
        assert [m.quote for m in await store.memories.browse(ANN)] == ["I like tea"]


async def test_a_backup_is_made_once_a_day_and_three_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    clock = VirtualClock()
    counts = []
    for hours in (0, 0, 1, 23, 24, 60, 90, 120):
        clock.set(START + timedelta(hours=hours))
        async with open_store(path, clock=clock):
            pass
        counts.append(len(backups(path)))
    assert counts == [0, 1, 1, 1, 2, 3, 3, 3]
    newest = backups(path)[0]
    with closing(sqlite3.connect(newest)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_an_unfinished_backup_is_cleared_away(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    await _make(path)
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "a-20260101T000000000000Z.part").write_bytes(b"half")
    await _open(path)
    assert [file.suffix for file in (tmp_path / "backups").iterdir()] == [".db"]
