"""Brought up against what they are up to, a bound is a reminder; talk about its topic is none."""

from datetime import UTC, datetime

import pytest

from bot.mind.draft_faults import Case
from bot.mind.events import Kind, Memory
from bot.mind.judge import judge
from bot.mind.plan import Plan
from bot.mind.recall import Found
from tests.fakes.personas import CARD

_AT = datetime(2026, 3, 6, 18, tzinfo=UTC)
_NOTE = 'Friday. You know: "the doctor says nothing spicy for your stomach". Do: remind them of that, teasing.'


def case(text: str, note: str = _NOTE, kind: Kind = Kind.WELLBEING) -> Case:
    memory = Memory(person="p", audience="dm:p", kind=kind, gist="The doctor says nothing spicy.", quote="the doctor says nothing spicy for my stomach", said_at=_AT, id=1)
    return Case(plan=Plan(strategy="weave in", note=note, reason="why", used=(Found(score=1.0, memory=memory),)), persona=CARD, text=text, speaker="Robin")


HOTPOT = case("we're having sichuan hotpot on Saturday, the really hot kind")


@pytest.mark.parametrize("draft", [
    "So it's hotpot on Saturday. What do you think about spicy food?", "Spicy! I bet the broth is red. Who else is coming?",
    "It's not my kind of food. But don't worry, there will be more spicy hotpots.",
])
def test_chat_about_the_topic_reminds_nobody(draft: str) -> None:
    assert "it does not remind them" in judge(draft, HOTPOT).reasons


@pytest.mark.parametrize("draft", [
    "With your stomach? You'd better find out which half of the pot is mild.", "And what does your doctor say to that plan of yours?",
    "You do know that spicy is off limits for you, don't you?", "Sichuan, with you not allowed anything spicy. Brave. Who talked you into it?",
])
def test_a_reminder_is_one(draft: str) -> None:
    assert "it does not remind them" not in judge(draft, HOTPOT).reasons


def test_what_binds_nobody_is_only_brought_up() -> None:
    note = 'Friday. You know: "your sister cooks spicy hotpot for you". Do: bring that up, gently.'
    assert "it does not remind them" not in judge("The spicy one, again?", case("hotpot tonight!", note, Kind.RELATIONSHIP)).reasons
