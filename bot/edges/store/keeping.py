"""The port ``Keeping``."""

from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edges.store import rows
from bot.edges.store.database import Database, count_up
from bot.edges.store.memories import index_anew
from bot.edges.store.passing import Passing
from bot.edges.store.schema import evidence, memories, memory_vectors, proposals, turns
from bot.mind.events import Memory, Source, Turn
from bot.ports import Vectors


class StoredKeeping:
    def __init__(self, database: Database, passing: Passing) -> None:
        self._database = database
        self._passing = passing

    async def sources(self, person: str, memory: int) -> tuple[Source, ...]:
        query = (
            select(turns.c.id, turns.c.text, turns.c.said_at, turns.c.audience, evidence.c.start, evidence.c.end)
            .select_from(evidence.join(turns, turns.c.id == evidence.c.turn).join(memories, memories.c.id == evidence.c.memory))
            .where(memories.c.id == memory, memories.c.person == person, turns.c.person == person)
            .order_by(turns.c.said_at, turns.c.id, evidence.c.start)
        )
        async with self._database.reading() as connection:
            found = (await connection.execute(query)).all()
        return tuple(
            Source(turn=row.id, words=row.text[row.start : row.end], said_at=row.said_at, audience=row.audience)
            for row in found if row.text[row.start : row.end].strip()
        )

    async def turn(self, person: str, conversation: str, message_id: str) -> Turn | None:
        query = select(*rows.TURN).where(
            turns.c.conversation == conversation, turns.c.message_id == message_id, turns.c.message_id != "", turns.c.person == person
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return self._passing.turn(person, conversation, message_id) if row is None else rows.to_turn(row)

    async def correct(self, memory: Memory, vector: Vectors | None, embed_model: str) -> Memory | None:
        async with self._database.writing() as connection:
            if await _held(connection, memory.person, memory.id) is None:
                return None
            words = {**rows.of_words(memory), "happens_at": memory.happens_at, "corrected": True}
            return await _write(connection, memory, words, vector, embed_model)

    async def merge(self, memory: Memory, other: int, vector: Vectors | None, embed_model: str) -> Memory | None:
        async with self._database.writing() as connection:
            both = [await _held(connection, memory.person, number) for number in (memory.id, other)]
            if memory.id == other or any(m is None or m.superseded_by for m in both):
                return None
            changed = {name: value for name, value in rows.of_memory(memory).items() if name not in ("person", "superseded_by")}
            written = await _write(connection, memory, changed, vector, embed_model)
            pieces = select(evidence.c.turn, evidence.c.start, evidence.c.end).where(evidence.c.memory == other)
            for turn, start, end in (await connection.execute(pieces)).all():
                piece = {"memory": memory.id, "turn": turn, "start": start, "end": end}
                await connection.execute(insert_or(evidence).values(piece).on_conflict_do_nothing())
            over = {"superseded_by": memory.id, "stamp": await count_up(connection, "change")}
            await connection.execute(update(memories).where(memories.c.id == other).values(over))
            await _drop_proposals(connection, other)
            return written

    async def supersede(self, person: str, memory: int, by: int) -> None:
        async with self._database.writing() as connection:
            if await _held(connection, person, memory) and await _held(connection, person, by) and memory != by:
                over = {"superseded_by": by, "stamp": await count_up(connection, "change")}
                await connection.execute(update(memories).where(memories.c.id == memory).values(over))


async def _held(connection: AsyncConnection, person: str, memory: int) -> Memory | None:
    query = select(*rows.MEMORY).where(memories.c.id == memory, memories.c.person == person)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else rows.to_memory(row)


async def _write(
    connection: AsyncConnection, memory: Memory, changed: dict[str, Any], vector: Vectors | None, embed_model: str
) -> Memory | None:
    """The row, and all that is found by it."""
    stamp = await count_up(connection, "change")
    await connection.execute(update(memories).where(memories.c.id == memory.id).values(**changed, stamp=stamp))
    await connection.execute(delete(memory_vectors).where(memory_vectors.c.id == memory.id))
    if vector is not None:
        values = {"id": memory.id, "embed_model": embed_model, "vector": rows.of_vector(vector)}
        await connection.execute(insert(memory_vectors).values(values))
    written = await _held(connection, memory.person, memory.id)
    if written is not None:
        await index_anew(connection, written)
    await _drop_proposals(connection, memory.id)
    return written


async def _drop_proposals(connection: AsyncConnection, memory: int) -> None:
    """They speak of what was true before; others may be made."""
    await connection.execute(delete(proposals).where(proposals.c.memory == memory, proposals.c.state == "open"))
