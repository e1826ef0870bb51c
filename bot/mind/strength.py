"""How well an event is still remembered, and when it may be let go.

Strength falls as a power of one half (Ebbinghaus, *Über das Gedächtnis*, 1885; half-lives as in Settles & Meeder, "A trainable
spaced repetition model", 2016). Each use revives it and makes it last longer, the more the further it had faded: what comes
back after a long time stays better than what is said twice in a row (the spacing effect; Cepeda et al. 2006).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.mind.events import Kind, Memory

HALF_LIFE: Mapping[Kind, float] = MappingProxyType(
    {
        Kind.FEELING: 14, Kind.PLAN: 30, Kind.EXPERIENCE: 60, Kind.WELLBEING: 60, Kind.ACHIEVEMENT: 180, Kind.PREFERENCE: 240,
        Kind.RELATIONSHIP: 365, Kind.PROFILE: 730,
    }
)
"""Days, for an event of middling importance that was never used. Our own judgement: a mood is gone before a taste."""

DIGEST = 365.0
"""Days: half-life of a digest of faded events."""

FAINT = 0.05
"""Strength below which an event is as good as forgotten: an ordinary experience after some 260 days."""

LASTING = 0.8
"""Importance from which an event is never let go."""

_GAIN = 1.5
_LONGEST = 3650.0
_DAY = timedelta(days=1)


def half_life(memory: Memory) -> float:
    """Days in which the strength halves. Importance stretches it: fourfold for 1, a quarter for 0."""
    return memory.half_life or HALF_LIFE[memory.kind] * 4 ** (2 * memory.importance - 1)


def strength(memory: Memory, now: datetime) -> float:
    """1 when it was just told or used, or has still to happen; then down towards 0."""
    fresh = max(filter(None, (memory.said_at, memory.used_at, memory.over_at)))
    days = max(0.0, (now - fresh) / _DAY)
    return float(0.5 ** (days / half_life(memory)))


def revived(memory: Memory, now: datetime) -> Memory:
    """The memory after it came to a reply."""
    longer = half_life(memory) * (1 + _GAIN * (1 - strength(memory, now)))
    return replace(memory, half_life=min(longer, _LONGEST), used_at=now)


def stays(memory: Memory) -> bool:
    """Whether it is kept however long it goes unused: what its owner pinned, who they are, what hurts, what mattered."""
    return memory.pinned or memory.sensitive or memory.kind is Kind.PROFILE or memory.importance >= LASTING


def faded(memory: Memory, now: datetime) -> bool:
    """Whether it may be folded into a digest, or dropped when it does not hold any more."""
    return not stays(memory) and strength(memory, now) < FAINT
