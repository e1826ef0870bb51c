"""What was never told is not known; what was said a moment ago is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.mind.empathy import read
from bot.mind.events import Turn, private_audience
from bot.mind.plan import plan
from bot.mind.recall import Found
from bot.mind.supposing import supposes
from tests.fakes.personas import CARD

NOW = datetime(2025, 6, 3, 18, 0, tzinfo=UTC)
TURN = Turn(person="p", speaker="Sam", text="", said_at=NOW, audience=private_audience("p"), conversation="c")


def said(text: str, *, by_bot: bool = False) -> Turn:
    return replace(TURN, text=text, by_bot=by_bot)


@pytest.mark.parametrize("text", [
    "you know how my aunt is about weddings", "They played our song at the bar.", "I did what you told me last month.", "your trick with the ice cubes worked!", "Remember Marek? He moved back.",
    "It was as cold as the one I told you about.", "we broke up, like we agreed I would", "you were right about the mechanic", "wie ich dir erzählt habe, zieht er aus", "还记得我们去海边那次吗",
    "you cried so much at my wedding video", "you know what happened at the office party, I told you all of it", "did you keep the poem I sent you?", "who gets the house in the deal we made?",
    "which of my brothers do you like best?", "grandma asked about you",
])
def test_speaks_of_what_both_are_to_know(text: str) -> None:
    assert supposes(text, ())


@pytest.mark.parametrize("text", [
    "you know what I mean?", "I had dinner with my sister, we talked for hours.", "what do you think of my idea?", "I sent my boss an angry mail", "the twins asked about school",
    "you know what, I'm going to bed", "My aunt hates weddings.", "They played a good song at the bar.", "you know how it is with exams", "Do you know how to bake bread?", "I remember my first day at school.", "You can imagine how I felt.",
])
def test_says_so_itself(text: str) -> None:
    assert not supposes(text, ())


def test_what_was_said_just_before_is_known() -> None:
    assert not supposes("you were right about the mechanic", [said("Find another mechanic.", by_bot=True)])
    assert not supposes("you know how my aunt is", [said("My aunt shouted at the waiter.")])
    assert not supposes("I tried your idea and it worked!", [said("Sleep before you answer her.", by_bot=True)])
    assert supposes("I used your trick with the ice cubes", [said("Sleep before you answer her.", by_bot=True)])
    assert supposes("I did what you told me last month", [said("Hello again.", by_bot=True)])


def test_it_says_that_it_does_not_know_and_asks() -> None:
    text = "you know how my aunt Bo is about weddings"
    decided = plan(text, read(text), (), (), CARD, NOW, "UTC")
    assert decided.strategy == "admit" and decided.careful and "ask about it" in decided.note
    known = Found(score=1.0, dense=0.8, turn=said("My aunt Bo cries at all weddings."))
    assert plan(text, read(text), (known,), (), CARD, NOW, "UTC").strategy != "admit"
