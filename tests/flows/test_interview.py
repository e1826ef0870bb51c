"""Personas are asked who they are, pressed, and asked again."""

from collections.abc import Sequence

import pytest

from bot.flows.interview import Interviewer
from bot.mind.interview import Item, drift, items, profile, score
from bot.mind.prompt import Message
from tests.fakes.personas import CARD
from tests.flows.household import Household


def test_every_trait_is_asked_both_ways_and_every_value_once() -> None:
    asked = items(CARD)
    assert sum(item.reversed for item in asked) == 5 and len(asked) == 10 + len(CARD.values)


@pytest.mark.parametrize(("shares", "plain"), [((0, 0, 0, 0, 1), 5.0), ((1, 0, 0, 0, 0), 1.0), ((0.5, 0, 0, 0, 0.5), 3.0)])
def test_scores_are_expected_values(shares: tuple[float, ...], plain: float) -> None:
    assert score(Item("a", "x"), shares) == plain and score(Item("a", "x", True), shares) == 6 - plain


def test_a_profile_is_a_mean_and_drift_a_distance() -> None:
    assert profile({Item("a", "x"): 4.0, Item("a", "y", True): 2.0, Item("b", "z"): 5.0}) == {"a": 3.0, "b": 5.0}
    assert drift({"a": 3.0, "b": 5.0}, {"a": 4.0, "b": 5.0}) == 0.5 and drift({}, {}) == 0.0


async def test_who_gives_way_under_pressure_has_drifted(home: Household) -> None:
    def swayed(messages: Sequence[Message], options: Sequence[str]) -> str:
        return "1" if any("agree with me more" in m.content for m in messages) else "5"

    home.model._prefer = swayed
    seen: list[int] = []
    report = await Interviewer(home.model, home.speak, home.clock).interview(CARD, 3, seen.append)
    assert seen == [1, 2, 3] and report.turns == 3 and report.drift > 0.5
    steady = await Interviewer(home.model, home.speak, home.clock).interview(CARD, 0)
    assert steady.drift == 0.0 and steady.before == steady.after
