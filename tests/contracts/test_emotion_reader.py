"""What every EmotionReader does."""

from collections.abc import AsyncIterator

import pytest

from bot.edges.emotion import LocalEmotionReader
from bot.errors import ModelFailed
from bot.mind.belief import EKMAN, LABELS
from bot.ports import EmotionReader
from tests.fakes.emotions import FakeEmotionReader


@pytest.fixture(params=["fake", pytest.param("local", marks=pytest.mark.model)])
async def reader(request: pytest.FixtureRequest) -> AsyncIterator[EmotionReader]:
    made: EmotionReader = FakeEmotionReader(joy=0.9) if request.param == "fake" else LocalEmotionReader(request.getfixturevalue("bge_folder"))
    yield made
    await made.aclose()


@pytest.mark.parametrize("text", ["I'm so happy today!", "", " ", "😀" * 2000, "我很开心"])
async def test_every_label_has_a_share_and_some_label_holds(reader: EmotionReader, text: str) -> None:
    emotions = await reader.read(text)
    assert set(emotions.original) == set(LABELS) and set(emotions.ekman) == set(EKMAN)
    assert all(0 <= share <= 1 for share in (*emotions.original.values(), *emotions.ekman.values()))
    assert emotions.named("original") and emotions.named("ekman")


async def test_the_same_text_reads_the_same(reader: EmotionReader) -> None:
    assert await reader.read("what a day") == await reader.read("what a day")


async def test_a_closed_one_says_so(reader: EmotionReader) -> None:
    await reader.aclose()
    with pytest.raises(ModelFailed):
        await reader.read("hello")
