"""Times in what people say: find the expression, resolve it against the moment and place of speaking, and say it back.

The calendar work is dateparser's; this file finds the words, decides whether past or future is meant, and knows that a
day without an hour is a day.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import dateparser

_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
_SHORT_DAY = r"(?:mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun)\b"
_TOMORROW = r"(?:tomm?orr?ow|tmrw?|tmw)"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)"
)
_NTH = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_FULL_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_CLOCK = (
    r"(?:(?:at|around|by)\s+(?:noon|midnight|\d{1,2}(?:[:.]\d{2})?\s*(?:am|pm|o'clock)?\b)"
    r"|\d{1,2}(?:[:.]\d{2})?\s*(?:am|pm)\b|\d{1,2}:\d{2}\b)"
)
_HOUR = rf"(?:\s*,?\s*{_CLOCK})"
_PART = r"(?:\s+(?:morning|afternoon|evening|night))"
_COUNT = r"(?:\d{1,3}|a\s+couple\s+of|a\s+few|an?|one|two|three|four|five|six|seven|eight|nine|ten)"
_UNIT = r"(?:minute|min|hour|hr|day|week|month|year)s?\b"

_TIME = re.compile(
    rf"""(?<!every\ )(?<!each\ )\b(?:
      {_CLOCK}\s+(?:on\s+|this\s+|next\s+)?(?:today|{_TOMORROW}|tonight|{_DAY})
    | (?:the\s+)?day\s+(?:after\s+{_TOMORROW}|before\s+yesterday){_HOUR}?
    | (?:today|{_TOMORROW}|tonight|yesterday)\b{_PART}?{_HOUR}?
    | (?:on\s+)?{_DAY}\s+the\s+(?:[12]\d|3[01]|[1-9])(?:st|nd|rd|th)\b(?!\s+(?:of\b|{_MONTH}\b)){_HOUR}?
    | (?:this|last)\s+(?:morning|afternoon|evening|night)\b{_HOUR}?
    | (?:(?:next|last|coming|on|by|this\ coming|this)\s+)?{_DAY}{_PART}?{_HOUR}?
    | (?:next|this|last|on|by)\s+{_SHORT_DAY}{_PART}?{_HOUR}?
    | (?:next|last)\s+(?:weekend|week|month|year|spring|summer|autumn|fall|winter)\b
    | this\s+weekend
    | in\s+{_COUNT}\s+{_UNIT}
    | {_COUNT}\s+{_UNIT}\s+(?:ago|from\s+now)
    | (?:on\s+)?(?:the\s+)?{_NTH}\s+(?:of\s+)?{_MONTH}\b(?:\s+\d{{4}})?{_HOUR}?
    | (?:on\s+)?{_MONTH}\s+(?:the\s+)?{_NTH}\b(?:,?\s+\d{{4}})?{_HOUR}?
    | (?:on|by|until|till)\s+the\s+(?:[12]\d|3[01]|[1-9])(?:st|nd|rd|th)\b(?!\s+(?:of\b|{_MONTH}\b)){_HOUR}?
    | (?:in|next|this|last|since|until|till|by)\s+(?:early\s+|late\s+|mid[- ])?{_FULL_MONTH}\b(?:\s+\d{{4}})?
    | (?:in|since|until|till)\s+(?:19|20)\d\d\b
    | (?:on\s+)?\d{{4}}-\d{{2}}-\d{{2}}{_HOUR}?
    | (?:at|around)\s+\d{{1,2}}(?:[:.]\d{{2}})?\s*(?:am|pm)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_RANGE = re.compile(
    rf"\b(?:from\s+|between\s+)?(?:the\s+)?(?P<first>{_NTH})\s*(?:to|and|until|till|through|-|–)\s*(?:the\s+)?(?P<last>{_NTH})\s+(?:of\s+)?(?P<month>{_MONTH})\b"
    rf"|\b(?:from|between)\s+(?P<day>(?:next\s+)?{_DAY})\s+(?:to|and|until|till|through)\s+(?P<end>{_DAY})"
    rf"|\bfrom\s+(?P<early>{_FULL_MONTH})\s+(?:to|until|till|through)\s+(?P<late>{_FULL_MONTH})\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\b(?:until|till|til|through)\s+", re.IGNORECASE)
_LASTED = re.compile(r"\b(?:i|we|he|she|they|it)\s+(?:(?:had|was|were|used\s+to|lived|worked|studied|stayed|taught|played|went|dated)\b)", re.IGNORECASE)
"""Before an "until": that is over."""

_RECURS = re.compile(
    rf"""\b(?:every|each)\s+(?:(?:other|second|single|few|{_COUNT})\s+)?(?:day|night|morning|afternoon|evening|weekday|weekend|week|fortnight|month|year|spring|summer|autumn|fall|winter|{_DAY}|{_FULL_MONTH})s?\b{_PART}?(?:\s+and\s+{_DAY})?
    | \b(?:mon|tues|wednes|thurs|fri|satur|sun)days(?:(?:,|\s+and)\s+(?:mon|tues|wednes|thurs|fri|satur|sun)days)*
    | \b(?:once|twice|{_COUNT}\s+times)\s+(?:a|per|every)\s+(?:day|week|month|year)\b
    | \b(?:daily|weekly|fortnightly|monthly|yearly|annually)\b
    | \bmost\s+(?:days|nights|mornings|afternoons|evenings|weekends)\b""".replace("\n    ", ""),
    re.IGNORECASE,
)
_HABIT = re.compile(
    rf"\b(?:every|each)\s+(?:\w+\s+)?(?:day|night|morning|afternoon|evening|weekend|week|month|year|spring|summer|autumn|winter|{_DAY})|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days\b|\b(?:usually|always|daily|weekly|"
    r"twice a week|once a week|in my free time|(?:mornings|evenings|nights|weekends)\b)|\bi (?:love|like|hate|adore|enjoy|prefer|used to|can['’]?t eat|live|work|go for)\b",
    re.IGNORECASE,
)
_TENSE = re.compile(
    r"(?P<ahead>(?:\b(?:is|are|will|gonna|going\s+to)|['’](?:s|ll)|\bi?(?:have|has|['’]?ve)\s+got)\b"
    r"|\bgot\s+an?\s+(?:\w+\s+)?(?:exam|test|interview|appointment|meeting|date|flight|game|match|shift|class|deadline|party)\b)"
    r"|(?P<past>\b(?:was|were|had|did|didn['’]?t|went|got|last|ago|yesterday|passed|failed|came|saw|met|been|happened"
    r"|left|lost|broke|bought|found|took|gave|sold|won|spent|died|started|moved|visited|finished|quit|ended|joined|adopted|(?<!getting )(?<!get )(?<!be )married)\b)",
    re.IGNORECASE,
)
_NOT_SINCE = re.compile(r"\b(?:haven|hasn|hadn|have not|has not|never|first)\b[^.!?]*$", re.IGNORECASE)
"""Behind it "in two years" is how long, not when."""

_UP_TO = re.compile(r"\b(?:to|till|until|for)\s+$", re.IGNORECASE)
_WORD_COUNTS = {
    "a couple of": "2", "a few": "3", "a": "1", "an": "1", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10",
}
_PART_HOUR = {"morning": 9, "afternoon": 15, "evening": 19, "night": 21, "tonight": 20, "noon": 12, "midnight": 0}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class When:
    """A resolved time: ``at`` in UTC. Without an hour in the words, ``at`` is local midnight of that day."""

    words: str
    at: datetime
    has_hour: bool
    until: datetime | None = None
    """The last day of a range, "from the 3rd to the 10th of July"."""


def warm() -> None:
    """Have the calendar read its tables now: the first expression it is given takes it a tenth of a second."""
    resolve("last week", datetime(2026, 1, 1, tzinfo=UTC), "UTC")


def is_habit(text: str) -> bool:
    """Whether it tells of what is so again and again ("I swim every Tuesday"), or of a taste, and of no single event."""
    return _HABIT.search(text) is not None


def precision(expression: str) -> timedelta:
    """How far from the moment that was resolved a time may lie."""
    plain = expression.lower()
    for pattern, days in ((r"year|spring|summer|autumn|fall|winter|\b(?:19|20)\d\d$", 200), (rf"month|^(?:in|next|this|last|since|until|till|by) (?:\w+ )?{_FULL_MONTH}", 31), (r"weeks", 3), (r"week(?!end)", 7), (r"weekend", 2)):
        if re.search(pattern, plain):
            return timedelta(days=days)
    return timedelta(days=1)


def find_time(text: str, said_at: datetime, zone: str) -> When | None:
    """The first time expression of a text, resolved; None when there is none that can be resolved.

    ``said_at`` is when it was said (aware), ``zone`` the speaker's IANA zone. Future is meant unless the sentence
    speaks of the past.
    """
    match = next((m for m in _TIME.finditer(text) if not _NOT_SINCE.search(text[: m.start()]) or not m[0].lower().startswith("in ")), None)
    if (stretch := _RANGE.search(text)) and (match is None or stretch.start() <= match.start()):
        return _range(stretch, said_at, zone, past=_speaks_of_past(text, stretch.start()))
    if match is None:
        return None
    return resolve(match.group(0).strip(), said_at, zone, past=_speaks_of_past(text, match.start()))


def find_end(text: str, said_at: datetime, zone: str) -> datetime | None:
    """The last day of what a text tells of, "from Monday to Thursday" or "until June"; None where it names none."""
    when = find_time(text, said_at, zone)
    if when is not None and when.until is not None:
        return when.until
    for sign in _UNTIL.finditer(text):
        end = _TIME.match(text, sign.end()) or _TIME.match(text, sign.start())
        found = resolve(end[0].strip(), said_at, zone, past=_LASTED.search(text[: sign.start()]) is not None) if end else None
        if found is not None:
            return found.at
    return None


def find_recurrence(text: str) -> str:
    """How often, in the words of the text: "every other tuesday"; "" where it does not say."""
    match = _RECURS.search(text)
    return " ".join(match[0].lower().split()) if match else ""


def _range(match: re.Match[str], said_at: datetime, zone: str, *, past: bool) -> When | None:
    if match["early"]:
        first, last = (f"in {match[name]}" for name in ("early", "late"))
    else:
        first, last = (f"{match[day]} {match['month']}" if match["month"] else match[other] for day, other in (("first", "day"), ("last", "end")))
    begins = resolve(first, said_at, zone, past=past)
    ends = resolve(last, begins.at if begins else said_at, zone)
    return When(match[0], begins.at, False, ends.at if ends else None) if begins else None


def _speaks_of_past(text: str, at: int) -> bool:
    """The verb nearest before a time decides ("I was told it is on friday"), else the first one behind it; "moved to friday"
    is ahead whatever the verb."""
    signs = list(_TENSE.finditer(text))
    before = [s for s in signs if s.start() < at]
    nearest = before[-1:] or signs[:1]
    return bool(nearest and nearest[0]["past"]) and not _UP_TO.search(text[:at])


def resolve(expression: str, said_at: datetime, zone: str, *, past: bool = False) -> When | None:
    """Resolve one expression such as "friday at 10" or "in two weeks"."""
    place = ZoneInfo(zone)
    said = said_at.astimezone(place)
    plain = _plain(expression)
    day = (None if " the " in plain else _weekday(plain, said, past)) or _parse_day(plain, said, past)
    if day is None:
        return None
    hour = _hour(plain)
    if hour is None:
        exact = bool(re.search(r"\b(?:min|minute|hr|hour)s?\b", plain))
        local = day if exact else day.replace(hour=0, minute=0, second=0, microsecond=0)
        return When(expression, local.astimezone(UTC), exact)
    local = day.replace(hour=hour[0], minute=hour[1], second=0, microsecond=0)
    if "midnight" in plain or ("night" in plain and hour[0] < 6):
        local += timedelta(days=1)  # the small hours belong to the night before
    elif local < said and not past and _weekday(plain, said, past) is not None:
        local += timedelta(days=7)  # "friday at 9", said on a friday at noon
    return When(expression, local.astimezone(UTC), True)


def _plain(expression: str) -> str:
    """Lower case, one space, counts as digits."""
    text = re.sub(r"\s+", " ", expression.lower().replace("’", "'")).strip()
    text = re.sub(rf"\b{_TOMORROW}\b", "tomorrow", text)
    return re.sub(
        rf"\b(a couple of|a few|an?|one|two|three|four|five|six|seven|eight|nine|ten) (?={_UNIT})", lambda m: _WORD_COUNTS[m[1]] + " ", text
    )


def _weekday(text: str, said: datetime, past: bool) -> datetime | None:
    """A weekday by name: the next one ("friday"), the one after this week's ("next friday"), or the last one."""
    match = re.search(rf"\b(?:{_DAY}|{_SHORT_DAY})", text)
    if match is None:
        return None
    ahead = (_DAYS.index(match[0][:3]) - said.weekday()) % 7
    if "last" in text.split() or (past and "next" not in text.split()):
        return said - timedelta(days=(7 - ahead) % 7 or (7 if "last" in text.split() else 0))
    if "next" in text.split() and ahead + said.weekday() < 7:
        # "next friday", said on a wednesday, is not the day after tomorrow.
        ahead += 7
    # "On monday", said on a monday, is another one than today, unless it has an hour or a part of the day.
    return said + timedelta(days=ahead or (7 if re.fullmatch(rf"(?:on |by )?{_DAY}", text) else 0))


def _parse_day(text: str, said: datetime, past: bool) -> datetime | None:
    days = {"day after tomorrow": 2, "tomorrow": 1, "day before yesterday": -2, "yesterday": -1, "last night": -1, "today": 0, "tonight": 0}
    for words, shift in days.items():
        if words in text:
            return said + timedelta(days=shift)
    if re.search(r"\b(?:this) (?:morning|afternoon|evening|night)", text) or re.fullmatch(r"(?:at|around) .*", text):
        return said
    if "weekend" in text:
        saturday = said + timedelta(days=(5 - said.weekday()) % 7)
        return saturday + timedelta(days={"next": 7, "last": -7}.get(text.split()[0], 0))
    if match := re.search(r"(spring|summer|autumn|fall|winter)", text):
        return _season(match[1], said, text.startswith("last"))
    bare = re.sub(rf"^(?:on the|{_DAY} the|on|by|until|till|the) (?:the )?", "", re.sub(rf"{_HOUR}$", "", text))
    if month := re.fullmatch(rf"(?:(?:in|next|this|last|since|until|till|by|early|late|mid)[ -])*({_FULL_MONTH})?(?: ?((?:19|20)\d\d))?", bare):
        return _month(month[1] or "january", int(month[2] or 0), said, past or text.startswith("last"))
    found = dateparser.parse(
        bare, languages=["en"],
        settings={"RELATIVE_BASE": said.replace(tzinfo=None), "PREFER_DATES_FROM": "past" if past else "future", "DATE_ORDER": "DMY"},
    )
    return None if found is None else found.replace(tzinfo=said.tzinfo)


def _month(name: str, year: int, said: datetime, past: bool) -> datetime:
    """The first day of a month: the next one of that name, the last one when the past is meant, or that of a year."""
    number = next(i for i in range(1, 13) if calendar.month_name[i].lower() == name)
    if not year:
        year = said.year - (past and number >= said.month) + (not past and number < said.month)
    return said.replace(year=year, month=number, day=1)


def _season(name: str, said: datetime, last: bool) -> datetime:
    """The middle month of a season of the northern year."""
    month = {"spring": 4, "summer": 7, "autumn": 10, "fall": 10, "winter": 1}[name]
    year = said.year - (1 if last and month >= said.month else 0) + (1 if not last and month <= said.month else 0)
    return said.replace(year=year, month=month, day=15)


def _hour(text: str) -> tuple[int, int] | None:
    """Hour and minute in the words, or that of the part of the day."""
    if match := re.search(r"\b(?:at |around |by |(?=\d{1,2}(?:[:.]\d{2})?\s*[ap]m\b|\d{1,2}:\d{2}))(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", text):
        hour, minute = int(match[1]), int(match[2] or 0)
        if match[3] == "pm" and hour < 12 or (match[3] is None and _after_noon(match[1], text)):
            hour += 12
        elif hour == 12 and (match[3] == "am" or "night" in text):
            hour = 0
        return (hour, minute) if hour < 24 and minute < 60 else None
    for part, hour in _PART_HOUR.items():
        if re.search(rf"\b{part}\b", text):
            return hour, 0
    return None


def _after_noon(hour: str, text: str) -> bool:
    """Whether a bare hour means the afternoon: the part of the day says it, or people are rarely up at that hour."""
    if "night" in text:
        return 6 <= int(hour) < 12
    if re.search(r"evening|afternoon", text):
        return int(hour) < 12
    return "morning" not in text and hour[0] != "0" and int(hour) <= 6


def day_words(at: datetime, now: datetime, zone: str) -> str:
    """A day as a friend would name it: "today", "tomorrow", "on Friday", "3 weeks ago"."""
    place = ZoneInfo(zone)
    days = (at.astimezone(place).date() - now.astimezone(place).date()).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if days in near:
        return near[days]
    if -7 < days < 7:
        return ("on " if days > 0 else "last ") + at.astimezone(place).strftime("%A")
    count = abs(days)
    for size, unit in ((365, "year"), (30, "month"), (7, "week")):
        if count >= size:
            n = round(count / size)
            words = f"{n} {unit}{'s' if n > 1 else ''}"
            return f"in {words}" if days > 0 else f"{words} ago"
    return f"in {count} days" if days > 0 else f"{count} days ago"


def part_of_day(now: datetime, zone: str) -> str:
    """ "Friday evening", for the note to the model."""
    local = now.astimezone(ZoneInfo(zone))
    names = ((5, "night"), (12, "morning"), (17, "afternoon"), (22, "evening"), (24, "night"))
    return local.strftime("%A ") + next(name for until, name in names if local.hour < until)
