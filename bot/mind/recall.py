"""Rank what a search found.

Scores are fused, not ranks: on conversations score fusion beats reciprocal rank fusion (docs/adr/0005-recall.md). To the two
scores of a candidate come those of its company: the turns beside it, the session it belongs to, and whether the question
names who said it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.mind.events import Candidate, Memory, Turn
from bot.mind.words import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A memory or an old turn, with its score (higher is better)."""

    score: float
    turn: Turn | None = None
    memory: Memory | None = None
    dense: float = 0.0
    """Cosine to what was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each sign counts; the scores they multiply lie between 0 and 1."""

    dense: float = 1.0
    lexical: float = 1.0
    neighbours: float = 0.3
    session: float = 0.4
    speaker: float = 0.3
    memory: float = 0.1
    """For a memory over a raw turn: it was found worth keeping."""
    importance: float = 0.1


SESSION_GAP = timedelta(hours=1)
"""A longer silence begins a new session of a conversation."""


def rank(text: str, candidates: Sequence[Candidate], *, now: datetime, weights: Weights = Weights()) -> tuple[Found, ...]:
    """Best first. ``text`` is what was asked or said; ties go to what is newer."""
    own = _fused(candidates, weights)
    order = _by_place(candidates)
    beside = _beside(order, candidates, own)
    session = _session(order, candidates, own)
    named = frozenset(words(text))
    found = []
    for i, candidate in enumerate(candidates):
        score = own[i] + weights.neighbours * beside.get(i, 0.0) + weights.session * session.get(i, 0.0)
        if candidate.turn is not None:
            score += weights.speaker * bool(named & frozenset(words(candidate.turn.speaker)))
        elif candidate.memory is not None:
            score += weights.memory + weights.importance * candidate.memory.importance
        found.append(Found(score=score, turn=candidate.turn, memory=candidate.memory, dense=candidate.dense))
    return tuple(sorted(found, key=lambda f: (-f.score, _age(f, now))))


def _fused(candidates: Sequence[Candidate], weights: Weights) -> list[float]:
    """Dense and lexical score of each, brought to 0..1 among the candidates, added."""
    dense = _scaled([c.dense for c in candidates])
    lexical = _scaled([c.lexical for c in candidates])
    return [weights.dense * d + weights.lexical * x for d, x in zip(dense, lexical, strict=True)]


def _scaled(values: Sequence[float]) -> list[float]:
    low, high = min(values, default=0.0), max(values, default=0.0)
    return [(v - low) / (high - low) if high > low else 0.0 for v in values]


def _by_place(candidates: Sequence[Candidate]) -> Mapping[str, list[int]]:
    """Indexes of the turns of each conversation, in the order they were said."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for i, candidate in enumerate(candidates):
        if candidate.turn is not None:
            places[candidate.turn.conversation].append(i)
    for indexes in places.values():
        indexes.sort(key=lambda i: _turn(candidates, i).id)
    return places


def _beside(order: Mapping[str, list[int]], candidates: Sequence[Candidate], own: Sequence[float]) -> dict[int, float]:
    """For each turn the better score of those directly before and after it (a reply of the companion may lie between)."""
    best: defaultdict[int, float] = defaultdict(float)
    for indexes in order.values():
        for a, b in zip(indexes, indexes[1:], strict=False):
            if _turn(candidates, b).id - _turn(candidates, a).id <= 2:
                best[a] = max(best[a], own[b])
                best[b] = max(best[b], own[a])
    return best


def _session(order: Mapping[str, list[int]], candidates: Sequence[Candidate], own: Sequence[float]) -> dict[int, float]:
    """For each turn the mean of the three best scores of its session."""
    scores: dict[int, float] = {}
    for indexes in order.values():
        start = 0
        for end in range(1, len(indexes) + 1):
            if end < len(indexes) and _turn(candidates, indexes[end]).said_at - _turn(candidates, indexes[end - 1]).said_at <= SESSION_GAP:
                continue
            group = indexes[start:end]
            best = sorted((own[i] for i in group), reverse=True)[:3]
            scores.update((i, sum(best) / 3) for i in group)
            start = end
    return scores


def _turn(candidates: Sequence[Candidate], index: int) -> Turn:
    turn = candidates[index].turn
    assert turn is not None  # only turns have a place
    return turn


def _age(found: Found, now: datetime) -> timedelta:
    said = found.turn.said_at if found.turn else found.memory.said_at if found.memory else now
    return now - said
