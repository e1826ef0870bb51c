"""What can be wrong, in words."""

from collections import namedtuple
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.edges.operations.checks import backups_fresh, database_writes, model_answers, room_left
from bot.errors import ModelDamaged
from bot.ports import ModelFacts
from tests.fakes import FakeStore
from tests.fakes.clock import START, VirtualClock
from tests.fakes.model import FakeModel

DAY = timedelta(days=1)
Usage = namedtuple("Usage", "total used free")


async def test_room_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(10**12, 0, 10**12))
    assert await room_left(tmp_path)() == ""
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(10**12, 0, 40_000_000))
    assert "only 40 MB left" in await room_left(tmp_path)()


async def test_the_database_takes_what_is_written() -> None:
    store = FakeStore()
    assert await database_writes(store.people, VirtualClock())() == ""
    assert await store.people.setting("companion", "watch.seen") == START.isoformat()


@pytest.mark.parametrize(("made", "running", "words"), [
    ([], 1, ""), ([], 3, "there is no backup"), ([START - DAY], 9, ""), ([START - 5 * DAY], 9, "5 days old"), ([START + DAY], 9, "there is no backup"),
])
async def test_backups(made: list[datetime], running: int, words: str) -> None:
    said = await backups_fresh(lambda: made, VirtualClock(), START - running * DAY)()
    assert words in said if words else said == ""


async def test_the_model() -> None:
    class Damaged(FakeModel):
        async def facts(self) -> ModelFacts:
            raise ModelDamaged("the file is damaged: fetch it again")

    assert await model_answers(FakeModel())() == ""
    assert await model_answers(Damaged())() == "the file is damaged: fetch it again"
