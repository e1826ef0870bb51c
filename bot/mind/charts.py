"""What a picture is to show, and what it says to somebody who cannot see it. Drawing it is somebody else's work.

All dates are on the clock of the person whose picture it is.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean
from zoneinfo import ZoneInfo

from bot.mind.belief import valence_of
from bot.mind.events import Kind, Memory, Proposal, Unprompted
from bot.mind.tongues import ENGLISH, Tongue

LONGEST_ALT = 1000
"""Characters; Discord takes 1024."""

MOOD_WEEKS = 12
_DAYS_ENOUGH = 3
_ROWS = 14
_LONGEST_ROW = 64
_GOOD, _LOW = 0.25, -0.25
WEEKS_BACK, WEEKS_AHEAD = 2, 3
OCCASIONS = {
    "follow_up": "how it went", "good_wishes": "good wishes", "deadline": "deadline", "birthday": "birthday", "anniversary": "a year ago",
    "open_question": "left open", "care": "how you are", "shared_interest": "shared love", "promise": "as you asked", "own_promise": "as promised",
}


@dataclass(frozen=True, slots=True)
class Felt:
    """How the words of one day felt."""

    day: date
    valence: float
    """-1 (bad) to 1 (good)."""
    words: int
    """How many messages and memories."""


@dataclass(frozen=True, slots=True)
class Mood:
    """Days, oldest first, and the mean of each week that has any, by its Monday."""

    days: tuple[Felt, ...]
    weeks: tuple[tuple[date, float], ...]
    alt: str


@dataclass(frozen=True, slots=True)
class Event:
    day: date
    words: str
    kind: Kind
    number: int
    """The memory's."""
    ahead: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events, oldest first, and how many were left out."""

    events: tuple[Event, ...]
    more: int
    alt: str


@dataclass(frozen=True, slots=True)
class CalendarDay:
    day: date
    wrote: int
    """Unprompted messages sent."""
    planned: tuple[str, ...]
    """Occasions, in a few words."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weeks of seven days, from Monday."""

    weeks: tuple[tuple[CalendarDay, ...], ...]
    today: date
    alt: str


Chart = Mood | Timeline | Calendar


def mood(feelings: Sequence[tuple[datetime, str]], now: datetime, zone: str, say: Tongue = ENGLISH) -> Mood | None:
    """``feelings`` are moments with an emotion's name; names that are not known say nothing. None when there is too little to see."""
    here, first = ZoneInfo(zone), now - timedelta(weeks=MOOD_WEEKS)
    by_day: dict[date, list[float]] = defaultdict(list)
    for at, name in feelings:
        felt = valence_of(name)
        if felt is not None and first <= at <= now:
            by_day[at.astimezone(here).date()].append(felt)
    if len(by_day) < _DAYS_ENOUGH:
        return None
    days = tuple(Felt(day, fmean(values), len(values)) for day, values in sorted(by_day.items()))
    by_week: dict[date, list[float]] = defaultdict(list)
    for felt_on in days:
        by_week[felt_on.day - timedelta(days=felt_on.day.weekday())].append(felt_on.valence)
    weeks = tuple((monday, fmean(values)) for monday, values in sorted(by_week.items()))
    return Mood(days, weeks, _mood_in_words(days, weeks, say))


def _mood_in_words(days: Sequence[Felt], weeks: Sequence[tuple[date, float]], say: Tongue) -> str:
    first, last, level = _day(days[0].day, say), _day(days[-1].day, say), _level(fmean(day.valence for day in days), say)
    lines = [say("Your mood from {} to {}, as your words sounded on {} days: {} on the whole.", first, last, len(days), level)]
    if len(weeks) > 1:
        best, worst = max(weeks, key=lambda week: week[1]), min(weeks, key=lambda week: week[1])
        named = (_day(best[0], say), _level(best[1], say), _day(worst[0], say), _level(worst[1], say))
        lines.append(say("The best week began on {} ({}), the hardest on {} ({}).", *named))
    return " ".join(lines)


