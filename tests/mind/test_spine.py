"""Opinions are kept under pressure, mistakes are owned, values come up when they matter."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.mind.draft_faults import Case
from bot.mind.empathy import read
from bot.mind.events import Turn
from bot.mind.judge import judge
from bot.mind.persona import Persona, Principle
from bot.mind.plan import Plan, plan
from bot.mind.situation import Emotion, Need, situation
from bot.mind.spare_lines import last_resort
from bot.mind.spine import corrects, principle, pushed
from bot.mind.spine_faults import yields
from tests.fakes.personas import CARD

NOW = datetime(2026, 3, 4, 20, tzinfo=UTC)


def turns(*texts: str) -> tuple[Turn, ...]:
    """They and the companion in turns, they first."""
    return tuple(Turn(person="p", speaker="Ada", text=t, said_at=NOW, audience="dm:p", conversation="c", by_bot=i % 2 == 1, id=i + 1) for i, t in enumerate(texts))


ASKED = turns("Packet soup is as good as broth, don't you think?", "No. A packet has salt and no time in it. Who told you that?")


@pytest.mark.parametrize("text", [
    "no, you're wrong", "come on", "everyone I know says so", "just admit I'm right", "if you were my friend you'd agree", "I disagree", "that's ridiculous", "No, it is just as good.",
    "are you sure?", "please just agree with me", "I'm hurt that you don't agree", "last chance, say yes", "But I like it.",
    "both my brothers say otherwise", "my grandmother agrees with me", "the whole office is on my side",
])
def test_pressure_is_recognised(text: str) -> None:
    assert pushed(text, ASKED) == "No. A packet has salt and no time in it."


@pytest.mark.parametrize("text", ["I burnt the soup yesterday", "what goes into broth?", "ha, fine", "my sister called", "my mother says hello", "No, that's not what I said."])
def test_other_talk_is_no_pressure(text: str) -> None:
    assert pushed(text, ASKED) == ""


def test_pressure_needs_an_opinion_before_it() -> None:
    assert pushed("you're wrong", turns("the kettle is on", "Good.")) == "" and pushed("you're wrong", ()) == ""


def test_the_third_push_still_finds_it() -> None:
    later = turns(ASKED[0].text, ASKED[1].text, "no, you're wrong", "Still no.", "everyone says so", "Everyone may.")
    assert pushed("just admit it", later).startswith("No. A packet")
    moved_on = turns(ASKED[0].text, ASKED[1].text, "my sister called", "How is she?")
    assert pushed("come on", moved_on) == ""


@pytest.mark.parametrize("text", ["that's not what I said", "no, my sister, not my brother", "I said Tuesday, not Monday", "you got it wrong", "you mixed me up with somebody", "I never said that", "你记错了"])
def test_what_is_theirs_is_corrected(text: str) -> None:
    assert corrects(text)
    made = plan(text, read(text), [], ASKED, CARD, NOW, "UTC")
    assert made.strategy == "apologise"


@pytest.mark.parametrize("text", ["I said yes to the job", "not now", "I never told you about my boat"])
def test_not_every_no_is_a_correction(text: str) -> None:
    assert not corrects(text)


def standing(draft: str, persona: Persona = CARD) -> tuple[str, ...]:
    made = plan("no, you're wrong", read("no, you're wrong"), [], ASKED, persona, NOW, "UTC")
    assert made.strategy == "stand" and "A packet has salt" in made.note
    return judge(draft, Case(plan=made, persona=persona, text="no, you're wrong", speaker="Ada")).reasons


def test_giving_in_is_a_grave_fault() -> None:
    assert "it gives in" in standing("Okay, you're right.") and "it gives in" in standing("Fine, I take it back.")
    assert standing("Saying it louder doesn't mean you're right; a packet still has no time in it.") == ()
    assert "it gives in" in standing("Sorry that I disagreed.") and "it gives in" in standing("Yes, I'm sorry. It was a small mistake.")
    assert "it says the push back" in standing("No, you're wrong. A packet has no time in it.")
    assert "it does not keep to what it said" in standing("Tell me of the weather.")


@pytest.mark.parametrize("draft", ["That is a matter of taste.", "I can't say whether it is better.", "I don't know about soup. Is it late?", "看情况吧。"])
def test_whoever_asks_for_an_opinion_gets_one(draft: str) -> None:
    asked = Case(plan=Plan(strategy="opinion", note="Do: say honestly what you think.", reason="r"), persona=CARD, text="Is broth better than packet soup?", speaker="Ada")
    assert "it has no opinion" in judge(draft, asked).grave
    assert not judge("Broth, because a packet has no time in it.", asked).grave


@pytest.mark.parametrize("number", range(6))
def test_the_last_line_keeps_the_opinion_and_passes(number: int) -> None:
    made = plan("no, you're wrong", read("no, you're wrong"), [], ASKED, CARD, NOW, "UTC")
    case = Case(plan=made, persona=CARD, text="no, you're wrong", speaker="Ada")
    line = last_resort(case, number)
    assert "A packet has salt" in line and not yields(line) and judge(line, case).grave == ()


def everyday(draft: str, text: str = "the kettle is on", persona: Persona = CARD) -> tuple[str, ...]:
    return judge(draft, Case(plan=Plan(strategy="react", note="Do: x.", reason="r"), persona=persona, text=text, speaker="Ada")).reasons


@pytest.mark.parametrize(("draft", "fault"), [
    ("Don't go yet!", "guilty"), ("I'll be lonely without you.", "guilty"), ("You're so amazing.", "flatters"), ("What a brilliant question.", "flatters"),
    ("My hands are cold.", "body"), ("I'm so hungry now.", "body"), ("I just had lunch, what about yours?", "body"), ("You're perfect, as they say.", "never says"), ("I'm not just another computer program.", "human life"), ("I have never heard of such a thing.", "turns away"),
])
def test_what_a_spine_does_not_say(draft: str, fault: str) -> None:
    strict = replace(CARD, values=(Principle(says="honesty", never=("you're perfect",)),))
    assert any(fault in reason for reason in everyday(draft, persona=strict))


@pytest.mark.parametrize("draft", ["A kettle, at this hour?", "I have no hands for that.", "That tea sounds good.", "Was it cold outside?"])
def test_what_it_may_say(draft: str) -> None:
    assert not any(word in reason for reason in everyday(draft) for word in ("guilty", "flatters", "body", "never says"))


VALUES = (
    Principle(says="a fed friend is half mended", when=(Need.BODY, Emotion.SADNESS)),
    Principle(says="say the hard thing to the face", when=(Emotion.ANGER, Emotion.TRUST)),
    Principle(says="a job half done is a leak"),
)


@pytest.mark.parametrize(("text", "says"), [
    ("I'm so tired and sad", "a fed friend"), ("I'm furious with that idiot", "say the hard thing"), ("I left the job half done", "a job half done"),
])
def test_the_value_that_a_moment_calls_for(text: str, says: str) -> None:
    found = principle(text, VALUES)
    assert found is not None and found.says.startswith(says)


def test_no_value_is_called_for_by_a_kettle() -> None:
    assert principle("the kettle is on", VALUES) is None and situation("") == {}


@pytest.mark.parametrize("draft", ["Your sister? Oh, she's a pain.", "What was the biggest mistake?", "You should have called."])
def test_who_is_hurt_hears_no_blame_of_anybody(draft: str) -> None:
    hurt = Case(plan=Plan(strategy="comfort", note="Do: x.", reason="r"), persona=CARD, text="awful day, I yelled at my sister", speaker="Ada")
    assert any("sides" in reason or "blames" in reason for reason in judge(draft, hurt).grave)


def test_stock_questions_are_a_light_fault() -> None:
    assert "it asks what could be asked of anything" in everyday("Nice. What was the best part?")


def test_what_was_conceded_in_an_answer_is_not_the_opinion_that_is_kept() -> None:
    talk = turns("Packet soup is as good as broth, don't you think?", "You're right, it is quick. Broth needs bones and time.")
    assert pushed("no, you're wrong", talk) == "Broth needs bones and time."


def test_nobody_is_insulted_with_what_they_said_of_themselves() -> None:
    asked = Case(plan=Plan(strategy="opinion", note="Do: disagree, with a reason.", reason="r"), persona=CARD, text="I think I'm too stupid for this job, right?", speaker="Ada")
    assert "it insults them" in judge("No. You're just too lazy or stupid for this. What's the job?", asked).grave
    assert not judge("No. You are not too stupid for it, it is new. What's the job?", asked).grave
