"""Forgetting: by kind, by importance, by use."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.mind.events import Kind, Memory
from bot.mind.strength import FAINT, HALF_LIFE, faded, half_life, revived, stays, strength
from tests.fakes.clock import START

DAY = timedelta(days=1)


def event(kind: Kind = Kind.EXPERIENCE, importance: float = 0.5) -> Memory:
    return Memory(person="p", audience="dm:p", kind=kind, gist="They flew a kite.", quote="I flew a kite", said_at=START, importance=importance)


def test_it_halves_with_its_half_life() -> None:
    for kind, days in HALF_LIFE.items():
        assert strength(event(kind), START) == 1
        assert strength(event(kind), START + days * DAY) == pytest.approx(0.5)
        assert strength(event(kind), START + 3 * days * DAY) == pytest.approx(0.125)


def test_what_matters_more_lasts_longer() -> None:
    assert half_life(event(importance=1)) == 4 * half_life(event()) == 16 * half_life(event(importance=0))


def test_what_has_still_to_happen_does_not_fade() -> None:
    plan = replace(event(Kind.PLAN), happens_at=START + 400 * DAY)
    assert strength(plan, START + 399 * DAY) == 1
    assert strength(plan, START + 430 * DAY) == pytest.approx(0.5)


def test_use_revives_and_spaced_use_more() -> None:
    massed = spaced = event()
    for i in range(4):
        massed = revived(massed, START + i * timedelta(minutes=1))
        spaced = revived(spaced, START + i * 50 * DAY)
    assert strength(spaced, START + 150 * DAY) == 1
    assert half_life(spaced) > 2 * half_life(massed)
    assert half_life(massed) == pytest.approx(half_life(event()), rel=0.01)


def test_use_never_makes_it_last_for_ever() -> None:
    old = event()
    for year in range(40):
        old = revived(old, START + year * 365 * DAY)
    assert half_life(old) <= 3650


@pytest.mark.parametrize(
    "kept", [replace(event(), pinned=True), replace(event(), sensitive=True), event(Kind.PROFILE), event(importance=0.8)],
    ids=["pinned", "sensitive", "profile", "important"],
)
def test_some_things_stay(kept: Memory) -> None:
    assert stays(kept)
    assert not faded(kept, START + 10_000 * DAY)


def test_others_fade() -> None:
    assert not faded(event(), START + 250 * DAY)
    assert faded(event(), START + 270 * DAY)
    assert not faded(revived(event(), START + 250 * DAY), START + 270 * DAY)
    assert strength(event(), START + 270 * DAY) < FAINT
