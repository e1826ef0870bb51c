"""How a person takes unprompted messages: what they answer, when, and what they would rather not have.

For each topic (a source and a kind of memory) and for each part of the day a Beta posterior is kept: how often a message was
answered, how often not. Evidence fades by half in ten days, so every back-off recovers. It holds counts, no words.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.mind.events import Consent
from bot.mind.quiet import is_quiet, local_time

HALF_LIFE = timedelta(days=10)
ANSWER_WITHIN = timedelta(hours=24)
"""Writing within this time of a message answers it."""

DISMISSED = 6.0
"""So many ignored messages does one "not this" weigh."""

_PRIOR_ANSWERED, _PRIOR_IGNORED = 2.0, 1.0
_FAINT = 0.02
PARTS = ("night", "morning", "afternoon", "evening")
"""Six hours each, from midnight."""
_BAD_HOURS, _BETTER_BY = 0.45, 0.2


@dataclass(frozen=True, slots=True)
class Tally:
    """Faded counts as of ``at``."""

    answered: float = 0.0
    ignored: float = 0.0
    at: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def by(self, now: datetime) -> "Tally":
        """The same, faded until ``now``."""
        left = math.exp2(-max((now - self.at) / HALF_LIFE, 0.0))
        return Tally(self.answered * left, self.ignored * left, max(now, self.at))

    def plus(self, answered: float, ignored: float, now: datetime) -> "Tally":
        faded = self.by(now)
        return replace(faded, answered=faded.answered + answered, ignored=faded.ignored + ignored)

    def chance(self, now: datetime) -> float:
        """Mean of the posterior: how likely the next one is welcome."""
        faded = self.by(now)
        answered, ignored = _PRIOR_ANSWERED + faded.answered, _PRIOR_IGNORED + faded.ignored
        return answered / (answered + ignored)


@dataclass(frozen=True, slots=True)
class Awaited:
    """A message that may still be answered."""

    at: datetime
    topic: str
    part: str


@dataclass(frozen=True, slots=True)
class Reception:
    """All that was learned about one person. The default is that of somebody new."""

    topics: Mapping[str, Tally] = field(default_factory=dict)
    parts: Mapping[str, Tally] = field(default_factory=dict)
    silence: Tally = Tally()
    """Over all topics; only ``ignored`` counts, and an answer clears it."""
    awaited: Awaited | None = None

    def chance(self, topic: str, now: datetime) -> float:
        """How likely a message on this topic is welcome, 0 to 1."""
        return self.topics.get(topic, Tally()).chance(now)

    def ignored_lately(self, now: datetime) -> float:
        """Unanswered messages since the last answered one, faded."""
        return self.silence.by(now).ignored


def sent(reception: Reception, topic: str, consent: Consent, now: datetime) -> Reception:
    """A message on this topic goes out. What was still awaited was not answered."""
    return replace(_unanswered(reception, now), awaited=Awaited(now, topic, part_of_day(consent, now)))


def heard(reception: Reception, now: datetime) -> Reception:
    """They wrote: what is awaited is answered, or, when it is long ago, was not."""
    awaited = reception.awaited
    if awaited is None or now < awaited.at:
        return reception
    if now - awaited.at > ANSWER_WITHIN:
        return _unanswered(reception, now)
    return replace(_learned(reception, awaited.topic, awaited.part, (1.0, 0.0), now), silence=Tally(), awaited=None)


def by(reception: Reception, now: datetime) -> Reception:
    """As things stand at ``now``: what nobody answered in time counts as ignored."""
    awaited = reception.awaited
    return _unanswered(reception, now) if awaited is not None and now - awaited.at > ANSWER_WITHIN else reception


def dismissed(reception: Reception, topic: str, now: datetime) -> Reception:
    """They said that they do not want this."""
    known = reception.topics.get(topic, Tally())
    return replace(reception, topics={**reception.topics, topic: known.plus(0.0, DISMISSED, now)}, awaited=None)


def part_of_day(consent: Consent, at: datetime) -> str:
    return PARTS[local_time(consent, at).hour // 6]


def better_hour(reception: Reception, consent: Consent, window: tuple[datetime, datetime, datetime]) -> datetime:
    """The best moment of a window (opens, best, closes), moved into a part of the day in which this person answers where the
    usual one has turned out a bad one."""
    opens, best, closes = window
    usual = _part_chance(reception, part_of_day(consent, best), best)
    if usual >= _BAD_HOURS:
        return best
    hours = (opens + timedelta(hours=n) for n in range(max(0, int((closes - opens) / timedelta(hours=1)))))
    open_hours = [hour for hour in hours if not is_quiet(consent, hour)]
    chances = [(_part_chance(reception, part_of_day(consent, hour), best), hour) for hour in open_hours]
    likeliest = max(chances, key=lambda found: (found[0], -found[1].timestamp()), default=(0.0, best))
    return likeliest[1] if likeliest[0] >= usual + _BETTER_BY else best


def _part_chance(reception: Reception, part: str, now: datetime) -> float:
    return reception.parts.get(part, Tally()).chance(now)


def _unanswered(reception: Reception, now: datetime) -> Reception:
    awaited = reception.awaited
    if awaited is None:
        return reception
    at = min(now, awaited.at + ANSWER_WITHIN)
    learned = _learned(reception, awaited.topic, awaited.part, (0.0, 1.0), at)
    return replace(learned, silence=reception.silence.plus(0.0, 1.0, at), awaited=None)


def _learned(reception: Reception, topic: str, part: str, counts: tuple[float, float], at: datetime) -> Reception:
    topics, parts = dict(reception.topics), dict(reception.parts)
    topics[topic] = topics.get(topic, Tally()).plus(*counts, at)
    parts[part] = parts.get(part, Tally()).plus(*counts, at)
    return replace(reception, topics=topics, parts=parts)


# As a setting in the database


def written(reception: Reception, now: datetime) -> str:
    """JSON; what has faded away is left out."""
    awaited = reception.awaited
    return json.dumps({
        "topics": _tallies(reception.topics, now), "parts": _tallies(reception.parts, now), "silence": _row(reception.silence),
        "awaited": [awaited.at.isoformat(), awaited.topic, awaited.part] if awaited else None,
    })


def read(text: str | None) -> Reception:
    """What ``written`` wrote; somebody new for None."""
    if text is None:
        return Reception()
    found = json.loads(text)
    awaited = found["awaited"]
    return Reception(
        {topic: _tally(row) for topic, row in found["topics"].items()}, {part: _tally(row) for part, row in found["parts"].items()},
        _tally(found["silence"]), Awaited(datetime.fromisoformat(awaited[0]), awaited[1], awaited[2]) if awaited else None,
    )


def _tallies(tallies: Mapping[str, Tally], now: datetime) -> dict[str, list[Any]]:
    faded = {name: tally.by(now) for name, tally in tallies.items()}
    return {name: _row(tally) for name, tally in faded.items() if tally.answered + tally.ignored > _FAINT}


def _row(tally: Tally) -> list[Any]:
    return [round(tally.answered, 4), round(tally.ignored, 4), tally.at.isoformat()]


def _tally(row: list[Any]) -> Tally:
    return Tally(float(row[0]), float(row[1]), datetime.fromisoformat(row[2]))
