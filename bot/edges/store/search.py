"""Recall's first step: everything that might be worth remembering now, with what the index measured.

The best by meaning and the best by words are united; around the best turns come their neighbours, and beside a memory
the turns it was made from, because an answer often lies one message away from the words that found it. The audience rule
is part of every statement, also of the last one, which fetches rows by id.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, select

from bot.edges.store import rows
from bot.edges.store.database import Database
from bot.edges.store.nearness import Key, Nearness, Shelves, What
from bot.edges.store.schema import evidence, memories, memory_terms, turn_terms, turns
from bot.edges.store.scope import Scope
from bot.edges.store.shelf import cosines
from bot.edges.store.terms import Scores, matches
from bot.mind.events import Candidate
from bot.mind.recall.lens import Aim
from bot.ports import Vectors

_ANCHORS = 30
"""How many of the best turns bring their neighbours."""

_MOST_MATCHES = 300
"""Rows whose BM25 score is fetched: more than the best, so that what was found by meaning gets its score as well. Behind
them come rows that share only frequent words, which weigh next to nothing."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for, on whose behalf, and who will hear it."""

    scope: Scope
    words: str
    vector: Vectors | None
    embed_model: str
    limit: int
    aim: Aim | None = None


async def search(database: Database, nearness: Nearness, question: Question) -> tuple[Candidate, ...]:
    """Candidates in no order that matters."""
    if question.vector is None:
        return await database.look(partial(_search, question=question, near=None))
    async with nearness.shelves(Key(question.scope, question.embed_model, len(question.vector))) as shelves:
        return await database.look(partial(_search, question=question, near=_Near(nearness, shelves, question.vector, question.aim)))


@dataclass(frozen=True, slots=True)
class _Near:
    """The vectors within reach, and what they are compared with."""

    nearness: Nearness
    shelves: Shelves
    vector: Vectors
    aim: Aim | None

    def nearest(self, connection: Connection, limit: int) -> dict[What, list[int]]:
        """The best memories and turns."""
        toward = self.vector if self.aim is None else self.aim.toward
        return self.nearness.nearest(connection, self.shelves, toward, limit)

    def measured(self, what: What, ids: Iterable[int]) -> "_Measured":
        """Both cosines of rows, for those that have a vector."""
        here, vectors = self.shelves.vectors(what, ids)
        dense = cosines(vectors, self.vector)
        aimed = dense if self.aim is None else self.aim.likeness(vectors)
        return _Measured(dict(zip(here, map(float, dense), strict=True)), dict(zip(here, map(float, aimed), strict=True)))


@dataclass(frozen=True, slots=True)
class _Measured:
    dense: Scores = field(default_factory=dict)
    aimed: Scores = field(default_factory=dict)


def _search(connection: Connection, *, question: Question, near: _Near | None) -> tuple[Candidate, ...]:
    scope, limit = question.scope, question.limit
    said = matches(connection, memory_terms, memories, scope.memories(), scope.person, question.words, _MOST_MATCHES)
    wrote = matches(connection, turn_terms, turns, scope.turns(), scope.person, question.words, _MOST_MATCHES)
    close: dict[What, list[int]] = {"memories": [], "turns": []} if near is None else near.nearest(connection, limit)
    found = _best(said, limit // 2).union(close["memories"])
    found_turns = _best(wrote, limit // 2).union(close["turns"])
    found_turns |= _neighbours(connection, scope, _anchors(close["turns"], wrote))
    found_turns |= _sources(connection, found)
    events, talk = (_Measured(), _Measured()) if near is None else (near.measured("memories", found), near.measured("turns", found_turns))
    kept = map(rows.to_memory, _fetch(connection, rows.MEMORY, memories, scope.memories(), found))
    spoken = map(rows.to_turn, _fetch(connection, rows.TURN, turns, scope.turns(), found_turns))
    return (
        *(Candidate(memory=m, dense=events.dense.get(m.id, 0.0), aimed=events.aimed.get(m.id, 0.0), lexical=said.get(m.id, 0.0)) for m in kept),
        *(Candidate(turn=t, dense=talk.dense.get(t.id, 0.0), aimed=talk.aimed.get(t.id, 0.0), lexical=wrote.get(t.id, 0.0)) for t in spoken),
    )


def _best(scores: Scores, limit: int) -> set[int]:
    return set(list(scores)[:limit])


def _anchors(close: list[int], lexical: Scores) -> list[int]:
    """The best turns by either measure, by the sum of their reciprocal ranks. Both come best first."""
    worth: Scores = {}
    for best in (close, list(lexical)):
        for rank, number in enumerate(best[:_ANCHORS]):
            worth[number] = worth.get(number, 0.0) + 1 / (60 + rank)
    return sorted(worth, key=worth.__getitem__, reverse=True)[:_ANCHORS]


def _neighbours(connection: Connection, scope: Scope, ids: list[int]) -> set[int]:
    """The person's turns directly before and after these in the same conversation."""
    near = turns.alias()
    beside = and_(
        near.c.person == turns.c.person, near.c.conversation == turns.c.conversation, ~near.c.by_bot
    )
    before = select(func.max(near.c.id)).where(beside, near.c.id < turns.c.id).scalar_subquery()
    after = select(func.min(near.c.id)).where(beside, near.c.id > turns.c.id).scalar_subquery()
    found = connection.execute(select(before, after).where(scope.turns(), turns.c.id.in_(ids)))
    return {number for row in found for number in row if number is not None}


def _sources(connection: Connection, found: Iterable[int]) -> set[int]:
    return set(connection.scalars(select(evidence.c.turn).where(evidence.c.memory.in_(list(found)))))


def _fetch(
    connection: Connection, columns: list[Any], table: Table, allowed: ColumnElement[bool], ids: Iterable[int]
) -> list[Any]:
    return list(connection.execute(select(*columns).where(allowed, table.c.id.in_(list(ids)))).all())
