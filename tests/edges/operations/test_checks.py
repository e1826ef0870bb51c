"""What can be wrong, in words."""

import asyncio
from collections import namedtuple
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from bot.edges.operations.checks import (
    backups_fresh,
    clock_steady,
    database_writes,
    memory_left,
    model_answers,
    room_left,
)
from bot.errors import ModelDamaged
from bot.ports import ModelFacts, People
from tests.fakes import FakeStore
from tests.fakes.clock import START, VirtualClock
from tests.fakes.model import FakeModel

DAY = timedelta(days=1)
Usage = namedtuple("Usage", "total used free")
Memory = namedtuple("Memory", "available")


async def test_room_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(10**12, 0, 10**12))
    assert await room_left(tmp_path)() == ""
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(10**12, 0, 40_000_000))
    assert "only 40 MB left" in await room_left(tmp_path)()


async def test_the_database_takes_what_is_written() -> None:
    store = FakeStore()
    assert await database_writes(store.people, VirtualClock())() == ""
    assert await store.people.setting("companion", "watch.seen") == START.isoformat()


async def test_a_slow_disk_is_told() -> None:
    store, clock = FakeStore(), VirtualClock()
    write = store.people.set_setting

    class Slow:
        async def set_setting(self, scope: str, key: str, value: str | None) -> None:
            await clock.sleep(8)
            await write(scope, key, value)

    looking = asyncio.ensure_future(database_writes(cast(People, Slow()), clock)())
    await clock.advance(timedelta(seconds=8))
    assert "took 8 s" in await looking


async def test_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    for free, words in ((10**10, ""), (90_000_000, "only 90 MB of memory left")):
        monkeypatch.setattr("psutil.virtual_memory", lambda free=free: Memory(free))
        said = await memory_left()()
        assert words in said if words else said == ""


@pytest.mark.parametrize(("made", "running", "words"), [
    ([], 1, ""), ([], 3, "there is no backup"), ([START - DAY], 9, ""), ([START - 5 * DAY], 9, "5 days old"), ([START + DAY], 9, "there is no backup"),
])
async def test_backups(made: list[datetime], running: int, words: str) -> None:
    said = await backups_fresh(lambda: made, VirtualClock(), START - running * DAY, lambda: "")()
    assert words in said if words else said == ""


async def test_a_backup_that_could_not_be_made_is_told_at_once() -> None:
    assert await backups_fresh(lambda: [START], VirtualClock(), START, lambda: "no room left")() == "no backup could be made: no room left"


async def test_a_clock_that_leaps_is_told_and_believed_after_a_day() -> None:
    store, clock = FakeStore(), VirtualClock()
    check = clock_steady(store.people, clock)
    assert await check() == ""
    for leap in (25_000 * DAY, timedelta(0)):  # forth, and back
        clock.set(START + leap)
        assert "clock leapt" in await check()
    clock.set(START + DAY)
    assert await check() == ""


async def test_the_model() -> None:
    class Damaged(FakeModel):
        async def facts(self) -> ModelFacts:
            raise ModelDamaged("the file is damaged: fetch it again")

    assert await model_answers(FakeModel())() == ""
    assert await model_answers(Damaged())() == "the file is damaged: fetch it again"
