"""A year after something they achieved."""

from datetime import date, datetime, time

from bot.mind.events import Consent, Kind, Memory, Proposal
from bot.mind.proposals.window import EVENING, MORNING, on_day, proposal
from bot.mind.quiet import local_time

ANNIVERSARY = "anniversary"

_MATTERS = 0.7


class Anniversary:
    """Remembers a good day with them, once, a year later. Only achievements: of other days nobody knows whether they
    want to be reminded."""

    name = ANNIVERSARY

    def propose(self, memory: Memory, consent: Consent, now: datetime) -> Proposal | None:
        if memory.happens_at is None or memory.sensitive or memory.kind is not Kind.ACHIEVEMENT or memory.importance < _MATTERS:
            return None
        day = _year_later(local_time(consent, memory.happens_at).date())
        opens, best, closes = (on_day(consent, day, wall) for wall in (MORNING, EVENING, time(22, 0)))
        if opens <= now:
            return None
        reason = f"A year ago you told me this: “{memory.gist.strip()}”"
        return proposal(self.name, memory, consent, (opens, best, closes), memory.importance / 2, reason)


def _year_later(day: date) -> date:
    """The 29th of February is remembered on the 28th."""
    return day.replace(year=day.year + 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)