def _level(valence: float, say: Tongue) -> str:
    return say("good" if valence >= _GOOD else "low" if valence <= _LOW else "even")


def timeline(memories: Sequence[Memory], now: datetime, zone: str, say: Tongue = ENGLISH) -> Timeline | None:
    """Of what they told, the events: what has a time of its own, and what is no lasting trait. The weightiest where there are too many."""
    here = ZoneInfo(zone)
    events = [m for m in memories if m.happens_at is not None or m.kind not in (Kind.PROFILE, Kind.PREFERENCE, Kind.RELATIONSHIP)]
    if not events:
        return None
    chosen = sorted(events, key=lambda m: (not m.pinned, -m.importance, -m.said_at.timestamp()))[:_ROWS]
    rows = tuple(
        Event(_when(m).astimezone(here).date(), _shortened(m.gist), m.kind, m.id, _when(m) > now)
        for m in sorted(chosen, key=lambda m: (_when(m), m.id))
    )
    return Timeline(rows, len(events) - len(rows), _timeline_in_words(rows, len(events) - len(rows), say))


def _when(memory: Memory) -> datetime:
    return memory.happens_at or memory.said_at


def _timeline_in_words(rows: Sequence[Event], more: int, say: Tongue) -> str:
    head = say("A timeline of what you told me of ({}), {} to {}", len(rows), _day(rows[0].day, say), _day(rows[-1].day, say))
    head += f" ({say('{} lesser ones left out', more)}): " if more else ": "
    return _cut(head + "; ".join(f"{_day(row.day, say)}, {row.words.rstrip('.')}" for row in rows) + ".")


def calendar(sent: Sequence[Unprompted], planned: Sequence[Proposal], now: datetime, zone: str, say: Tongue = ENGLISH) -> Calendar | None:
    """Two weeks back and three ahead. None when nothing was written and nothing is planned in them."""
    here = ZoneInfo(zone)
    today = now.astimezone(here).date()
    monday = today - timedelta(days=today.weekday(), weeks=WEEKS_BACK)
    wrote: dict[date, int] = defaultdict(int)
    plans: dict[date, list[str]] = defaultdict(list)
    for message in sent:
        wrote[message.at.astimezone(here).date()] += 1
    for proposal in planned:
        plans[proposal.due.astimezone(here).date()].append(say(OCCASIONS.get(proposal.source, proposal.source.replace("_", " "))))
    days = [monday + timedelta(days=n) for n in range(7 * (WEEKS_BACK + WEEKS_AHEAD + 1))]
    cells = [CalendarDay(day, wrote[day], tuple(plans[day])) for day in days]
    if not any(cell.wrote or cell.planned for cell in cells):
        return None
    weeks = tuple(tuple(cells[n : n + 7]) for n in range(0, len(cells), 7))
    return Calendar(weeks, today, _calendar_in_words(cells, say))


def _calendar_in_words(cells: Sequence[CalendarDay], say: Tongue) -> str:
    wrote = ", ".join(_day(cell.day, say) for cell in cells if cell.wrote)
    plans = ", ".join(f"{_day(cell.day, say)} ({', '.join(cell.planned)})" for cell in cells if cell.planned)
    head = say("A calendar from {} to {}.", _day(cells[0].day, say), _day(cells[-1].day, say))
    past = say("I wrote first on {}.", wrote) if wrote else say("I have not written first in that time.")
    return _cut(" ".join((head, past, say("Planned, if nothing speaks against it: {}.", plans) if plans else say("Nothing is planned."))))


def _day(day: date, say: Tongue) -> str:
    return say("{0} {1} {2}", day.day, say(f"{day:%B}"), day.year)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_ROW else line[: _LONGEST_ROW - 1].rstrip() + "…"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_ALT else text[: LONGEST_ALT - 1] + "…"
