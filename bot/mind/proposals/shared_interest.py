"""Something they love that the persona knows about as well."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.mind.events import Consent, Kind, Memory, Proposal
from bot.mind.proposals.window import EVENING, on_day, proposal
from bot.mind.quiet import local_time
from bot.mind.words import content

SHARED_INTEREST = "shared_interest"

_MATTERS = 0.5
_DISLIKED = frozenset(content("hate hates dislike dislikes avoid avoids allergic loathe can't cannot never"))


class SharedInterest:
    """Brings it up once, five days after it was told. ``known`` are words that the persona's own knowledge is about."""

    name = SHARED_INTEREST

    def __init__(self, known: Collection[str]) -> None:
        self._known = frozenset(word for phrase in known for word in content(phrase))

    def propose(self, memory: Memory, consent: Consent, now: datetime) -> Proposal | None:
        if memory.kind is not Kind.PREFERENCE or memory.sensitive or memory.importance < _MATTERS:
            return None
        words = content(memory.quote)
        if not words & self._known or words & _DISLIKED:
            return None
        opens = on_day(consent, local_time(consent, memory.said_at).date() + timedelta(days=5), EVENING)
        if opens <= now:
            return None
        reason = f"You told me this, and it is something I care about too: “{memory.gist.strip()}”"
        return proposal(self.name, memory, consent, (opens, opens, opens + timedelta(days=3)), memory.importance * 0.6, reason)
