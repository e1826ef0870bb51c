"""Recall's first step: everything that might be worth remembering now, with what the index measured.

The best by meaning and the best by words are united; around the best turns come their neighbours, and beside a memory
the turns it was made from, because an answer often lies one message away from the words that found it. The audience rule
is part of every statement, also of the last one, which fetches rows by id.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, TableClause, and_, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edges.store import rows, words
from bot.edges.store.nearness import Key, Nearness, What
from bot.edges.store.schema import evidence, memories, memory_words, turn_words, turns
from bot.edges.store.scope import Scope
from bot.mind.events import Candidate
from bot.ports import Vectors

_ANCHORS = 30
"""How many of the best turns bring their neighbours."""

_MOST_MATCHES = 400
"""Rows whose BM25 score is fetched: more than the best, so that what was found by meaning gets its score as well. Behind
them come rows that share only frequent words, which weigh next to nothing."""

Scores = dict[int, float]


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for, on whose behalf, and who will hear it."""

    scope: Scope
    words: str
    vector: Vectors | None
    embed_model: str
    limit: int


async def search(connection: AsyncConnection, nearness: Nearness, question: Question) -> tuple[Candidate, ...]:
    """Candidates in no order that matters."""
    scope, limit = question.scope, question.limit
    query = words.query(scope.person, question.words)
    said = await _matches(connection, memory_words, memories, scope.memories(), query)
    wrote = await _matches(connection, turn_words, turns, scope.turns(), query)
    close: dict[What, Scores] = {"memories": {}, "turns": {}}
    key = None
    if question.vector is not None:
        key = Key(scope, question.embed_model, len(question.vector))
        close = await nearness.nearest(connection, key, question.vector, limit)
    found = _best(said, limit) | close["memories"].keys()
    found_turns = _best(wrote, limit) | close["turns"].keys()
    found_turns |= await _neighbours(connection, scope, _anchors(close["turns"], wrote))
    found_turns |= await _sources(connection, found)
    if key is not None and question.vector is not None:
        close["memories"] |= await nearness.likeness(key, "memories", question.vector, list(found))
        close["turns"] |= await nearness.likeness(key, "turns", question.vector, list(found_turns))
    kept = await _fetch(connection, rows.MEMORY, memories, scope.memories(), found)
    spoken = await _fetch(connection, rows.TURN, turns, scope.turns(), found_turns)
    return (
        *(
            Candidate(memory=memory, dense=close["memories"].get(memory.id, 0.0), lexical=said.get(memory.id, 0.0))
            for memory in map(rows.to_memory, kept)
        ),
        *(
            Candidate(turn=turn, dense=close["turns"].get(turn.id, 0.0), lexical=wrote.get(turn.id, 0.0))
            for turn in map(rows.to_turn, spoken)
        ),
    )


async def _matches(
    connection: AsyncConnection, index: TableClause, table: Table, allowed: ColumnElement[bool], query: str
) -> Scores:
    """Ids and BM25 scores, best first. FTS5 counts them negative, the better the lower; the owner weighs nothing."""
    if not query:
        return {}
    name: ColumnElement[str] = literal_column(index.name)
    score = func.bm25(name, 0.0, 1.0)
    statement = (
        select(table.c.id, -score)
        .select_from(index.join(table, table.c.id == index.c.rowid))
        .where(name.op("MATCH")(query), allowed)
        .order_by(score)
        .limit(_MOST_MATCHES)
    )
    return {row[0]: row[1] for row in await connection.execute(statement)}


def _best(scores: Scores, limit: int) -> set[int]:
    return set(sorted(scores, key=scores.__getitem__, reverse=True)[:limit])


def _anchors(dense: Scores, lexical: Scores) -> list[int]:
    """The best turns by either measure, by the sum of their reciprocal ranks."""
    worth: Scores = {}
    for scores in (dense, lexical):
        for rank, number in enumerate(sorted(scores, key=scores.__getitem__, reverse=True)[:_ANCHORS]):
            worth[number] = worth.get(number, 0.0) + 1 / (60 + rank)
    return sorted(worth, key=worth.__getitem__, reverse=True)[:_ANCHORS]


async def _neighbours(connection: AsyncConnection, scope: Scope, ids: list[int]) -> set[int]:
    """The person's turns directly before and after these in the same conversation."""
    near = turns.alias()
    beside = and_(
        near.c.person == turns.c.person, near.c.conversation == turns.c.conversation, ~near.c.by_bot
    )
    before = select(func.max(near.c.id)).where(beside, near.c.id < turns.c.id).scalar_subquery()
    after = select(func.min(near.c.id)).where(beside, near.c.id > turns.c.id).scalar_subquery()
    found = await connection.execute(select(before, after).where(scope.turns(), turns.c.id.in_(ids)))
    return {number for row in found for number in row if number is not None}


async def _sources(connection: AsyncConnection, found: Iterable[int]) -> set[int]:
    return set(await connection.scalars(select(evidence.c.turn).where(evidence.c.memory.in_(list(found)))))


async def _fetch(
    connection: AsyncConnection, columns: list[Any], table: Table, allowed: ColumnElement[bool], ids: Iterable[int]
) -> list[Any]:
    return list(await connection.execute(select(*columns).where(allowed, table.c.id.in_(list(ids)))))
