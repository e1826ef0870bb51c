"""Folding faded events: several of one time become one sentence that stands for them, and they are let go.

A digest is a memory like any other: its owner sees it, may edit or delete it, it is found again, and it fades in its turn.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bot.mind.events import Memory
from bot.mind.prompt import estimate_tokens
from bot.mind.strength import DIGEST, faded

_ENOUGH = 3
"""Events that are worth a digest."""

_TOKENS = 90


def groups(memories: Sequence[Memory], now: datetime) -> tuple[tuple[Memory, ...], ...]:
    """Faded events that belong together: those of one month, or, where a month has too few, of one year; never of two audiences."""
    fading = [m for m in memories if not m.superseded_by and faded(m, now)]
    found: list[tuple[Memory, ...]] = []
    for period in ("%Y-%m", "%Y"):
        together: dict[tuple[str, bool, str], list[Memory]] = {}
        for memory in fading:
            if period == "%Y" and memory.said_at.year == now.year:
                continue
            together.setdefault((memory.audience, memory.shareable, memory.said_at.strftime(period)), []).append(memory)
        whole = [tuple(group) for group in together.values() if len(group) >= _ENOUGH]
        found += whole
        fading = [m for m in fading if not any(m in group for group in whole)]
    return tuple(found)


def digest(members: Sequence[Memory]) -> Memory:
    """What stands in the place of ``members``, which are of one person and one audience: what mattered most of it, as far as it fits."""
    by_worth = sorted(members, key=lambda m: (-m.importance, m.id))
    kept: list[Memory] = []
    for memory in by_worth:
        if not kept or estimate_tokens(_told([*kept, memory])) <= _TOKENS:
            kept.append(memory)
    kept.sort(key=lambda m: (m.said_at, m.id))
    first = members[0]
    return Memory(
        person=first.person, audience=first.audience, shareable=first.shareable, gist=_told(kept), quote="",
        kind=Counter(m.kind for m in members).most_common(1)[0][0], said_at=max(m.said_at for m in members),
        importance=max(m.importance for m in members), half_life=DIGEST, folded=sum(max(1, m.folded) for m in members),
    )


def outdated(memories: Sequence[Memory], now: datetime) -> tuple[int, ...]:
    """Ids of faded memories that do not hold any more: nothing stands for them."""
    return tuple(m.id for m in memories if m.superseded_by and faded(m, now))


def _told(members: Sequence[Memory]) -> str:
    since, until = min(m.said_at for m in members), max(m.said_at for m in members)
    when = f"{since:%B %Y}" if f"{since:%B %Y}" == f"{until:%B %Y}" else f"{since:%Y}" if since.year == until.year else f"{since:%Y} to {until:%Y}"
    return f"In {when}: " + "; ".join(m.gist.partition(": ")[2] if m.folded else m.gist.rstrip(".") for m in members).rstrip(".") + "."
