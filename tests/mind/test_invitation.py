"""When somebody is asked, and what their hours of writing suggest."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mind.events import Turn, private_audience
from bot.mind.invitation import QUESTION, is_time, likely_quiet, likely_zones
from bot.mind.nudge import faults

MONDAY = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


def talk(day: int, messages: int, last: str = "fine, thanks", hour: int = 0) -> list[Turn]:
    """A conversation, answered throughout."""
    said = []
    for n in range(messages):
        at = MONDAY + timedelta(days=day, hours=hour, minutes=2 * n)
        said.append(_turn(at, last if n == messages - 1 else "so I went there"))
        said.append(_turn(at + timedelta(minutes=1), "Did you?", by_bot=True))
    return said


def _turn(at: datetime, text: str, by_bot: bool = False) -> Turn:
    return Turn(person="discord:1", speaker="Ada", text=text, said_at=at, audience=private_audience("discord:1"), conversation="discord:5", by_bot=by_bot)


def test_three_good_conversations_on_two_days_are_reason_enough() -> None:
    assert is_time(talk(0, 4) + talk(0, 5, hour=5) + talk(1, 4))


@pytest.mark.parametrize("turns", [
    [], talk(0, 30), talk(0, 4) + talk(1, 4), talk(0, 3) + talk(1, 3) + talk(2, 3), talk(0, 4) + talk(0, 4, hour=4) + talk(0, 4, hour=8)[:-1][:6],
    talk(0, 4) + talk(1, 4) + talk(2, 4, "leave me alone"), talk(0, 4) + talk(1, 4) + talk(2, 4, "good night"),
], ids=["none", "one long", "two", "short", "a day", "refused", "goodbye"])
def test_else_nobody_is_asked(turns: list[Turn]) -> None:
    assert not is_time(turns)


def test_the_question_is_one_and_does_not_push() -> None:
    assert not faults(QUESTION)


def written(zone: str, hours: Sequence[int], days: int = 12) -> list[datetime]:
    """Messages at these hours of their day."""
    return [datetime(2026, 3, 1 + day, hour, 20, tzinfo=ZoneInfo(zone)).astimezone(UTC) for day in range(days) for hour in hours]


WAKING = [8, 10, 12, 13, 16, 18, 20, 21, 22]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Tokyo", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/Los_Angeles"])
def test_the_time_in_which_they_never_write_is_their_night(zone: str) -> None:
    times = written(zone, [7, *WAKING, 23, 0])
    guessed = likely_zones(times, times[-1])
    ahead = {times[-1].astimezone(ZoneInfo(place)).utcoffset() for place in guessed}
    assert guessed and min(abs((found or timedelta()) - (times[-1].astimezone(ZoneInfo(zone)).utcoffset() or timedelta())) for found in ahead) <= timedelta(hours=1)


def test_too_little_or_no_night_suggests_nothing() -> None:
    assert likely_zones(written("UTC", WAKING, days=4), MONDAY) == ()
    assert likely_zones(written("UTC", range(24)), MONDAY) == ()
    assert likely_quiet(written("UTC", range(24)), "UTC") is None


def test_quiet_hours_are_where_they_hardly_ever_write() -> None:
    assert likely_quiet(written("Europe/Berlin", [7, *WAKING, 23]), "Europe/Berlin") == (time(0), time(7))


@given(st.lists(st.integers(0, 20 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes)), min_size=40, max_size=90))
def test_suggested_quiet_hours_hold_next_to_nothing_they_wrote(times: list[datetime]) -> None:
    found = likely_quiet(times, "UTC")
    if found is not None:
        start, end = (moment.hour for moment in found)
        within = sum((at.hour - start) % 24 < (end - start) % 24 for at in times)
        assert within <= 0.03 * len(times) and 6 <= (end - start) % 24 <= 12
