"""Stages and strategies of support."""

import pytest

from bot.mind.support import PRIOR, Planner, Said, Signal, Stage, Strategy, advance, seen, signal_of, stage_of


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("what should I do?", Signal.ASKED_FOR_HELP), ("can you translate this", Signal.ASKED_FOR_A_THING), ("thanks, that helps", Signal.SETTLED),
        ("I feel so lonely", Signal.HURT), ("lol", Signal.JOKED), ("I had pasta", Signal.TOLD),
    ],
)
def test_a_message_says_where_the_talk_should_go(text: str, signal: Signal) -> None:
    assert signal_of(text) is signal
    assert signal_of(text, danger=True) is Signal.DANGER


def test_a_talk_goes_from_exploring_to_comfort_to_acting_to_banter() -> None:
    talk = [Said(text, True) for text in ("my week was odd", "I feel so lonely", "what should I do?", "thanks, I will try that")]
    assert [stage_of(talk[:n]) for n in range(5)] == [Stage.EXPLORE, Stage.EXPLORE, Stage.COMFORT, Stage.ACT, Stage.BANTER]


@pytest.mark.parametrize("stage", list(Stage))
def test_danger_leads_to_crisis_from_anywhere_and_only_they_end_it(stage: Stage) -> None:
    assert advance(stage, Signal.DANGER) is Stage.CRISIS
    assert advance(Stage.CRISIS, Signal.JOKED) is Stage.CRISIS


def test_a_joke_does_not_end_comforting() -> None:
    assert advance(Stage.COMFORT, Signal.JOKED) is Stage.COMFORT


def test_the_prior_asks_first_and_then_listens() -> None:
    planner = Planner(PRIOR)
    assert planner.choose(seen([Said("my week was odd", True)]))[0] is Strategy.QUESTION
    hurt = [Said("my week was odd", True), Said("how so?", False, Strategy.QUESTION), Said("I feel so lonely", True)]
    assert planner.choose(seen(hurt)) == (Strategy.REFLECTION, "stage=comfort")


def test_without_evidence_a_question() -> None:
    assert Planner({}).choose(seen([])) == (Strategy.QUESTION, "nothing is known yet")


def test_the_weights_decide_and_say_why() -> None:
    planner = Planner({"they: thanks": {Strategy.OTHER: 2.0}}, {Strategy.SUGGESTION: 1.0})
    assert planner.choose(seen([Said("thank you", True)])) == (Strategy.OTHER, "they: thanks")
    assert planner.choose(seen([Said("hm", True)]))[0] is Strategy.SUGGESTION


def test_only_what_came_before_is_seen() -> None:
    talk = [Said("hi", True), Said("hello", False, Strategy.OTHER), Said("I am sad?", True)]
    features = seen(talk)
    assert features["strategy -1=other"] == 1.0 and features["they: ask"] == 1.0 and features["strategy -2=none"] == 1.0
