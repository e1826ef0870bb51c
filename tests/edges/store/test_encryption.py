"""An encrypted database: nothing to read in any file, the right key or none, and ways there and back."""

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from bot.edges.store import Key, Store, make_backup, open_store
from bot.edges.store import rekeying as rekeying_module
from bot.edges.store.backup import backups
from bot.edges.store.database import connect
from bot.edges.store.rekeying import change_key
from bot.edges.store.restoring import restore, verify
from bot.edges.store.sealing import is_plain
from bot.errors import StoreError, StoreLocked
from tests.contracts.stores import ANN, BEN, DM, MODEL, told
from tests.fakes.clock import START, VirtualClock

ROOT = Path(__file__).parents[3]
KEY, OTHER = Key("1a" * 32), Key("2b" * 32)
SAID, GIST, EVERYTHING = "My canary sings xylophonically", "They keep a quetzalcoatlus", "canary xylophonically quetzalcoatlus sings ".split()
NEXT = START + timedelta(days=1)


async def lived_in(path: Path, key: Key | None, *, graph: bool = False) -> None:
    async with open_store(path, clock=VirtualClock(), key=key, exact_limit=5 if graph else 20_000) as store:
        for _ in range(8 if graph else 1):
            await told(store, SAID, vector=np.eye(1, 8, dtype=np.float32)[0], gist=GIST)
        assert await found(store)
        await store.idle()
        await store.back_up()
        await store.idle()


async def found(store: Store) -> int:
    """How many memories a search finds."""
    return sum(entry.memory is not None for entry in await store.memories.search(ANN, DM, "xylophonically", np.eye(1, 8, dtype=np.float32)[0], MODEL))


def readable(home: Path) -> dict[str, list[str]]:
    """File -> what of the words stands in it, in letters or as SQLite's own."""
    every = [file for file in home.rglob("*") if file.is_file()]
    assert every
    words = [*EVERYTHING, "SQLite format 3", "CREATE TABLE"]
    return {file.name: hits for file in every if (hits := [word for word in words if word.lower().encode() in file.read_bytes().lower()])}


def contents(home: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in home.rglob("*.db")}


@pytest.mark.parametrize("graph", [False, True])
async def test_no_file_tells_anything_also_while_it_is_in_use(tmp_path: Path, graph: bool) -> None:
    path = tmp_path / "oldfriend.db"
    await lived_in(path, KEY, graph=graph)
    assert readable(tmp_path) == {}
    assert not list((tmp_path / "indexes").glob("*"))
    async with open_store(path, clock=VirtualClock(), key=KEY) as store:
        await told(store, SAID, gist=GIST)
        await store.forgetting.everything(BEN)
        assert (tmp_path / "oldfriend.db-wal").exists()
        assert readable(tmp_path) == {}


async def test_the_same_scan_finds_everything_in_a_database_that_is_not_encrypted(tmp_path: Path) -> None:
    await lived_in(tmp_path / "oldfriend.db", None)
    assert set(readable(tmp_path)["oldfriend.db"]) >= {"xylophonically", "quetzalcoatlus", "CREATE TABLE"}


@pytest.mark.parametrize(("made_with", "key", "says"), [
    (KEY, OTHER, "does not open with the key"), (KEY, None, "it is encrypted and no key is set"), (None, KEY, "is not encrypted, but"),
])
async def test_a_wrong_key_is_told_and_changes_nothing(tmp_path: Path, made_with: Key | None, key: Key | None, says: str) -> None:
    path = tmp_path / "oldfriend.db"
    await lived_in(path, made_with)
    before = contents(tmp_path)
    with pytest.raises(StoreLocked, match=says) as caught:
        async with open_store(path, clock=VirtualClock(), key=key):
            pass
    assert KEY.digits not in str(caught.value) and OTHER.digits not in str(caught.value)
    assert contents(tmp_path) == before
    async with open_store(path, clock=VirtualClock(), key=made_with) as store:
        assert await found(store)


async def test_damage_is_not_taken_for_a_wrong_key_when_a_backup_opens(tmp_path: Path) -> None:
    path = tmp_path / "oldfriend.db"
    await lived_in(path, KEY)
    path.write_bytes(b"\0" * 100 + path.read_bytes()[100:])
    with pytest.raises(StoreError, match="is damaged.*oldfriend restore"):
        async with open_store(path, clock=VirtualClock(), key=KEY):
            pass
    restore(path, backups(path)[0], NEXT, KEY)
    async with open_store(path, clock=VirtualClock(), key=KEY) as store:
        assert await found(store)


