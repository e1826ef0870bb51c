"""Recall's first step: everything that might be worth remembering now, with what the index measured.

The best by meaning and the best by words are united; around the best turns come their neighbours, and beside a memory
the turns it was made from, because an answer often lies one message away from the words that found it. The audience rule
is part of every statement, also of the last one, which fetches rows by id.
"""

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field
from functools import cache, partial

import numpy as np
from sqlalchemy import Connection, and_, func, select

from bot.edges.store import rows, words
from bot.edges.store.among import asked_for, listed, permitted
from bot.edges.store.database import Database, counted
from bot.edges.store.lengths import KnownLengths
from bot.edges.store.nearness import Key, Nearness, Shelves, What
from bot.edges.store.plain import Plain, Row
from bot.edges.store.schema import evidence, memories, memory_terms, turn_terms, turns
from bot.edges.store.scope import Scope, memories_heard, turns_heard
from bot.edges.store.shelf import cosines
from bot.edges.store.terms import Asker, Scores, matches
from bot.mind.events import Candidate, Memory, Turn
from bot.mind.recall.lens import Sense, unit
from bot.ports import Vectors

_ANCHORS = 30
"""How many of the best turns bring their neighbours."""

_MOST_MATCHES = 300
"""Rows whose BM25 score is fetched: more than the best, so that what was found by meaning gets its score as well. Behind
them come rows that share only frequent words, which weigh next to nothing."""


_MOST_ROWS = 380
"""Rows that are read; of those beyond, which hardly ever come to mind, only the scores are told."""

_MUCH = 25.0
"""A BM25 score that weighs as much as a cosine of 1."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for, on whose behalf, and who will hear it."""

    scope: Scope
    words: str
    embed_model: str
    limit: int


async def meaning(vector: Vectors | None) -> Sense | None:
    """What is known already, for ``search``."""
    return None if vector is None else Sense(vector)


async def search(database: Database, nearness: Nearness, question: Question, sense: Awaitable[Sense | None]) -> tuple[Candidate, ...]:
    """Candidates in no order that matters. What the words mean may still be worked out: finding the words themselves takes about as long."""
    worded, meant = await asyncio.gather(database.look(partial(_worded, lengths=nearness.lengths, question=question)), sense)
    if meant is None:
        return await database.look(partial(_search, question=question, worded=worded, near=None))
    async with nearness.shelves(Key(question.scope, question.embed_model, len(meant.vector))) as shelves:
        return await database.look(partial(_search, question=question, worded=worded, near=_Near(nearness, shelves, Sense(unit(meant.vector), meant.aim))))


@dataclass(frozen=True, slots=True)
class _Near:
    """The vectors within reach, and what they are compared with."""

    nearness: Nearness
    shelves: Shelves
    meant: Sense

    def nearest(self, connection: Connection, limit: int) -> tuple["_Measured", "_Measured"]:
        """The best ``limit`` memories and as many turns, measured."""
        toward = self.meant.vector if self.meant.aim is None else self.meant.aim.toward
        close = self.nearness.nearest(connection, self.shelves, toward, limit)
        events, talk = _Measured(), _Measured()
        self.measure("memories", events, close["memories"])
        self.measure("turns", talk, close["turns"])
        return events, talk

    def measure(self, what: What, measured: "_Measured", ids: Iterable[int]) -> None:
        """Add both cosines of rows, for those that have a vector and were not measured before."""
        here, vectors = self.shelves.vectors(what, [number for number in ids if number not in measured.dense])
        dense = cosines(vectors, self.meant.vector)
        aimed = dense if self.meant.aim is None else self.meant.aim.likeness(vectors)
        measured.dense.update(zip(here, dense.tolist(), strict=True))
        measured.aimed.update(zip(here, aimed.tolist(), strict=True))


@dataclass(slots=True)
class _Measured:
    dense: Scores = field(default_factory=dict)
    aimed: Scores = field(default_factory=dict)
    lexical: Scores = field(default_factory=dict)

    def candidates(self, told: Iterable[tuple[int, Memory | None, Turn | None]]) -> list[Candidate]:
        dense, aimed, lexical = self.dense.get, self.aimed.get, self.lexical.get
        return [
            Candidate(memory=memory, turn=turn, dense=dense(number, 0.0), aimed=aimed(number, 0.0), lexical=lexical(number, 0.0))
            for number, memory, turn in told
        ]

    def worth(self, ids: Iterable[int]) -> Scores:
        """Both measures together, roughly alike."""
        return {n: self.aimed.get(n, 0.0) + self.lexical.get(n, 0.0) / _MUCH for n in ids}


