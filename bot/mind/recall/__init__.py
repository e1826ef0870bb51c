"""Rank what a search found.

First by a sum: dense and lexical score, scaled among the candidates (on conversations score fusion beats reciprocal rank
fusion, docs/adr/0005-recall.md), and those of a candidate's company. The best of these are looked at closely by boosted trees,
which were fitted on public conversations.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from bot.mind.events import Candidate, Memory, Turn
from bot.mind.facts import facts, slot_asked
from bot.mind.recall.company import Company, Places, company
from bot.mind.recall.features import Scores, columns, said_at, scaled, telling, text_of
from bot.mind.recall.question import Question, asks, read
from bot.mind.recall.trees import Trees, shipped

__all__ = ["Found", "Weights", "asks", "closely", "rank"]

CHECKED = 100
"""How many memories are read for the fact that is asked for."""

CLOSELY = 130
"""How many candidates the trees look at: a few milliseconds."""


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
    telling: float = 0.0
    """For what tells of oneself with a reason, a habit or an aim."""
    memory: float = 0.1
    """For a memory over a raw turn: it was found worth keeping."""
    importance: float = 0.1


ASKED = Weights()
SAID = Weights(lexical=0.2, neighbours=0.0, session=0.0, telling=0.3)
"""What a remark calls up seldom shares its words, and stands alone."""


@dataclass(frozen=True, slots=True)
class Close:
    """The candidates that deserve a closer look, best first, with what the trees need to know of them."""

    question: Question
    company: Company
    scores: Scores
    chosen: Places
    rest: Places


def rank(
    text: str, candidates: Sequence[Candidate], *, now: datetime, context: bool = False, trees: Trees | None = None, limit: int | None = None,
) -> tuple[Found, ...]:
    """The best ``limit``, best first. ``text`` is what was asked or said; ``context`` whether what was said before it went into the search. Ties
    go to what is newer."""
    if not candidates:
        return ()
    close = closely(text, candidates, now=now, context=context)
    if not len(close.chosen):
        return ()
    learned = (trees or shipped("remark" if close.question.kind == "remark" else "question")).score(columns(close.question, candidates, close.company, close.scores, close.chosen))
    linear = close.scores.linear
    # The sum breaks ties of the trees, whose steps are coarse; a memory's worth is not in the data they were fitted on.
    given = learned + 0.1 * linear[close.chosen]
    score = {i: s + _worth(candidates[i]) for i, s in zip(close.chosen.tolist(), given.tolist(), strict=True)}
    if close.question.kind != "remark":
        score |= _stated(text, candidates, np.append(close.chosen, close.rest), score)
    order = sorted(score, key=lambda i: (score[i], said_at(candidates[i])), reverse=True)
    if limit is None or limit > len(order):
        least = min(score.values()) - 1 - float(linear[close.chosen[0]])
        rest = {i: least + s for i, s in zip(close.rest.tolist(), linear[close.rest].tolist(), strict=True) if i not in score}
        order += sorted(rest, key=lambda i: (rest[i], said_at(candidates[i])), reverse=True)
        score |= rest
    return tuple(Found(score=score[i], turn=candidates[i].turn, memory=candidates[i].memory, dense=candidates[i].dense) for i in order[:limit])


def _stated(text: str, candidates: Sequence[Candidate], order: Places, score: Mapping[int, float]) -> dict[int, float]:
    """The scores of memories that state the very fact that is asked for: above all others, the newest first."""
    slot = slot_asked(text)
    if not slot:
        return {}
    looked = [i for i in order.tolist() if candidates[i].memory is not None][:CHECKED]
    stating = sorted((i for i in looked if facts(_quote(candidates[i]), slot)), key=lambda i: said_at(candidates[i]))
    return {i: max(score.values()) + 1 + n for n, i in enumerate(stating)}


def _quote(candidate: Candidate) -> str:
    return candidate.memory.quote if candidate.memory is not None else ""


def closely(text: str, candidates: Sequence[Candidate], *, now: datetime, context: bool = False) -> Close:
    """Add up the signs of each candidate, and choose those that the trees should see."""
    question, beside = read(text, now), company(candidates)
    weights = SAID if question.kind == "remark" else ASKED
    aimed, lexical = scaled(np.array([c.aimed for c in candidates])), scaled(np.array([c.lexical for c in candidates]))
    own = weights.dense * aimed + weights.lexical * lexical
    linear = own + weights.neighbours * beside.beside(own) + weights.session * beside.session(own) + np.array([_worth(c) for c in candidates])
    if named := question.named({c.turn.speaker for c in candidates if c.turn is not None}):
        linear += weights.speaker * np.array([c.turn is not None and c.turn.speaker in named for c in candidates])
    if weights.telling:
        # The others cannot come among the chosen by it.
        near = np.flatnonzero(linear + weights.telling >= np.sort(linear)[-CLOSELY:][0])
        linear[near] += weights.telling * np.array([telling(text_of(candidates[i])) for i in near.tolist()])
    order = np.argsort(-linear, kind="stable")
    order = order[np.array([c.memory is not None or c.turn is not None for c in candidates])[order]]
    return Close(question, beside, Scores(own=own, linear=linear, context=context), order[:CLOSELY], order[CLOSELY:])


def _worth(candidate: Candidate) -> float:
    return 0.0 if candidate.memory is None else ASKED.memory + ASKED.importance * candidate.memory.importance
