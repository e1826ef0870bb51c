"""What it was asked to bring up again: "remind me on Friday to call the dentist"."""

import re
from datetime import datetime, time, timedelta

from bot.mind.events import Consent, Memory, Proposal
from bot.mind.proposals.window import MORNING, on_day, proposal
from bot.mind.quiet import local_time

PROMISE = "promise"

_ASKED = re.compile(
    r"\b(?:(?:please |can you |could you |will you )?remind me\b|ask me (?:again |about |how |tomorrow|on |next )|don['’]?t let me forget)", re.IGNORECASE
)


class Promise:
    """At the time they named, or within the day. Where they named none there is nothing to keep."""

    name = PROMISE

    def propose(self, memory: Memory, consent: Consent, now: datetime) -> Proposal | None:
        happens = memory.happens_at
        if happens is None or memory.sensitive or happens <= now or not _ASKED.search(memory.quote):
            return None
        wall = local_time(consent, happens)
        opens = on_day(consent, wall.date(), MORNING) if wall.time() == time(0, 0) else happens
        reason = f"You asked me to: “{memory.quote.strip()}”"
        return proposal(self.name, memory, consent, (opens, opens, opens + timedelta(hours=12)), 0.95 * max(memory.importance, 0.6), reason)
