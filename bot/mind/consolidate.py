"""Is this memory one we have already, does it end an old one, and does a message tell how something went?

A memory holds from when it was said until the one that superseded it was said.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.mind.coreference import whose
from bot.mind.events import Candidate, Kind, Memory
from bot.mind.facts import Fact, facts, past_facts, tells_change
from bot.mind.times import resolve
from bot.mind.topics import means
from bot.mind.words import content

_TOLD = re.compile(
    r"\b(?:it (?:went|was)|went (?:well|great|badly|ok|fine|terribl\w+|awful\w*|horribl\w+)|passed|failed|nailed|bombed|got (?:the|it|in|through|a)|didn'?t get|survived|is (?:over|done)|it'?s over|cancell?ed|postponed|rescheduled|called off|"
    r"(?:i|we) (?:did|made|won|lost|finished|had|aced|enjoyed))\b",
    re.IGNORECASE,
)
_CALLED_OFF = re.compile(r"\b(?:cancell?ed|called off|postponed|rescheduled)\b", re.IGNORECASE)
_TOLD_WITHIN = timedelta(days=7)
_EARLY = timedelta(hours=3)
"""An hour that was only guessed ("friday evening") may be that late."""
_AT_ONCE = timedelta(days=1)
_SAME_WORDS, _NEARLY_ALL_WORDS = 0.75, 0.88
_RELATED = 0.55


def repeats(new: Memory, known: Sequence[Candidate]) -> tuple[int, ...]:
    """Ids of memories that the new one says again: the same words of meaning, or nearly, of the same kind of thing.

    The new one replaces them: it is their fresher statement.
    """
    mine = content(new.quote) | content(new.gist)
    same = []
    for candidate in known:
        old = candidate.memory
        if old is None or old.superseded_by or not _same_time(new, old) or whose(new.quote) != whose(old.quote):
            continue
        theirs = content(old.quote) | content(old.gist)
        # Where each has a word of its own, something may be another: "I was in Rome last summer", "I was in Paris last summer".
        least = _NEARLY_ALL_WORDS if mine - theirs and theirs - mine else _SAME_WORDS
        if mine and len(mine & theirs) / len(mine | theirs) >= least:
            same.append(old.id)
    return tuple(same)


def ends(new: Memory, held: Sequence[Memory]) -> tuple[int, ...]:
    """Ids of memories that do not hold any more because of the new one: "I moved to Oslo" ends "I live in Bergen", and so does "I lived in
    Bergen until May".

    One that says more than what has changed is left alone, and so is one that the new one is at odds with.
    """
    changed = {fact.slot: fact for fact in facts(new.quote)}
    gone = {(fact.slot, fact.value) for fact in past_facts(new.quote)}
    over = []
    for old in held if changed or gone else ():
        if old.said_at > new.said_at or old.superseded_by or old.id == new.id:
            continue
        stated = facts(old.quote)
        if stated and all((fact.slot, fact.value) in gone or _changes(new, changed.get(fact.slot), old, fact) for fact in stated):
            over.append(old.id)
    return tuple(over)


def _changes(new: Memory, now: Fact | None, old: Memory, before: Fact) -> bool:
    """Whether a fact takes the place of an older one."""
    if now is None or _undecided(new, now, old, before):
        return False
    if before.slot.startswith("date of ") and old.happens_at is not None and old.happens_at < new.said_at:
        return False  # that one has been; this is another
    return not now.several or now.value in ("", before.value) or tells_change(new.quote)


def at_odds(memories: Sequence[Memory]) -> tuple[Memory, Memory] | None:
    """Two of these that cannot both be true, without a sign of which is: the earlier one first. Both were kept."""
    stating = [(m, fact) for m in sorted(memories, key=lambda m: (m.said_at, m.id)) if not m.superseded_by for fact in facts(m.quote)]
    for n, (old, before) in enumerate(stating):
        for new, now in stating[n + 1 :]:
            if now.slot == before.slot and _undecided(new, now, old, before):
                return old, new
    return None


def _undecided(new: Memory, now: Fact, old: Memory, before: Fact) -> bool:
    """Two values said almost at once, and neither said to be a change; or somebody who has become younger."""
    if now.several or not now.value or not before.value or now.value == before.value:
        return False
    if now.slot.startswith("age of "):
        return now.value.isdigit() and before.value.isdigit() and int(now.value) < int(before.value)
    return not tells_change(new.quote) and new.said_at - old.said_at < _AT_ONCE


def held_at(memories: Sequence[Memory], slot: str, at: datetime) -> Memory | None:
    """What was so at a moment, of the facts of one slot: the last that had been stated by then, or what was told later to have been so until a
    time after it. None when neither is known. Times to the day, in UTC."""
    stated = [m for m in memories if m.said_at <= at and facts(m.quote, slot)]
    if stated:
        return max(stated, key=lambda m: (m.said_at, m.id))
    past = [
        (end.at, m.id, m) for m in memories for fact in past_facts(m.quote)
        if fact.slot == slot and (end := resolve(fact.until, m.said_at, "UTC", past=True)) and end.at > at
    ]
    return min(past)[2] if past else None


def contradicted_by(memory: Memory, others: Sequence[Memory]) -> tuple[Memory, ...]:
    """Those of the others that would have ended this memory, oldest first: it is pinned, or was told again only now (they edited
    an old message)."""
    newer = sorted((m for m in others if m.said_at > memory.said_at), key=lambda m: (m.said_at, m.id))
    return tuple(m for m in newer if ends(m, [memory]))


def valid_at(memories: Sequence[Memory], current: Memory, at: datetime) -> Memory | None:
    """What stood in the place of ``current`` at a moment: itself, or one of those that it replaced, directly or not. None when nothing had been
    said yet."""
    chain, fresh = [current], {current.id}
    while fresh:
        older = [m for m in memories if m.superseded_by in fresh]
        fresh = {m.id for m in older}
        chain += older
    said = [m for m in chain if m.said_at <= at]
    return max(said, key=lambda m: (m.said_at, m.id), default=None)


def resolved(text: str, said_at: datetime, known: Sequence[Candidate]) -> tuple[Memory, ...]:
    """Memories of things that were to happen, whose outcome this message tells."""
    if not _TOLD.search(text):
        return ()
    # Only that it will not happen can be told long before.
    early = _TOLD_WITHIN if _CALLED_OFF.search(text) else _EARLY
    due = [c for c in known if c.memory is not None and _awaited(c.memory, said_at, early)]
    named = [c.memory for c in due if c.memory and any(means(w, content(c.memory.quote)) for w in content(text))]
    if named:
        return tuple(named)
    # "It went fine!" names nothing: it is about the one thing that has just happened, if there is just one.
    near = [c.memory for c in due if c.memory and c.dense >= _RELATED and abs(said_at - (c.memory.happens_at or said_at)) < timedelta(days=2)]
    return tuple(near) if len(near) == 1 else ()


def _awaited(memory: Memory, said_at: datetime, early: timedelta) -> bool:
    when = memory.happens_at
    if when is None or memory.resolved_at is not None or memory.superseded_by or memory.said_at >= said_at:
        return False
    return memory.kind in (Kind.PLAN, Kind.WELLBEING, Kind.EXPERIENCE, Kind.ACHIEVEMENT) and -early <= said_at - when <= _TOLD_WITHIN


def _same_time(a: Memory, b: Memory) -> bool:
    if a.happens_at is None or b.happens_at is None:
        return a.happens_at is b.happens_at or a.kind is b.kind
    return abs(a.happens_at - b.happens_at) <= timedelta(days=1)