@pytest.mark.parametrize(("old", "new"), [(None, KEY), (KEY, None), (KEY, OTHER)])
async def test_there_and_back(tmp_path: Path, old: Key | None, new: Key | None) -> None:
    path = tmp_path / "oldfriend.db"
    await lived_in(path, old, graph=True)
    backup = change_key(path, old, new, NEXT)
    assert is_plain(path) is (new is None)
    assert [file for file in (tmp_path / "backups").iterdir()] == [backup]
    assert verify(path, backup, new).memories == 8
    if new is not None:
        assert readable(tmp_path) == {}
    async with open_store(path, clock=VirtualClock(), key=new) as store:
        assert await found(store) == 8
        await told(store, "and it goes on")


async def test_nothing_is_changed_while_somebody_has_it_open(tmp_path: Path) -> None:
    path = tmp_path / "oldfriend.db"
    async with open_store(path, clock=VirtualClock()) as store:
        await told(store, SAID)
        program = (
            "import sys; from datetime import UTC, datetime; from pathlib import Path; from bot.edges.store import Key, rekeying\n"
            "rekeying.BUSY_SECONDS = 0.0\n"
            "try: rekeying.change_key(Path(sys.argv[1]), None, Key('1a' * 32), datetime(2026, 3, 3, tzinfo=UTC))\n"
            "except Exception as error: print(error)"
        )
        other = await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(path), stdout=subprocess.PIPE, cwd=ROOT)
        assert b"is running with" in (await other.communicate())[0]
        await told(store, "still here")
    assert is_plain(path)


@pytest.mark.parametrize("at", ["_compare", "erase", "make_backup"])
async def test_cut_off_at_any_step_one_of_both_is_there_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    path = tmp_path / "oldfriend.db"
    await lived_in(path, None)

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rekeying_module, at, cut)
    with pytest.raises(KeyboardInterrupt):
        change_key(path, None, KEY, NEXT)
    key = None if is_plain(path) else KEY
    assert (key is None) is (at == "_compare")
    async with open_store(path, clock=VirtualClock(), key=key) as store:
        assert await found(store)
        await store.idle()
    if key:
        assert readable(tmp_path) == {}, "the next start finishes it"


async def test_what_does_not_hold_the_same_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "oldfriend.db"
    await lived_in(path, None)
    before, real = path.read_bytes(), rekeying_module._compare

    def after_a_loss(connection: sqlite3.Connection, database: Path) -> None:
        connection.execute("DELETE FROM fresh.memories")
        real(connection, database)

    monkeypatch.setattr(rekeying_module, "_compare", after_a_loss)
    with pytest.raises(StoreError, match="does not hold the same; nothing was changed"):
        change_key(path, None, KEY, NEXT)
    assert is_plain(path)
    assert len(before) == path.stat().st_size
    assert not list((tmp_path / "backups").glob("*.part"))


async def test_a_backup_of_before_can_be_gone_back_to(tmp_path: Path) -> None:
    path, kept = tmp_path / "oldfriend.db", tmp_path / "elsewhere.db"
    await lived_in(path, None)
    make_backup(path, NEXT).rename(kept)
    change_key(path, None, KEY, NEXT)
    assert verify(path, kept, KEY).memories == 1
    restore(path, kept, NEXT, KEY)
    kept.unlink()
    assert not is_plain(path)
    assert readable(tmp_path) == {}
    async with open_store(path, clock=VirtualClock(), key=KEY) as store:
        assert await found(store)


async def test_with_a_key_nothing_is_put_aside_in_the_clear(tmp_path: Path) -> None:
    path = tmp_path / "oldfriend.db"
    await lived_in(path, None)
    with pytest.raises(StoreLocked, match="run oldfriend encrypt first"):
        restore(path, backups(path)[0], NEXT, KEY)
    assert is_plain(path)


async def test_what_is_forgotten_is_gone_there_too(tmp_path: Path) -> None:
    path = tmp_path / "oldfriend.db"
    async with open_store(path, clock=VirtualClock(), key=KEY) as store:
        await told(store, SAID, gist=GIST)
        await store.back_up()
        await store.forgetting.everything(ANN)
    for file in (path, *backups(path)):
        with closing(connect(file, key=KEY, read_only=True)) as connection:
            assert not [line for line in connection.execute("SELECT text FROM turns")]


def test_a_key_is_never_shown() -> None:
    assert KEY.digits not in repr(KEY)
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        Key("password")
