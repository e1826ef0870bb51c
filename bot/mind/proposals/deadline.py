"""A word a day before something has to be finished."""

import re
from datetime import datetime, timedelta

from bot.mind.events import Consent, Memory, Proposal
from bot.mind.proposals.window import EVENING, on_day, proposal
from bot.mind.quiet import local_time

DEADLINE = "deadline"

_MATTERS = 0.7
_FAR = timedelta(days=3)
"""Said less than this before, it is on their mind anyway."""
_DUE = re.compile(r"\b(?:deadlines?|is due|are due|hand(?:ing)? in|turn(?:ing)? in|submit(?:ting)?|submission|due date)\b", re.IGNORECASE)


def is_deadline(memory: Memory) -> bool:
    """Whether something has to be finished by then, rather than happening then."""
    return bool(_DUE.search(memory.gist) or _DUE.search(memory.quote))


class Deadline:
    """Asks, on the evening before, how it is coming along."""

    name = DEADLINE

    def propose(self, memory: Memory, consent: Consent, now: datetime) -> Proposal | None:
        happens = memory.happens_at
        if happens is None or memory.sensitive or memory.importance < _MATTERS or not is_deadline(memory):
            return None
        if happens - memory.said_at < _FAR or happens <= now:
            return None
        before = on_day(consent, local_time(consent, happens).date() - timedelta(days=1), EVENING)
        closes = min(happens - timedelta(hours=6), before + timedelta(hours=5))
        reason = f"You told me this: “{memory.gist.strip()}” It is nearly time, so I would like to know how it is coming along."
        return proposal(self.name, memory, consent, (before, before, closes), memory.importance / 2, reason)
