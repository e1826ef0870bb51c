"""What the companion itself said it would do: "I'll ask you on Saturday how it went".

Its words are never remembered as anybody's, so nothing of them is kept but what was promised, and when. What it rests on, and what is
shown and deleted with it, is the message that it answered.
"""

import re
from datetime import datetime, time, timedelta

from bot.mind.events import Consent, Evidence, Kind, Memory, Proposal, Turn
from bot.mind.extraction import SENSITIVE
from bot.mind.proposals.window import EVENING, on_day, proposal
from bot.mind.quiet import local_time
from bot.mind.salience import sentences
from bot.mind.times import find_time

OWN_PROMISE = "own_promise"

_GIST = "I said that I would"
_BELOW_ALL = 0.4
"""Too little importance for any other source: a promise is no event of theirs."""
_LONGEST_QUOTE = 300
_WILL = re.compile(
    r"\b(?:i['’]ll|i will|i promise(?: you)? (?:to|i['’]ll|that i['’]ll)|i['’]m going to)\s+(?!never\b|not\b)(?:\w+\s+){0,2}?"
    r"(?P<act>ask|remind|check|write|message|text|ping|come back)\b",
    re.IGNORECASE,
)
_OFFERED = re.compile(r"\?|\bif you (?:want|like|wish|prefer)\b|\bunless\b|\bwhen you\b", re.IGNORECASE)
_ACTS = {"remind": "remind you", "check": "see how you are"}


def promised(reply: Turn, answered: Turn, zone: str) -> tuple[Memory, Evidence] | None:
    """What a reply binds itself to, at a time it names; None for almost every reply. ``zone`` is the person's."""
    for sentence in sentences(reply.text):
        found = _WILL.search(sentence)
        when = find_time(sentence, reply.said_at, zone) if found and not _OFFERED.search(sentence) else None
        if found and when is not None and when.at > reply.said_at:
            return _kept(_ACTS.get(found["act"].lower(), "ask you about this again"), when.at, answered)
    return None


def _kept(act: str, at: datetime, answered: Turn) -> tuple[Memory, Evidence]:
    quote = answered.text[:_LONGEST_QUOTE]
    memory = Memory(
        person=answered.person, audience=answered.audience, kind=Kind.PLAN, gist=f"{_GIST} {act}.", quote=quote, said_at=answered.said_at,
        happens_at=at, importance=_BELOW_ALL, sensitive=bool(SENSITIVE.search(answered.text)),
    )
    return memory, Evidence(turn=answered.id, start=0, end=len(quote))


class OwnPromise:
    """At the time it named, or on the evening of that day."""

    name = OWN_PROMISE

    def propose(self, memory: Memory, consent: Consent, now: datetime) -> Proposal | None:
        happens = memory.happens_at
        if happens is None or happens <= now or memory.sensitive or not memory.gist.startswith(_GIST):
            return None
        wall = local_time(consent, happens)
        opens = on_day(consent, wall.date(), EVENING) if wall.time() == time(0, 0) else happens
        reason = f"{memory.gist} You had written: “{memory.quote.strip()}”"
        return proposal(self.name, memory, consent, (opens, opens, opens + timedelta(hours=20)), 0.5, reason)
