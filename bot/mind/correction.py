"""What a person does to a memory by hand: put it into other words, or make one of two.

A correction is their own statement, so it takes the place of the quote as well as of the gist: all that reads quotes (facts, the
planner's note, the judge) then goes by what they meant. What they had said at first stays as evidence.
"""

import re
from dataclasses import replace
from datetime import datetime

from bot.mind.circumstances import both, circumstances
from bot.mind.events import Memory, private_audience
from bot.mind.retell import retell
from bot.mind.salience import speaks_of_self
from bot.mind.speech import clean
from bot.mind.times import find_time
from bot.mind.words import content

LONGEST = 300
"""Characters of a memory in their words."""

_FIRST = {
    "they are": "I am", "they were": "I was", "they're": "I'm", "they've": "I've", "they'd": "I'd", "they'll": "I'll", "they": "I", "them": "me",
    "their": "my", "theirs": "mine", "themselves": "myself",
}
_SPEAKER = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, _FIRST), key=len, reverse=True)) + r")\b", re.IGNORECASE)


def corrected(memory: Memory, text: str, now: datetime, zone: str) -> Memory | None:
    """The memory in other words, in the first or the third person; None when there are none, or too many. A time in them counts from now."""
    said = " ".join(clean(text).split())
    if not said or len(said) > LONGEST:
        return None
    when = find_time(said, now, zone)
    first = said if speaks_of_self(said) else first_person(said)
    gist = retell(said, when, zone) if speaks_of_self(said) else said
    told = circumstances(first, now, zone)
    return replace(
        memory, gist=gist, quote=first, happens_at=when.at if when else memory.happens_at, participants=told.participants, place=told.place,
        ends_at=told.ends_at if when else memory.ends_at, recurs=told.recurs, corrected=True,
    )


def merged(one: Memory, other: Memory) -> Memory:
    """``one``, saying also what ``other`` says. Heard by those only who may hear both."""
    told = content(other.quote)
    same = other.quote in one.quote or bool(told) and told <= content(one.gist) | content(one.quote)
    return replace(
        one,
        gist=one.gist if same else f"{one.gist} {other.gist}",
        quote=one.quote if same else f"{one.quote} … {other.quote}",
        audience=one.audience if one.audience == other.audience else private_audience(one.person),
        shareable=one.shareable and other.shareable,
        happens_at=one.happens_at or other.happens_at,
        participants=both(one.participants, other.participants),
        place=one.place or other.place,
        ends_at=one.ends_at or other.ends_at,
        recurs=one.recurs or other.recurs,
        resolved_at=one.resolved_at or other.resolved_at,
        importance=max(one.importance, other.importance),
        sensitive=one.sensitive or other.sensitive,
        pinned=one.pinned or other.pinned,
        corrected=one.corrected or other.corrected,
    )


def first_person(told: str) -> str:
    """ "Their sister lives in Porto" -> "My sister lives in Porto": what they would say themselves."""
    said = _SPEAKER.sub(lambda m: _FIRST[m[0].lower()], told)
    return said[:1].upper() + said[1:]
