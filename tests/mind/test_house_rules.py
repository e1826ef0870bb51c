"""What the settings of a server mean."""

from datetime import UTC, datetime, time

import pytest

from bot.mind.house_rules import HouseRules, Quiet, house_rules
from bot.mind.turn_taking import Dial

NOON, NIGHT = datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 2, 23, tzinfo=UTC)


def test_nothing_chosen_is_calm() -> None:
    assert house_rules({}) == HouseRules()
    assert house_rules({}).dial_in([7], NOON) is Dial.GUEST


def test_a_thread_follows_its_channel_and_that_the_server() -> None:
    rules = house_rules({"dial": "regular", "channel:3": "lurker", "channel:7": "on"})
    assert [rules.dial_in(channels, NOON) for channels in ([7, 3], [9, 3], [9])] == [Dial.REGULAR, Dial.LURKER, Dial.REGULAR]


def test_only_listed_channels() -> None:
    rules = house_rules({"listed": "on", "channel:3": "guest"})
    assert rules.dial_in([3], NOON) is Dial.GUEST
    assert rules.dial_in([9, 3], NOON) is Dial.GUEST
    assert rules.dial_in([9], NOON) is None


def test_quiet_hours_by_the_clock_of_the_server() -> None:
    rules = house_rules({"quiet": "22:00 08:00 Europe/Berlin", "channel:3": "on"})
    assert rules.quiet == Quiet(start=time(22), end=time(8), zone="Europe/Berlin")
    assert rules.dial_in([3], NIGHT) is Dial.LURKER
    assert rules.dial_in([3], NOON) is Dial.REGULAR
    assert house_rules({"quiet": rules.quiet.written()}) == house_rules({"quiet": "22:00 08:00 Europe/Berlin"})


@pytest.mark.parametrize("settings", [
    {"dial": "loud"}, {"channel:x": "on"}, {"channel:3": "loud"}, {"quiet": "late"}, {"quiet": "25:00 1 X"}, {"managers": "admins"}, {"listed": "no"},
])
def test_what_is_not_understood_was_not_chosen(settings: dict[str, str]) -> None:
    assert house_rules(settings) == HouseRules()
