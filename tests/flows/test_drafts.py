"""Several drafts, the best of them, redraws, and the reasons told."""

from collections import deque

from bot.errors import ModelFailed
from bot.flows.speak import DRAFTS, REDRAWS
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
