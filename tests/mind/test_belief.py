"""What is believed of how somebody feels."""

import pytest

from bot.mind.belief import EKMAN, LABELS, Belief, Emotions, Need, need_of, refine, update
from bot.mind.empathy import Intent, Reading, read


def feeling(**shares: float) -> Emotions:
    original = {label: shares.get(label, 0.0) for label in LABELS}
    return Emotions(original, {name: max(original[label] for label in labels) for name, labels in EKMAN.items()})


def believing(*felt: Emotions, seconds: float = 60.0) -> Belief:
    belief = Belief()
    for emotions in felt:
        belief = update(belief, emotions, Reading("neutral", 0.0, Intent.SHARE), "", seconds)
    return belief


def test_every_fine_label_has_one_coarse_one() -> None:
    assert sorted(label for labels in EKMAN.values() for label in labels) == list(LABELS) and len(LABELS) == 28


def test_labels_of_at_least_a_half_hold_else_the_nearest() -> None:
    assert feeling(joy=0.7, love=0.5, anger=0.4).named("original") == ("joy", "love")
    assert feeling(anger=0.4, neutral=0.3).named("ekman") == ("anger",)


def test_the_same_again_leaves_less_doubt() -> None:
    sad = feeling(sadness=0.9)
    doubts = [Belief().doubt, believing(sad).doubt, believing(sad, sad).doubt]
    assert doubts == sorted(doubts, reverse=True) and doubts[0] == 1.0


def test_one_joke_does_not_end_a_sad_hour() -> None:
    belief = believing(feeling(sadness=0.9), feeling(sadness=0.9), feeling(amusement=0.5))
    assert belief.emotion == "sadness" or belief.valence < 0
    assert believing(feeling(sadness=0.9), feeling(amusement=0.5), seconds=86_400).valence > 0


def test_valence_and_arousal_point_where_they_should() -> None:
    assert believing(feeling(excitement=0.9)).arousal > 0.5 > -0.3 > believing(feeling(sadness=0.9)).arousal
    assert believing(feeling(fear=0.9)).valence < 0 < believing(feeling(gratitude=0.9)).valence
    assert Belief().valence == 0.0 and Belief().emotion == "neutral"


@pytest.mark.parametrize(
    ("text", "need"),
    [("I haven't slept", None), ("my migraine is back", Need.BODY), ("the rent is due", Need.SAFETY), ("I'm so lonely", Need.BELONGING), ("I failed", Need.ESTEEM), ("I want to learn to paint", Need.GROWTH)],
)
def test_the_lowest_need_that_is_touched(text: str, need: Need | None) -> None:
    assert need_of(text) is need


def test_mere_telling_becomes_a_wish_for_comfort() -> None:
    text = "nobody remembered my birthday"
    assert read(text).intent is Intent.SHARE
    assert refine(read(text), feeling(sadness=0.9), text) == Reading("sadness", 0.9, Intent.COMFORT)


def test_a_plain_question_stays_one_and_doubt_changes_nothing() -> None:
    assert refine(read("are you human?"), feeling(fear=0.9), "are you human?").intent is Intent.ASK_HUMAN
    assert refine(read("I had pasta"), feeling(joy=0.4), "I had pasta") == read("I had pasta")
    assert refine(read("they lost the match"), feeling(sadness=0.9), "they lost the match").intent is not Intent.COMFORT
