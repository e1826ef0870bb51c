"""How to be there for somebody, and learning what was worth it."""

from dataclasses import replace
from datetime import timedelta

from bot.mind.approach import Tally, approach, learn, tally_of
from bot.mind.belief import Emotions
from bot.mind.empathy import read
from bot.mind.standing import Standing, standing_of
from bot.mind.support import Signal, Stage, Strategy
from tests.fakes.clock import START

SAD, GLAD = Emotions.of("sadness", 0.9), Emotions.of("joy", 0.9)
HURT = "my dog died and I can't stop crying"


def hurt(*, did: Strategy | None = None) -> Standing:
    return Standing().heard(read(HURT), SAD, HURT, START, danger=False).answered(did)


def test_grief_is_met_with_its_reflection_and_not_twice_with_the_same() -> None:
    first = approach(hurt(), Tally(), teases=True)
    assert (first.stage, first.strategy) == (Stage.COMFORT, Strategy.REFLECTION) and "sadness" in first.reason
    assert approach(hurt(did=first.strategy), Tally(), teases=True).strategy is not first.strategy


def test_nobody_who_is_not_to_be_teased_is() -> None:
    fun = replace(Standing(), stage=Stage.BANTER)
    tally = Tally().learned(Stage.BANTER, Strategy.TEASING, 1.0).learned(Stage.BANTER, Strategy.TEASING, 1.0)
    assert approach(fun, tally, teases=True).strategy is Strategy.TEASING
    assert approach(fun, tally, teases=False).strategy is not Strategy.TEASING


def test_what_did_no_good_gives_way_and_what_did_comes_back() -> None:
    tally = Tally()
    for _ in range(4):
        tally = tally.learned(Stage.COMFORT, Strategy.REFLECTION, 0.0)
    changed = approach(hurt(), tally, teases=True)
    assert changed.strategy is not Strategy.REFLECTION
    for _ in range(6):
        tally = tally.learned(Stage.COMFORT, Strategy.QUIET_COMPANY, 1.0)
    loved = approach(hurt(), tally, teases=True)
    assert loved.strategy is Strategy.QUIET_COMPANY and "6 times" in loved.reason and "100 %" in loved.reason


def test_what_followed_is_what_is_learned() -> None:
    before, soon, key = hurt(did=Strategy.QUESTION), START + timedelta(minutes=2), (Stage.COMFORT, Strategy.QUESTION)

    def good(emotions: Emotions | None, signal: Signal, text: str, hours: float = 0.1) -> float:
        return learn(Tally(), before, emotions, signal, text, START + timedelta(hours=hours)).tries[key].good

    assert good(SAD, Signal.SETTLED, "thank you") == 1.0
    assert good(SAD, Signal.TOLD, "stop asking me things") == 0.0
    assert good(SAD, Signal.TOLD, "hm", hours=30) == 0.3
    assert good(GLAD, Signal.TOLD, "haha") > good(None, Signal.TOLD, "hm") >= good(SAD, Signal.TOLD, "it hurts")
    assert learn(Tally(), hurt(), SAD, Signal.TOLD, "hm", soon) == Tally()


def test_both_are_kept_as_text_and_what_is_not_understood_is_nothing() -> None:
    standing, tally = hurt(did=Strategy.AFFIRMATION), Tally().learned(Stage.ACT, Strategy.SUGGESTION, 0.5)
    kept = standing_of(standing.written())
    assert (kept.stage, kept.did, kept.at, kept.belief.emotion) == (Stage.COMFORT, Strategy.AFFIRMATION, START, "sadness")
    assert kept.belief.valence < -0.5 and tally_of(tally.written()) == tally
    for broken in (None, "", "{", "[1]", '{"shares": 1}', '{"comfort": 2}'):
        assert standing_of(broken) == Standing() and tally_of(broken) == Tally()


def test_a_long_silence_begins_a_talk_anew_but_not_soon_after_danger() -> None:
    later = START + timedelta(hours=20)
    assert hurt().heard(read("I had soup"), None, "I had soup", later, danger=False).stage is Stage.EXPLORE
    danger = Standing().heard(read("x"), SAD, "x", START, danger=True)
    assert danger.stage is Stage.CRISIS and danger.heard(read("I had soup"), None, "I had soup", later, danger=False).stage is Stage.CRISIS
    assert danger.heard(read("thank you"), None, "thank you, I feel better", later, danger=False).stage is Stage.COMFORT
