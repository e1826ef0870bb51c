"""A kind word on the day after a bad one."""

from datetime import datetime, time, timedelta

from bot.mind.events import Consent, Kind, Memory, Proposal
from bot.mind.proposals.window import on_day, proposal
from bot.mind.quiet import local_time

CARE = "care"

_MATTERS = 0.5
_AFTERNOON = time(16, 0)
_BAD = frozenset(
    {"sadness", "sad", "fear", "anger", "angry", "disappointment", "grief", "nervousness", "remorse", "embarrassment", "annoyance", "anxious"}
)


class Care:
    """Asks the next afternoon how they are. Grief, illness and the like are tender: they bring those up themselves."""

    name = CARE

    def propose(self, memory: Memory, consent: Consent, now: datetime) -> Proposal | None:
        if memory.kind not in (Kind.FEELING, Kind.WELLBEING) or memory.happens_at is not None or memory.sensitive:
            return None
        if memory.emotion not in _BAD or memory.importance < _MATTERS:
            return None
        opens = on_day(consent, local_time(consent, memory.said_at).date() + timedelta(days=1), _AFTERNOON)
        if opens <= now:
            return None
        reason = f"It was not a good day when you told me this: “{memory.gist.strip()}” I would like to know how you are."
        return proposal(self.name, memory, consent, (opens, opens, opens + timedelta(hours=28)), memory.importance * 0.7, reason)
