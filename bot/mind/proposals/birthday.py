"""Good wishes on a birthday of their own."""

import re
from datetime import datetime, time

from bot.mind.events import Consent, Memory, Proposal
from bot.mind.proposals.window import on_day, proposal
from bot.mind.quiet import local_time

BIRTHDAY = "birthday"

_OWN = re.compile(r"\b(?:my (?:own )?(?:\w+ )?birthday|i(?:'ll| will)? turn(?:ing)? \d+|i was born on)\b", re.IGNORECASE)
_OPENS, _CLOSES = time(9, 30), time(22, 0)


class Birthday:
    """On the day itself, in the morning. A sister's birthday is hers."""

    name = BIRTHDAY

    def propose(self, memory: Memory, consent: Consent, now: datetime) -> Proposal | None:
        if memory.happens_at is None or memory.sensitive or not _OWN.search(memory.quote.replace("’", "'")):
            return None
        day = local_time(consent, memory.happens_at).date()
        opens, closes = on_day(consent, day, _OPENS), on_day(consent, day, _CLOSES)
        if opens <= now:
            return None
        reason = f"You told me when your birthday is: “{memory.quote.strip()}”"
        return proposal(self.name, memory, consent, (opens, opens, closes), 0.5, reason)
