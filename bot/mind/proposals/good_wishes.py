"""Good wishes before something that matters."""

from datetime import datetime, time, timedelta

from bot.mind.events import Consent, Kind, Memory, Proposal
from bot.mind.proposals.deadline import is_deadline
from bot.mind.proposals.window import EVENING, MORNING, on_day, proposal
from bot.mind.quiet import local_time

GOOD_WISHES = "good_wishes"

_MATTERS = 0.8
_FRESH = timedelta(hours=24)
"""Told so shortly before, it was wished well when it was told."""
_BEFORE = timedelta(minutes=45)
_LATE_ENOUGH = time(11, 0)
"""From this hour on there is time for it on the morning of the day itself."""
_KINDS = (Kind.PLAN, Kind.ACHIEVEMENT, Kind.WELLBEING)


class GoodWishes:
    """On the morning of the day; for what happens early, on the evening before."""

    name = GOOD_WISHES

    def propose(self, memory: Memory, consent: Consent, now: datetime) -> Proposal | None:
        happens = memory.happens_at
        if happens is None or memory.sensitive or memory.importance < _MATTERS or memory.kind not in _KINDS:
            return None
        if happens - memory.said_at < _FRESH or is_deadline(memory):
            return None
        wall = local_time(consent, happens)
        if wall.time() == time(0, 0) or wall.time() >= _LATE_ENOUGH:
            opens, latest = on_day(consent, wall.date(), MORNING), on_day(consent, wall.date(), _LATE_ENOUGH)
        else:
            opens, latest = on_day(consent, wall.date() - timedelta(days=1), EVENING), happens
        closes = min(latest, happens - _BEFORE) if wall.time() != time(0, 0) else latest
        if opens <= now:
            return None
        reason = f"You told me this: “{memory.gist.strip()}” I would like to wish you well before it."
        return proposal(self.name, memory, consent, (opens, opens, closes), memory.importance / 2, reason)
