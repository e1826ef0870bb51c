"""The model's words for a message nobody asked for, and when they are refused."""

from datetime import UTC, datetime

import pytest

from bot.errors import ModelFailed
from bot.flows.model_words import ModelWords
from bot.flows.wardrobe import Wardrobe
from bot.mind.events import Kind, Memory, Place
from tests.fakes.model import Answer, FakeModel
from tests.fakes.personas import CARD, FakePersonas
from tests.fakes.proposal import proposed
from tests.fakes.store import FakeStore

NOW = datetime(2026, 3, 6, 18, 30, tzinfo=UTC)
FINAL = Memory(
    id=1, person="discord:1", audience="dm:discord:1", kind=Kind.PLAN, gist="Their chemistry final is on Friday.", quote="my chemistry final is on friday at 10",
    said_at=datetime(2026, 3, 2, tzinfo=UTC), happens_at=datetime(2026, 3, 6, 10, tzinfo=UTC),
)
PRIVATE = Place(conversation="discord:5", audience="dm:discord:1")
GOOD = "So, how did the chemistry final go?"


def words(*answers: Answer) -> tuple[ModelWords, FakeModel]:
    model, store = FakeModel(answers), FakeStore()
    return ModelWords(model, Wardrobe(store.people, FakePersonas(), "mika"), store.people), model


async def test_a_good_draft_is_taken() -> None:
    found, model = words(GOOD)
    assert await found.write(proposed(FINAL), FINAL, NOW, PRIVATE) == GOOD
    assert all(request.background for request in model.asked)
    assert "chemistry final" in model.asked[0].messages[-1].content


async def test_another_draft_is_made_after_a_bad_one() -> None:
    found, model = words("Note: ask them.", "Hi.", f'"{GOOD}"')
    assert await found.write(proposed(FINAL), FINAL, NOW, PRIVATE) == GOOD


@pytest.mark.parametrize("draft", [
    "", "   ", "Hello!", "How did it go?", "I missed you. How was the chemistry final?", "How was the chemistry final? Was it hard? Did you pass?",
    "Note: how was the chemistry final?", "As an AI language model, how was the chemistry final?", "How was the chemistry final in Lisbon?",
    "When I was a student, was the chemistry final hard?", "How was the chemistry final" + " really" * 60 + "?",
    "The chemistry final is over.", CARD.follow_up[0],
])
async def test_what_is_not_fit_is_an_error_so_that_the_cards_lines_are_used(draft: str) -> None:
    found, _ = words(draft)
    with pytest.raises(ModelFailed):
        await found.write(proposed(FINAL), FINAL, NOW, PRIVATE)


async def test_a_model_that_fails_is_an_error() -> None:
    found, _ = words(ModelFailed("it crashed"))
    with pytest.raises(ModelFailed):
        await found.write(proposed(FINAL), FINAL, NOW, PRIVATE)


@pytest.mark.parametrize(("source", "good", "bad"), [
    ("good_wishes", "Good luck with the chemistry final.", "Ready for the chemistry final?"),
    ("deadline", "How is the chemistry final coming along?", "Hurry up with the chemistry final."),
    ("care", "How do you feel about the chemistry final now?", "You should forget about the chemistry final."),
])
async def test_other_reasons_to_write_get_words_from_the_memory_too(source: str, good: str, bad: str) -> None:
    found, model = words(bad, good)
    assert await found.write(proposed(FINAL, source), FINAL, NOW, PRIVATE) == good
    assert "chemistry final" in model.asked[0].messages[-1].content
    toned = [message for message in model.asked[0].messages if "In a tone" in message.content]
    assert bool(toned) is (source != "care" and bool(CARD.reach_out))
