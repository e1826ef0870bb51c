"""Something they love that the persona knows about as well."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.mind.events import Consent, Kind, Memory, Proposal
from bot.mind.fields import fields, named
from bot.mind.persona import LoreNote
from bot.mind.proposals.window import EVENING, on_day, proposal
from bot.mind.quiet import local_time
from bot.mind.words import content

SHARED_INTEREST = "shared_interest"

_MATTERS = 0.5
_DISLIKED = frozenset(content("hate hates dislike dislikes avoid avoids allergic loathe can't cannot never"))
_GENERAL = frozenset(content("work working life live day days night nights people friend friends feeling feelings idea ideas habit habits time thing things everyday new old good advice between"))
"""Words that nearly everybody's knowledge is about; sharing them is no shared interest."""
_NO_INTEREST = frozenset({"feelings"})
"""A field that "I love" alone names."""


class SharedInterest:
    """Brings it up once, five days after it was told. ``knows`` are the fields of a persona's knowledge in words, ``notes`` the
    paragraphs of its ``knowledge/*.md``."""

    name = SHARED_INTEREST

    def __init__(self, knows: Iterable[str], notes: Sequence[LoreNote] = ()) -> None:
        lines = tuple(knows)
        self._words = frozenset(word for line in lines for word in content(line)) - _GENERAL
        self._fields = named(lines) - _NO_INTEREST
        keys = sorted({key for note in notes for key in note.keys}, key=len, reverse=True)
        self._keys = re.compile(rf"\b(?:{'|'.join(map(re.escape, keys))})s?\b", re.IGNORECASE) if keys else None

    def propose(self, memory: Memory, consent: Consent, now: datetime) -> Proposal | None:
        if memory.kind is not Kind.PREFERENCE or memory.sensitive or memory.importance < _MATTERS:
            return None
        if content(memory.quote) & _DISLIKED or not self._shares(memory.quote):
            return None
        opens = on_day(consent, local_time(consent, memory.said_at).date() + timedelta(days=5), EVENING)
        if opens <= now:
            return None
        reason = f"You told me this, and it is something I care about too: “{memory.gist.strip()}”"
        return proposal(self.name, memory, consent, (opens, opens, opens + timedelta(days=3)), memory.importance * 0.6, reason)

    def _shares(self, quote: str) -> bool:
        return bool(content(quote) & self._words or fields(quote) & self._fields or (self._keys and self._keys.search(quote)))
