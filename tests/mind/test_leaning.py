"""What matters to one person."""

import pytest

from bot.mind.events import Kind, Memory
from bot.mind.leaning import DULL, Leaning, dull, importance, in_words, learn, read_leaning, signs, written
from tests.fakes.clock import START


def event(quote: str, kind: Kind = Kind.EXPERIENCE, value: float = 0.4, *, sensitive: bool = False) -> Memory:
    return Memory(person="p", audience="dm:p", kind=kind, gist="x", quote=quote, said_at=START, importance=value, sensitive=sensitive)


SPORT = ["our team lost the football match", "watched tennis all day", "the league table looks bad", "scored a goal on sunday", "saw the derby"]
HEALTH = ["my asthma is worse this week", "the doctor changed my medication"]


def taught() -> Leaning:
    leaning = Leaning()
    for quote in SPORT:
        leaning = learn(leaning, event(quote), "deleted")
    for quote in HEALTH:
        leaning = learn(leaning, event(quote, Kind.WELLBEING), "pinned")
    return leaning


def test_without_anything_learned_nothing_changes() -> None:
    for quote in (*SPORT, *HEALTH, "i live in Bergen"):
        assert importance(Leaning(), event(quote)) == 0.4
        assert not dull(Leaning(), event(quote, value=0.01))


def test_what_they_delete_matters_less_and_what_they_pin_more() -> None:
    leaning = taught()
    assert importance(leaning, event("the basketball team has a new coach")) < DULL
    assert dull(leaning, event("the basketball team has a new coach"))
    assert importance(leaning, event("i got a new inhaler from the clinic", Kind.WELLBEING)) > 0.6
    assert importance(leaning, event("i moved to Oslo", Kind.PROFILE)) == 0.4


def test_each_sign_takes_its_part_and_the_area_more_than_the_kind_when_the_kind_is_mixed() -> None:
    leaning = taught()
    for quote in ("the concert was great", "my trip to rome", "my sister came by", "cooked a curry"):
        leaning = learn(leaning, event(quote), "pinned")
    assert leaning.signs["about:sport"].weight < leaning.signs["kind:experience"].weight
    assert importance(leaning, event("my cousin visited")) > importance(leaning, event("the football match"))


def test_what_is_sensitive_is_never_dull() -> None:
    assert not dull(taught(), event("broke my leg at the football match", sensitive=True))


def test_one_sign_cannot_run_away() -> None:
    leaning = Leaning()
    for _ in range(1000):
        leaning = learn(leaning, event(SPORT[0], value=0.9), "deleted")
    assert all(abs(x.weight) <= 3 for x in leaning.signs.values())
    for _ in range(12):
        leaning = learn(leaning, event(SPORT[0], value=0.9), "pinned")
    assert importance(leaning, event(SPORT[0], value=0.9)) > 0.5


def test_it_is_stored_and_said_in_words_without_any_of_theirs() -> None:
    leaning = taught()
    back = read_leaning(written(leaning))
    assert importance(back, event(SPORT[0])) == pytest.approx(importance(leaning, event(SPORT[0])), abs=0.001)
    assert "football" not in written(leaning)
    told = in_words(leaning)
    assert any("about sport: matters" in line and "less" in line for line in told) and any("about health: matters" in line and "more" in line for line in told)


@pytest.mark.parametrize("stored", [None, "", "[]", "{", '{"kind:plan": 3}', '{"kind:plan": ["x", 1]}', "[" * 100_000, '{"other": [1, 1]}', '{"kind:plan": [NaN, 1]}'])
def test_what_cannot_be_read_counts_as_not_learned(stored: str | None) -> None:
    assert read_leaning(stored) == Leaning()


def test_signs_are_kind_and_areas() -> None:
    assert signs(Kind.PLAN, "my exam and then a football match") == {"kind:plan", "about:school", "about:sport"}
