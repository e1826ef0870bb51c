"""Rank what a search found.

First by a sum: dense and lexical score, scaled among the candidates (on conversations score fusion beats reciprocal rank
fusion, docs/adr/0005-recall.md), and those of a candidate's company. The best of these are looked at closely by boosted trees,
which were fitted on public conversations.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.mind.events import Candidate, Memory, Turn
from bot.mind.facts import facts, slot_asked
from bot.mind.recall.company import Company, company
from bot.mind.recall.features import Scores, columns, said_at, telling, text_of
from bot.mind.recall.question import Question, asks, read
from bot.mind.recall.trees import Trees, shipped
from bot.mind.words import words

__all__ = ["Found", "Weights", "asks", "closely", "rank"]

CLOSELY, CLOSELY_FOR_REMARKS = 130, 220
"""How many candidates the trees look at, a few milliseconds; more where nothing is asked, because what a remark calls up seldom looks like it."""

CHECKED = 40
"""How many memories are read for the fact that is asked for."""


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
    telling: float = 0.3
    """For what tells of oneself, where nothing is asked."""
    memory: float = 0.1
    """For a memory over a raw turn: it was found worth keeping."""
    importance: float = 0.1


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Close:
    """The candidates that deserve a closer look, best first, with what the trees need to know of them."""

    question: Question
    company: Company
    scores: Scores
    chosen: list[int]
    rest: list[int]


def rank(text: str, candidates: Sequence[Candidate], *, now: datetime, context: bool = False, trees: Trees | None = None) -> tuple[Found, ...]:
    """Best first. ``text`` is what was asked or said; ``context`` whether what was said before it went into the search. Ties go to what is
    newer."""
    if not candidates:
        return ()
    close = closely(text, candidates, now=now, context=context)
    learned = (trees or shipped()).score(columns(close.question, candidates, close.company, close.scores, close.chosen))
    linear = close.scores.linear
    # The sum breaks ties of the trees, whose steps are coarse; a memory's worth is not in the data they were fitted on.
    score = {i: float(s) + 0.1 * linear[i] + _worth(candidates[i]) for i, s in zip(close.chosen, learned, strict=True)}
    score |= _stated(text, candidates, score)
    least = min(score.values())
    score |= {i: least - 1 - linear[close.chosen[0]] + linear[i] for i in close.rest}
    order = sorted(score, key=lambda i: (score[i], said_at(candidates[i])), reverse=True)
    return tuple(Found(score=score[i], turn=candidates[i].turn, memory=candidates[i].memory, dense=candidates[i].dense) for i in order)


def _stated(text: str, candidates: Sequence[Candidate], score: Mapping[int, float]) -> dict[int, float]:
    """The scores of memories that state the very fact that is asked for: above all others, the newest first."""
    slot = slot_asked(text)
    if not slot:
        return {}
    best = sorted((i for i in score if candidates[i].memory is not None), key=score.__getitem__, reverse=True)[:CHECKED]
    stating = sorted((i for i in best if facts(_quote(candidates[i]), slot)), key=lambda i: said_at(candidates[i]))
    return {i: max(score.values()) + 1 + n for n, i in enumerate(stating)}


def _quote(candidate: Candidate) -> str:
    return candidate.memory.quote if candidate.memory is not None else ""


def closely(text: str, candidates: Sequence[Candidate], *, now: datetime, context: bool = False) -> Close:
    """Add up the signs of each candidate, and choose those that the trees should see."""
    question, beside = read(text, now), company(candidates)
    own = _fused(candidates)
    near, sitting = beside.beside(own), beside.session(own)
    named = {s: bool(question.all_words & frozenset(words(s))) for s in {c.turn.speaker for c in candidates if c.turn is not None}}
    linear = []
    for i, candidate in enumerate(candidates):
        score = own[i] + WEIGHTS.neighbours * near[i] + WEIGHTS.session * sitting[i] + _worth(candidate)
        if candidate.turn is not None:
            score += WEIGHTS.speaker * named[candidate.turn.speaker]
        if question.kind == "remark":
            score += WEIGHTS.telling * telling(text_of(candidate))
        linear.append(score)
    order = sorted(range(len(candidates)), key=linear.__getitem__, reverse=True)
    first = CLOSELY_FOR_REMARKS if question.kind == "remark" else CLOSELY
    return Close(question, beside, Scores(own=own, linear=linear, context=context), order[:first], order[first:])


def _worth(candidate: Candidate) -> float:
    return 0.0 if candidate.memory is None else WEIGHTS.memory + WEIGHTS.importance * candidate.memory.importance


def _fused(candidates: Sequence[Candidate]) -> list[float]:
    """Dense and lexical score of each, brought to 0..1 among the candidates, added."""
    dense = _scaled([c.dense for c in candidates])
    lexical = _scaled([c.lexical for c in candidates])
    return [WEIGHTS.dense * d + WEIGHTS.lexical * x for d, x in zip(dense, lexical, strict=True)]


def _scaled(values: Sequence[float]) -> list[float]:
    low, high = min(values, default=0.0), max(values, default=0.0)
    return [(v - low) / (high - low) if high > low else 0.0 for v in values]
