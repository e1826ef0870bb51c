"""A question they left hanging: "I don't know whether to take the job"."""

import re
from datetime import datetime, timedelta

from bot.mind.events import Consent, Kind, Memory, Proposal
from bot.mind.proposals.window import EVENING, on_day, proposal
from bot.mind.quiet import local_time

OPEN_QUESTION = "open_question"

_MATTERS = 0.5
_UNDECIDED = re.compile(
    r"""\b(?:should\s+i\b | (?:do\s?n['’]?t|not)\s+(?:know|sure)\s+(?:whether|if\s+i\s+should|what\s+to\s+do) | can['’]?t\s+decide
      | (?:still\s+)?undecided | (?:i['’]?m|i\s+am|still)\s+wondering\s+(?:whether|if) | torn\s+between | thinking\s+about\s+whether)""",
    re.IGNORECASE | re.VERBOSE,
)


class OpenQuestion:
    """Asks three days later where they have got to; what has a date gets a follow-up instead."""

    name = OPEN_QUESTION

    def propose(self, memory: Memory, consent: Consent, now: datetime) -> Proposal | None:
        if memory.happens_at is not None or memory.sensitive or memory.importance < _MATTERS or memory.kind is Kind.PROFILE:
            return None
        if not _UNDECIDED.search(memory.quote):
            return None
        day = local_time(consent, memory.said_at).date() + timedelta(days=3)
        opens = on_day(consent, day, EVENING)
        if opens <= now:
            return None
        reason = f"You were undecided: “{memory.quote.strip()}” I would like to know where you have got to."
        return proposal(self.name, memory, consent, (opens, opens, opens + timedelta(days=4)), memory.importance * 0.6, reason)
