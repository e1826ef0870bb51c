"""The port ``Memories``."""

from collections.abc import Awaitable, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, and_, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edges.store import rows
from bot.edges.store.database import Database, count_up, counted_up
from bot.edges.store.nearness import Nearness
from bot.edges.store.permission import Guard
from bot.edges.store.schema import evidence as evidence_table
from bot.edges.store.schema import memories, memory_terms, memory_vectors, turns
from bot.edges.store.scope import Scope
from bot.edges.store.search import Question, meaning, search
from bot.edges.store.terms import index, put, unindex
from bot.edges.store.tombstones import is_buried, normal
from bot.mind.events import Candidate, Evidence, Kind, Memory
from bot.mind.recall.lens import Sense
from bot.ports import Vectors

_ONE = select(*rows.MEMORY).where(memories.c.id == bindparam("memory"), memories.c.person == bindparam("person"))


class StoredMemories:
    def __init__(self, database: Database, nearness: Nearness, guard: Guard) -> None:
        self._database = database
        self._nearness = nearness
        self._guard = guard

    async def keep(
        self, memory: Memory, evidence: Sequence[Evidence], vector: Vectors | None = None, embed_model: str = "",
        replaces: Sequence[int] = (), continues: Sequence[int] = (),
    ) -> Memory | None:
        def write(connection: Connection) -> Memory | None:
            earlier = _standing(memory, continues) & (memories.c.audience == memory.audience)
            pieces = [*evidence, *(_evidence_of(connection, earlier) if continues else ())]
            if not self._guard.allows(connection, memory.person) or not _holds(connection, memory, pieces):
                return None
            stamp = counted_up(connection, "change")
            stored = _insert(connection, memory, vector, embed_model, stamp)
            for piece in dict.fromkeys(pieces):
                connection.execute(insert(evidence_table), rows.of_evidence(stored.id, piece))
            if continues or replaces:
                over = (earlier | _standing(memory, replaces)) & (memories.c.id != stored.id)
                connection.execute(update(memories).where(over).values(superseded_by=stored.id, stamp=stamp))
            return stored

        return await self._database.change(write)

    async def search(
        self, person: str, audience: str, words: str, vector: Vectors | None, embed_model: str = "", limit: int = 50,
        soon: Awaitable[Sense | None] | None = None,
    ) -> tuple[Candidate, ...]:
        question = Question(Scope(person, audience), words, embed_model, limit)
        return await search(self._database, self._nearness, question, soon or meaning(vector))

    async def get(self, person: str, memory: int) -> Memory | None:
        return await self._database.look(lambda connection: memory_of(connection, person, memory))

    async def browse(
        self, person: str, *, kind: Kind | None = None, past: bool = False, limit: int = 1000
    ) -> tuple[Memory, ...]:
        query = select(*rows.MEMORY).where(memories.c.person == person)
        if kind is not None:
            query = query.where(memories.c.kind == str(kind))
        if not past:
            query = query.where(memories.c.superseded_by == 0)
        newest = query.order_by(memories.c.said_at.desc(), memories.c.id.desc()).limit(limit)
        return await self._database.look(lambda connection: tuple(map(rows.to_memory, connection.execute(newest))))

    async def change(self, memory: Memory) -> None:
        async with self._database.writing() as connection:
            await _change(connection, memory)


def memory_of(connection: Connection, person: str, memory: int) -> Memory | None:
    row = connection.execute(_ONE, {"memory": memory, "person": person}).one_or_none()
    return None if row is None else rows.to_memory(row)


def _standing(memory: Memory, ids: Sequence[int]) -> ColumnElement[bool]:
    """Those of these memories that are the same person's, hold, and may be replaced."""
    return and_(memories.c.id.in_(ids), memories.c.person == memory.person, memories.c.superseded_by == 0, ~memories.c.pinned)


def _evidence_of(connection: Connection, chosen: ColumnElement[bool]) -> list[Evidence]:
    table = evidence_table.c
    query = select(table.turn, table.start, table.end).join(memories, memories.c.id == table.memory).where(chosen)
    return [Evidence(turn=turn, start=start, end=end) for turn, start, end in connection.execute(query)]


def _holds(connection: Connection, memory: Memory, evidence: Sequence[Evidence]) -> bool:
    """Whether all the evidence is still there and their own words, the quote is still in it, and nothing of it was deleted. A turn may have
    lost words to a deletion since it was read, so the quote is looked for in the turn as it is now."""
    if not evidence:
        return True
    query = select(turns.c.id, turns.c.text).where(
        turns.c.id.in_([piece.turn for piece in evidence]), turns.c.person == memory.person, ~turns.c.by_bot, ~turns.c.fleeting
    )
    texts = {row[0]: row[1] for row in connection.execute(query)}
    spans = [(piece.turn, texts.get(piece.turn, "")[piece.start : piece.end]) for piece in evidence]
    if not all(span.strip() for _, span in spans):
        return False
    if not any(normal(memory.quote) in normal(text) for text in texts.values()):
        return False
    whole = [(turn, memory.quote) for turn, _ in spans]
    return not is_buried(connection, memory.person, spans + whole)


def _insert(
    connection: Connection, memory: Memory, vector: Vectors | None, embed_model: str, stamp: int
) -> Memory:
    result = connection.execute(insert(memories), {**rows.of_memory(memory), "stamp": stamp})
    stored = replace(memory, id=result.lastrowid)
    if vector is not None:
        values = {"id": stored.id, "embed_model": embed_model, "vector": rows.of_vector(vector)}
        connection.execute(insert(memory_vectors), values)
    put(connection, memory_terms, stored.person, stored.id, stored.gist, stored.quote)
    return stored


async def _change(connection: AsyncConnection, memory: Memory) -> None:
    query = select(*rows.MEMORY).where(memories.c.id == memory.id, memories.c.person == memory.person)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return
    changed = {
        "importance": memory.importance,
        "shareable": memory.shareable,
        "resolved_at": memory.resolved_at,
        "gist": memory.gist,
        "happens_at": memory.happens_at,
        "ends_at": memory.ends_at,
        "pinned": memory.pinned,
    }
    stamp = await count_up(connection, "change")
    await connection.execute(update(memories).where(memories.c.id == memory.id).values(**changed, stamp=stamp))
    await index_anew(connection, replace(rows.to_memory(row), gist=memory.gist))


async def index_anew(connection: AsyncConnection, memory: Memory) -> None:
    """Make the words it has now searchable, and no others."""
    await unindex(connection, memory_terms, memory.person, [memory.id])
    await index(connection, memory_terms, memory.person, memory.id, memory.gist, memory.quote)
