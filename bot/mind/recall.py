"""Rank what a search found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.mind.events import Candidate, Memory, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A memory or an old turn, with its score (higher is better)."""

    score: float
    turn: Turn | None = None
    memory: Memory | None = None


def rank(words: str, candidates: Sequence[Candidate], *, now: datetime) -> tuple[Found, ...]:
    """Best first."""
    raise NotImplementedError
