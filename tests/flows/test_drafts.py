"""Several drafts, the best of them, redraws, and the reasons told."""

from collections import deque
from dataclasses import replace

from bot.errors import ModelFailed
from bot.flows.speak import DRAFTS, REDRAWS
from bot.mind.persona import Openings
from tests.flows.household import ADA, Household

SERVILE, SOUND = "As an AI, I cannot.", "Oh no. Rex was a good dog, and I am sorry."
LOST = "my dog Rex died and I can't stop crying"


def answers(home: Household, *drafts: str | Exception) -> None:
    waiting = deque(drafts)
    home.replies = lambda request: waiting.popleft() if len(waiting) > 1 else waiting[0]


def notes(home: Household) -> list[str]:
    return [request.messages[-1].content for request in home.model.asked if request.schema is None]


async def test_of_several_drafts_the_one_that_passes_is_said(home: Household) -> None:
    answers(home, SERVILE, SOUND, SERVILE)
    assert await home.hear(LOST) == SOUND
    assert len(notes(home)) == DRAFTS and len(set(notes(home))) == 1
    assert (await home.store.diary.recent(ADA))[0].detail["drafts"] == str(DRAFTS)


async def test_a_redraw_is_told_what_was_wrong(home: Household) -> None:
    answers(home, *[SERVILE] * DRAFTS, SOUND)
    assert await home.hear(LOST) == SOUND
    assert "it talks like an assistant" in notes(home)[DRAFTS] and "it talks like an assistant" not in notes(home)[0]
    detail = (await home.store.diary.recent(ADA))[0].detail
    assert detail["redrawn for"] == "it talks like an assistant" and detail["faults"] == ""


async def test_after_two_redraws_a_safe_line(home: Household) -> None:
    answers(home, SERVILE)
    assert "AI" not in await home.hear(LOST)
    assert len(notes(home)) == DRAFTS + REDRAWS


async def test_a_draft_that_fails_leaves_the_others(home: Household) -> None:
    answers(home, ModelFailed("crashed"), SOUND, SOUND)
    assert await home.hear(LOST) == SOUND


async def test_why_is_answered_from_what_was_stored(home: Household) -> None:
    assert await home.hear("why did you say that?") == "Well, well."  # nothing to explain yet
    answers(home, *[SERVILE] * DRAFTS, SOUND)
    await home.hear(LOST)
    asked = len(home.model.asked)
    said = await home.hear("wait, why did you say that?")
    assert "comfort" in said and f"{DRAFTS + 1} drafts" in said and "talks like an assistant" in said
    assert len(home.model.asked) == asked


async def test_first_words_of_the_card_are_not_a_reply(home: Household) -> None:
    """What follows them was not fit to be said, so they are not said alone either."""
    home.personas.cards["mika"] = replace(home.personas.cards["mika"], openings=Openings(react=("Hang on.",) * 9))
    answers(home, "As an AI, I cannot tell you. Go on and on.", "The kettle again? What is it this time?")
    assert await home.hear("I repaired the kettle") == "Hang on. The kettle again? What is it this time?"


async def test_drafts_begin_with_the_cards_words_and_those_are_said_first(home: Household) -> None:
    home.personas.cards["mika"] = replace(home.personas.cards["mika"], openings=Openings(comfort=("Ouch.", "Oh no.")))
    answers(home, "Rex was a good dog, and I am sorry.")
    assert await home.hear(LOST) in ("Ouch. Rex was a good dog, and I am sorry.", "Oh no. Rex was a good dog, and I am sorry.")
    assert {request.opening for request in home.model.asked if request.schema is None} == {"Ouch.", "Oh no.", ""}
