"""When to ask somebody whether they would like to be written to first, and what their hours of writing suggest.

Asked once, after a few good conversations. What is guessed is only ever offered: a person says yes to it, or it is not used.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.mind.events import Turn
from bot.mind.refusal import refusal

QUESTION = (
    "When something you told me about is over, I could write to you and ask how it went: seldom, never at night, and you can stop it "
    "whenever you want. I ask you this just once. Shall I?"
)
_APART = timedelta(hours=3)
"""A longer silence ends a conversation."""
_GOOD, _FEW, _DAYS = 4, 3, 2
"""So many messages of theirs make a conversation a good one; so many of these, on so many days, are a few."""

_MESSAGES, _OF_DAYS = 40, 5
"""Fewer say nothing about somebody's nights."""
_NIGHTS = (8, 7, 6, 5)
"""Hours in which somebody hardly ever writes: the longest that is found tells most."""
_MIDDLE = 3.5
"""O'clock in the middle of most people's nights."""
_RARE = 0.03
"""Share of messages that may fall into a night."""
_PLACES = (
    "Europe/London", "Europe/Berlin", "Europe/Athens", "Europe/Istanbul", "Asia/Dubai", "Asia/Kolkata", "Asia/Dhaka", "Asia/Bangkok", "Asia/Shanghai",
    "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland", "America/Sao_Paulo", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
)


def is_time(turns: Sequence[Turn]) -> bool:
    """Whether their conversations so far, oldest first, are reason enough to ask. Nobody is asked who just refused anything, or said
    goodbye."""
    theirs = [turn for turn in turns if not turn.by_bot]
    if not theirs or refusal(theirs[-1].text) is not None:
        return False
    good = [talk for talk in _conversations(theirs) if len(talk) >= _GOOD]
    return len(good) >= _FEW and len({talk[0].said_at.date() for talk in good}) >= _DAYS


def _conversations(turns: Sequence[Turn]) -> list[list[Turn]]:
    talks: list[list[Turn]] = []
    for turn in turns:
        if not talks or turn.said_at - talks[-1][-1].said_at > _APART:
            talks.append([])
        talks[-1].append(turn)
    return talks


def likely_zones(times: Sequence[datetime], now: datetime) -> tuple[str, ...]:
    """Places where the time in which they never write would be night; none when there is no such time. At most three."""
    found = next(((begins, night) for night in _NIGHTS if (begins := _silent_from(times, night)) is not None), None)
    if found is None:
        return ()
    offset = _MIDDLE - (found[0] + found[1] / 2)
    off = {place: abs((_hours_ahead(place, now) - offset + 12) % 24 - 12) for place in _PLACES}
    return tuple(sorted((place for place in _PLACES if off[place] <= 1), key=off.__getitem__))[:3]


def likely_quiet(times: Sequence[datetime], zone: str) -> tuple[time, time] | None:
    """The longest part of their day, of six to twelve hours, in which they hardly ever write, on the clock of ``zone``."""
    local = [at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for at in times]
    for length in range(12, 5, -1):
        begins = _silent_from(local, length)
        if begins is not None:
            return time(begins % 24), time((begins + length) % 24)
    return None


def _silent_from(times: Sequence[datetime], length: int) -> int | None:
    """The hour at which the quietest ``length`` hours of the day begin; None when they are not quiet, or too little is known."""
    if len(times) < _MESSAGES or len({at.date() for at in times}) < _OF_DAYS:
        return None
    counts = [0] * 24
    for at in times:
        counts[at.hour] += 1
    written = {begin: sum(counts[(begin + n) % 24] for n in range(length)) for begin in range(24)}
    quietest = min(written.values())
    if quietest > _RARE * len(times):
        return None
    return _middle([begin for begin in range(24) if written[begin] == quietest])


def _middle(hours: Sequence[int]) -> int:
    """The middle one of hours that lie side by side on the clock."""
    first = next((hour for hour in hours if (hour - 1) % 24 not in hours), hours[0])
    run = [first]
    while (run[-1] + 1) % 24 in hours and len(run) < 24:
        run.append((run[-1] + 1) % 24)
    return run[(len(run) - 1) // 2]


def _hours_ahead(place: str, now: datetime) -> float:
    ahead = now.astimezone(ZoneInfo(place)).utcoffset()
    return ahead.total_seconds() / 3600 if ahead else 0.0
