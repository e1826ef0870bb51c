"""A whole companion on a disk that is full, on one that may only be read, beside somebody who keeps the database locked, and on pages that went bad:
who writes hears of it, nothing that was there is lost, and it goes on by itself when that is over."""

import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from bot.edges.store import Store, open_store
from bot.edges.store.backup import backups
from bot.errors import StoreDamaged, StoreError
from bot.flows.supervise import Supervisor
from bot.mind.waiting import LOST
from tests.contracts.stores import ANN, told
from tests.fakes.clock import VirtualClock
from tests.fakes.store import FakeStore
from tests.flows.household import ADA, Household


@dataclass
class House:
    home: Household
    store: Store

    async def on_writers(self, pragma: str) -> None:
        """Both connections that write."""
        await self.store.database.change(lambda connection: connection.exec_driver_sql(f"PRAGMA {pragma}"))
        async with self.store.database.writing() as connection:
            await connection.exec_driver_sql(f"PRAGMA {pragma}")


@asynccontextmanager
async def house(path: Path) -> AsyncIterator[House]:
    async with open_store(path, clock=VirtualClock()) as store, Supervisor() as supervisor:
        yield House(Household(supervisor, cast(FakeStore, store)), store)  # the same ports


@pytest.mark.parametrize(("bad", "good", "words"), [
    ("max_page_count = 1", "max_page_count = 1000000", "free some space"),
    ("query_only = ON", "query_only = OFF", "writable"),
])
async def test_a_full_or_read_only_disk_is_told_and_outlived(
    tmp_path: Path, bad: str, good: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with house(tmp_path / "a.db") as there:
        assert await there.home.hear("I like tea") == "Well, well."
        await there.on_writers(bad)
        assert await there.home.hear("my plan is " + "zq" * 3000) == LOST
        assert words in caplog.text and "zqzq" not in caplog.text
        await _undo(there, good)
        assert await there.home.hear("and now?") == "Well, well."
        said = [t.text for t in await there.store.turns.recent(ADA, f"dm-{ADA}", 9) if not t.by_bot]
        assert said == ["I like tea", "and now?"]


async def _undo(there: House, pragma: str) -> None:
    """As somebody does who makes room: without a transaction."""
    with there.store.database._changer.connect() as connection:
        assert connection.connection.dbapi_connection is not None
        connection.connection.dbapi_connection.execute(f"PRAGMA {pragma}")
    async with there.store.database._writer.connect() as other:
        raw = await other.get_raw_connection()
        assert raw.driver_connection is not None
        await raw.driver_connection.execute(f"PRAGMA {pragma}")


async def test_a_lock_that_another_program_holds_is_told_and_outlived(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "a.db"
    async with house(path) as there:
        assert await there.home.hear("I like tea") == "Well, well."
        await there.on_writers("busy_timeout = 0")
        with _locking(path):
            assert await there.home.hear("hello?") == LOST
            assert "keeps" in caplog.text and "locked" in caplog.text
            assert len(await there.store.turns.recent(ADA, f"dm-{ADA}", 9)) == 2
        assert await there.home.hear("and now?") == "Well, well."


class _locking:
    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, *_: object) -> None:
        self._connection.close()


async def test_pages_that_went_bad_are_told_and_no_backup_is_made_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    async with open_store(path, clock=VirtualClock()) as store:
        for number in range(200):
            await told(store, f"tea number {number}")
        good = await store.back_up()
    _spoil(path)
    monkeypatch.setattr("bot.edges.store.opening._CHECKED", 0)  # as for a file of gigabytes
    async with open_store(path, clock=VirtualClock()) as store:
        with pytest.raises(StoreDamaged, match="newest good backup"):
            await store.memories.browse(ANN, limit=1000)
            await store.turns.recent(ANN, "discord:11", 1000)
        with pytest.raises(StoreError):
            await store.back_up()
        assert backups(path) == [good] and store.backups.fault, "whoever runs it hears of that"


def _spoil(path: Path) -> None:
    """Everything but the first pages, which hold the schema."""
    whole = path.read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        start = 4096 * connection.execute("SELECT max(rootpage) FROM sqlite_master").fetchone()[0]
    path.write_bytes(whole[:start] + b"\xa5" * (len(whole) - start))


@pytest.fixture
def blocked(tmp_path: Path) -> None:
    """Something else lies where backups go."""
    (tmp_path / "backups").write_bytes(b"")


@pytest.mark.usefixtures("blocked")
async def test_backups_that_cannot_be_made_leave_the_rest_alone(tmp_path: Path) -> None:
    async with open_store(tmp_path / "a.db", clock=VirtualClock()) as store:
        with pytest.raises(StoreError, match="no backup could be made"):
            await store.back_up()
        await told(store, "I like tea")
        assert [m.quote for m in await store.memories.browse(ANN)] == ["I like tea"]
        assert "no backup could be made" in store.backups.fault
        await store.forgetting.everything(ANN)  # there is no old copy that would have to go
        assert await store.memories.browse(ANN) == ()
        (tmp_path / "backups").unlink()
        await store.back_up()
        assert store.backups.fault == ""
