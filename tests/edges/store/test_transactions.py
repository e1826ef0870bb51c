"""Writers take turns, whatever happens to them."""

import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.edges.store import Store, open_store
from bot.edges.store.database import Database, count_up, counted, counted_up, counters
from bot.flows.supervise import Supervisor
from tests.contracts.stores import ANN, DM, MODEL, direction, told, turn
from tests.fakes.clock import VirtualClock


async def test_many_writers_lose_nothing(tmp_path: Path) -> None:
    async with open_store(tmp_path / "a.db", clock=VirtualClock()) as store:
        await asyncio.gather(*(_count(store.database) for _ in range(30)))
        async with store.database.reading() as connection:
            assert (await counters(connection))["change"] == 30


async def test_a_failed_or_cancelled_transaction_leaves_nothing(tmp_path: Path) -> None:
    async with open_store(tmp_path / "a.db", clock=VirtualClock()) as store, Supervisor() as supervisor:
        with pytest.raises(ZeroDivisionError):
            await _count(store.database, fail=True)
        for turns_to_wait in range(12):
            task = supervisor.start(_count(store.database, hold=True), name="writer", timeout=None)
            for _ in range(turns_to_wait):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
        await _count(store.database)
        async with store.database.reading() as connection:
            assert (await counters(connection))["change"] == 1


async def test_a_change_in_a_thread_is_whole_or_not_at_all(tmp_path: Path) -> None:
    async with open_store(tmp_path / "a.db", clock=VirtualClock()) as store, Supervisor() as supervisor:
        with pytest.raises(ZeroDivisionError):
            await store.database.change(_count_and_fail)
        await asyncio.gather(*(store.database.change(_count_up) for _ in range(10)), *(_count(store.database) for _ in range(10)))
        started = threading.Event()
        task = supervisor.start(store.database.change(lambda connection: _count_when_told(connection, started)), name="writer", timeout=None)
        await asyncio.sleep(0)
        task.cancel()
        started.set()
        await asyncio.wait([task])
        await _count(store.database)  # the lock is free again
        assert await store.database.look(counted) in ({**_NUMBERS, "change": 22}, {**_NUMBERS, "change": 21})


async def test_two_processes_see_each_others_writes(tmp_path: Path) -> None:
    path, clock = tmp_path / "a.db", VirtualClock()
    async with open_store(path, clock=clock) as one, open_store(path, clock=clock) as two:
        mine = await told(one, "the zebra", vector=direction(1, 0))
        assert await _found(two) == {"the zebra"}
        await told(one, "the giraffe", vector=direction(1, 1))
        assert await _found(two) == {"the zebra", "the giraffe"}
        await asyncio.gather(*(store.turns.add(turn(f"line {i}")) for i in range(10) for store in (one, two)))
        await one.forgetting.memory(ANN, mine.id)
        assert await _found(two) == {"the giraffe"}
        await two.forgetting.everything(ANN)
        assert await _found(one) == set()


async def _found(store: Store) -> set[str]:
    found = await store.memories.search(ANN, DM, "", direction(1, 0), MODEL)
    assert all(c.dense > 0.5 for c in found if c.memory)
    return {c.memory.quote for c in found if c.memory}


_NUMBERS = {"deletion": 0, "scrubbed": 0}


def _count_up(connection: Connection) -> None:
    counted_up(connection, "change")


def _count_and_fail(connection: Connection) -> None:
    _count_up(connection)
    raise ZeroDivisionError


def _count_when_told(connection: Connection, started: threading.Event) -> None:
    started.wait()
    _count_up(connection)


async def _count(database: Database, *, fail: bool = False, hold: bool = False) -> None:
    async with database.writing() as connection:
        await count_up(connection, "change")
        if fail:
            raise ZeroDivisionError
        if hold:
            await asyncio.Event().wait()
