"""Closeness grows with days, not with messages."""

from datetime import timedelta

import pytest

from bot.flows.acquaintance import Acquaintance
from bot.mind.closeness import closeness
from bot.mind.persona import Pace
from tests.fakes.clock import VirtualClock
from tests.fakes.personas import CARD
from tests.fakes.store import FakeStore


@pytest.mark.parametrize(("days", "is_"), [(1, "new"), (2, "new"), (3, "known"), (13, "known"), (14, "close"), (900, "close")])
def test_days_make_it(days: int, is_: str) -> None:
    assert closeness(days, Pace()) == is_


async def test_a_day_counts_once_and_for_one_person() -> None:
    clock, people = VirtualClock(), FakeStore().people
    seen = Acquaintance(people, clock)
    first = [await seen.towards("discord:1", CARD) for _ in range(30)]
    assert {p.teasing for p in first} == {CARD.teasing * 0.75}
    for _ in range(3):
        await clock.advance(timedelta(days=1))
        later = await seen.towards("discord:1", CARD)
    assert later.teasing == CARD.teasing
    assert (await seen.towards("discord:2", CARD)).teasing < CARD.teasing
    assert later.name == CARD.name and later.voice == CARD.voice
