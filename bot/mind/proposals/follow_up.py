"""The proposal to ask, after an event they told of, how it went."""

from datetime import UTC, datetime, time, timedelta

from bot.mind.events import Consent, Kind, Memory, Proposal
from bot.mind.quiet import is_quiet, local_time, quiet_until

FOLLOW_UP = "follow_up"
"""Name of the source, as it stands in a proposal."""

IMPORTANT = 0.5
"""Events below this importance (0 to 1) are not asked about."""

_SETTLES = timedelta(hours=3)
_OPEN_FOR = timedelta(hours=48)
_JUST_NOW = timedelta(hours=1)
_MORNING, _AFTERNOON, _EVENING = time(9, 0), time(14, 0), time(18, 30)
_NOT_EVENTS = (Kind.PROFILE, Kind.PREFERENCE)


class FollowUp:
    """Asks in the afternoon of the day of the event (the last one, where it lasts), or, when that is no time to ask, as soon as it may have settled."""

    name = FOLLOW_UP

    def propose(self, memory: Memory, consent: Consent, now: datetime) -> Proposal | None:
        """None for what does not happen at a time, is of little importance, or was past already when they told of it. What they told of ahead may be
        read after it: the computer was off meanwhile."""
        happens = memory.over_at
        if happens is None or happens < memory.said_at - _JUST_NOW or happens + _OPEN_FOR <= now:
            return None
        if memory.importance < IMPORTANT or memory.kind in _NOT_EVENTS:
            return None
        opens = _opens(consent, happens)
        best = _best(consent, happens, opens)
        return Proposal(
            person=memory.person, memory=memory.id, source=self.name, opens=opens, best=best,
            closes=happens + _OPEN_FOR, worth=memory.importance, due=best, sensitive=memory.sensitive,
            reason=f"You told me this: “{memory.gist.strip()}” I would like to know how it went.",
        )


def _opens(consent: Consent, happens: datetime) -> datetime:
    wall = local_time(consent, happens)
    # Midnight sharp: they named a day and no hour, so it may happen at any hour of that day.
    return _at(wall, _EVENING) if wall.time() == time(0, 0) else happens + _SETTLES


def _best(consent: Consent, happens: datetime, opens: datetime) -> datetime:
    wall = local_time(consent, happens)
    afternoon = _at(wall, _AFTERNOON)
    if wall.time() >= _MORNING and opens <= afternoon and not is_quiet(consent, afternoon):
        return afternoon
    return quiet_until(consent, opens)


def _at(wall: datetime, hour: time) -> datetime:
    return datetime.combine(wall.date(), hour, wall.tzinfo).astimezone(UTC)
