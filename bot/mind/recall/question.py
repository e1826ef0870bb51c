"""What a question or a remark asks for, read once, before it is compared with many candidates."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.mind.times import find_time
from bot.mind.words import content, words

_ASKS = re.compile(
    r"[?？]\s*[\"”]?\s*$|^\W*(?:what|when|where|who|whom|whose|which|why|how|is|are|was|were|do|does|did|has|have|had|can|could|would|will|should)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(r"\b(?:when|(?:what|which) (?:date|day|month|year|time)|how long|since when)\b", re.IGNORECASE)
KINDS = ("remark", "when", "other")

_MONTHS = {name.lower(): i for names in (calendar.month_name, calendar.month_abbr) for i, name in enumerate(names) if name}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{_MONTH})\b(?:\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b)?(?:,?\s+(?P<year>(?:19|20)\d\d))?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:in|of|since|during)\s+((?:19|20)\d\d)\b")
_LATELY = re.compile(r"\b(?:yesterday|today|tonight|(?:last|this|next)\s+\w+|ago|on\s+\w+day)\b", re.IGNORECASE)
_NAME = re.compile(r"\b[A-Z][\w'’]*")


def asks(text: str) -> bool:
    """Whether a text is a question, by its first word or its last mark."""
    return _ASKS.search(text) is not None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time that a question names: a day, a month or a year. ``year`` 0: of any year."""

    start: datetime
    end: datetime
    any_year: bool = False

    def days_from(self, at: datetime) -> float:
        """How far a moment lies outside; 0 within."""
        if self.any_year:
            moved = [self._shifted(at.year + n).days_from(at) for n in (-1, 0, 1)]
            return min(moved)
        return max((self.start - at).total_seconds(), (at - self.end).total_seconds(), 0.0) / 86400

    def _shifted(self, year: int) -> "Span":
        length = self.end - self.start
        start = self.start.replace(year=year, day=min(self.start.day, 28))
        return Span(start, start + length)


@dataclass(frozen=True, slots=True)
class Question:
    """A text taken apart. ``names`` are capitalised words in lower case, ``kind`` one of ``KINDS``."""

    all_words: frozenset[str]
    stems: frozenset[str]
    names: frozenset[str]
    kind: str
    span: Span | None

    def named(self, speakers: Iterable[str]) -> frozenset[str]:
        """Those of these speakers that it names."""
        return frozenset(s for s in speakers if not self.all_words.isdisjoint(words(s)))


def read(text: str, now: datetime) -> Question:
    """Take a text apart; ``now`` is what "last week" is seen from."""
    kind = "remark" if not asks(text) else "when" if _WHEN.search(text) else "other"
    names = frozenset(w for match in _NAME.findall(text) for w in words(match) if content(w))
    return Question(frozenset(words(text)), content(text), names, kind, _span(text, now) if kind != "remark" else None)


def _span(text: str, now: datetime) -> Span | None:
    if match := _DATE.search(text):
        day, year = match["day"] or match["day2"], match["year"]
        if match[0].lower() != "may" or text[match.start()].isupper():
            return _of_date(int(day) if day else 0, _MONTHS[match["month"].lower()], int(year) if year else 0, now)
    if match := _YEAR.search(text):
        return Span(datetime(int(match[1]), 1, 1, tzinfo=UTC), datetime(int(match[1]) + 1, 1, 1, tzinfo=UTC))
    if _LATELY.search(text) and (when := find_time(text, now, "UTC")):
        return Span(when.at - timedelta(days=1), when.at + timedelta(days=2))
    return None


def _of_date(day: int, month: int, year: int, now: datetime) -> Span | None:
    try:
        start = datetime(year or now.year, month, day or 1, tzinfo=UTC)
    except ValueError:
        return None
    length = 1 if day else calendar.monthrange(start.year, month)[1]
    return Span(start, start + timedelta(days=length), any_year=not year)