@dataclass(frozen=True, slots=True)
class _Statements:
    """What is asked of the database, put together once: with ``ids`` and the values of a scope."""

    memories: Plain
    turns: Plain
    memory_ids: Plain
    turn_ids: Plain
    beside: Plain


@cache
def _statements(private: bool) -> _Statements:
    events, talk = permitted(memories, memories_heard(private)), permitted(turns, turns_heard(private))
    near = turns.alias()
    here = and_(near.c.person == turns.c.person, near.c.conversation == turns.c.conversation, ~near.c.by_bot)
    before = select(func.max(near.c.id)).where(here, near.c.id < turns.c.id).scalar_subquery()
    after = select(func.min(near.c.id)).where(here, near.c.id > turns.c.id).scalar_subquery()
    return _Statements(
        Plain(select(*rows.MEMORY).where(events)), Plain(select(*rows.TURN).where(talk)), Plain(select(memories.c.id).where(events)),
        Plain(select(turns.c.id).where(talk)), Plain(select(before, after).where(talk)),
    )


_SOURCES = Plain(select(evidence.c.turn).where(asked_for(evidence.c.memory)))


def _worded(connection: Connection, *, lengths: KnownLengths, question: Question) -> tuple[Scores, Scores]:
    """The memories and the turns that share words with what was asked."""
    scope, do, asked = question.scope, _statements(question.scope.private), words.asked(question.words)
    if not asked:
        return {}, {}
    counters = counted(connection)
    events, talk = Asker(scope, memory_terms, do.memory_ids), Asker(scope, turn_terms, do.turn_ids)
    said, wrote = (matches(connection, each, lengths.of(connection, each.terms, scope.person, counters), asked, _MOST_MATCHES) for each in (events, talk))
    return said, wrote


def _search(connection: Connection, *, question: Question, worded: tuple[Scores, Scores], near: _Near | None) -> tuple[Candidate, ...]:
    scope, limit, do, (said, wrote) = question.scope, question.limit, _statements(question.scope.private), worded
    events, talk = (_Measured(), _Measured()) if near is None else near.nearest(connection, limit)
    events.lexical, talk.lexical = said, wrote
    near_events, near_talk = _together(events.aimed, talk.aimed, limit)
    best_events, best_talk = _together(said, wrote, limit // 2)
    found, found_turns = {*best_events, *near_events}, {*best_talk, *near_talk}
    found_turns |= _neighbours(connection, do.beside, scope, _anchors(near_talk, wrote))
    found_turns |= _sources(connection, found)
    if near is not None:
        near.measure("memories", events, found)
        near.measure("turns", talk, found_turns)
    best, best_turns = _together(events.worth(found), talk.worth(found_turns), _MOST_ROWS)
    kept = map(rows.plain_memory, _rows(connection, do.memories, scope, best))
    spoken = map(rows.plain_turn, _rows(connection, do.turns, scope, best_turns))
    return (
        *events.candidates((memory.id, memory, None) for memory in kept), *talk.candidates((turn.id, None, turn) for turn in spoken),
        *events.candidates((n, None, None) for n in found.difference(best)), *talk.candidates((n, None, None) for n in found_turns.difference(best_turns)),
    )


def _together(events: Scores, talk: Scores, limit: int) -> tuple[list[int], list[int]]:
    """Of each the ids that are among the best ``limit`` of both, best first. What is remembered was mostly said in just these words: twice as many
    would tell little more and take twice as long."""
    ids = np.array([*events, *talk], dtype=np.int64)
    of_talk = np.arange(len(ids)) >= len(events)
    best = np.lexsort((ids, of_talk, -np.array([*events.values(), *talk.values()])))[:limit]
    return ids[best[~of_talk[best]]].tolist(), ids[best[of_talk[best]]].tolist()


def _anchors(close: list[int], lexical: Scores) -> list[int]:
    """The best turns by either measure, by the sum of their reciprocal ranks. Both come best first."""
    worth: Scores = {}
    for best in (close, list(lexical)):
        for rank, number in enumerate(best[:_ANCHORS]):
            worth[number] = worth.get(number, 0.0) + 1 / (60 + rank)
    return sorted(worth, key=worth.__getitem__, reverse=True)[:_ANCHORS]


def _neighbours(connection: Connection, beside: Plain, scope: Scope, ids: list[int]) -> set[int]:
    """The person's turns directly before and after these in the same conversation."""
    return {number for row in _rows(connection, beside, scope, ids) for number in row if number is not None}


def _sources(connection: Connection, found: Iterable[int]) -> set[int]:
    return {turn for (turn,) in _SOURCES(connection, {"ids": listed(found)})}


def _rows(connection: Connection, statement: Plain, scope: Scope, ids: Iterable[int]) -> list[Row]:
    return statement(connection, {**scope.values, "ids": listed(ids)})
