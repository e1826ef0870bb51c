"""The port ``Fading``. What it deletes is deleted at once from the tables, and from the bytes of the files by ``clean``, when idle."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edges.store import rows
from bot.edges.store.backup import Backups
from bot.edges.store.database import Database, count_up, counters, set_meta
from bot.edges.store.schema import (
    decisions,
    evidence,
    memories,
    memory_terms,
    memory_vectors,
    outbox,
    proposals,
    turn_terms,
    turns,
)
from bot.edges.store.terms import index, unindex
from bot.mind.events import Memory
from bot.mind.strength import revived
from bot.ports import Vectors

_BATCH = 500
"""Turns that one transaction deletes, so that nobody waits long behind it."""


class StoredFading:
    def __init__(self, database: Database, backups: Backups) -> None:
        self._database = database
        self._backups = backups

    async def used(self, person: str, memories_used: Sequence[int], at: datetime) -> None:
        query = select(*rows.MEMORY).where(memories.c.person == person, memories.c.id.in_(memories_used))
        async with self._database.writing() as connection:
            for memory in map(rows.to_memory, (await connection.execute(query)).all()):
                fresh = revived(memory, at)
                values = {"half_life": fresh.half_life, "used_at": fresh.used_at}
                await connection.execute(update(memories).where(memories.c.id == memory.id).values(values))

    async def fold(
        self, digest: Memory, members: Sequence[Memory], vector: Vectors | None = None, embed_model: str = ""
    ) -> Memory | None:
        async with self._database.writing() as connection:
            if not await _unchanged(connection, digest, members):
                return None
            stamp = await count_up(connection, "change")
            result = await connection.execute(insert(memories).values(**rows.of_memory(digest), stamp=stamp))
            stored = replace(digest, id=result.lastrowid)
            if vector is not None:
                values = {"id": stored.id, "embed_model": embed_model, "vector": rows.of_vector(vector)}
                await connection.execute(insert(memory_vectors).values(values))
            await index(connection, memory_terms, stored.person, stored.id, stored.gist)
            gone = await _with_older(connection, digest.person, {m.id for m in members})
            await _inherit(connection, stored.id, gone)
            await _delete(connection, digest.person, gone)
            return stored

    async def drop(self, person: str, over: Sequence[int]) -> None:
        async with self._database.writing() as connection:
            query = select(memories.c.id).where(memories.c.person == person, memories.c.id.in_(over), memories.c.superseded_by != 0)
            gone = set(await connection.scalars(query))
            if gone:
                await _delete(connection, person, gone)

    async def expire(self, before: datetime, audience: str = "") -> int:
        if audience:
            said = and_(turns.c.said_at < before, turns.c.audience == audience)
            return sum([await self._expire_memories(before, audience), await self._expire_turns(said)])
        return sum([await self._expire_turns(turns.c.said_at < before), await self._expire_decisions(before)])

    async def clean(self, disturbed: Callable[[], bool]) -> bool:
        async with self._database.reading() as connection:
            numbers = await counters(connection)
        if numbers["deletion"] != numbers["scrubbed"]:
            async with self._database.copying:
                if not await self._database.scrub(disturbed):
                    return False
                async with self._database.writing() as connection:
                    await set_meta(connection, "scrubbed", str(numbers["deletion"]))
        await self._backups.refresh()
        return True

    async def _expire_memories(self, before: datetime, audience: str) -> int:
        old = and_(memories.c.audience == audience, memories.c.said_at < before, ~memories.c.pinned)
        async with self._database.writing() as connection:
            found = (await connection.execute(select(memories.c.id, memories.c.person).where(old))).all()
            for person in sorted({row.person for row in found}):
                await _delete(connection, person, {row.id for row in found if row.person == person})
        return len(found)

    async def _expire_turns(self, old: ColumnElement[bool]) -> int:
        count = 0
        while True:
            async with self._database.writing() as connection:
                found = (await connection.execute(select(turns.c.id, turns.c.person).where(old).limit(_BATCH))).all()
                if not found:
                    return count
                for person in {row.person for row in found}:
                    await unindex(connection, turn_terms, person, [row.id for row in found if row.person == person])
                await connection.execute(delete(turns).where(turns.c.id.in_([row.id for row in found])))
                await _note(connection)
                count += len(found)

    async def _expire_decisions(self, before: datetime) -> int:
        async with self._database.writing() as connection:
            gone = (await connection.execute(delete(decisions).where(decisions.c.at < before))).rowcount
            gone += (await connection.execute(delete(outbox).where(outbox.c.at < before, outbox.c.state != "claimed"))).rowcount
            if gone:
                await _note(connection)
        return gone


async def _unchanged(connection: AsyncConnection, digest: Memory, members: Sequence[Memory]) -> bool:
    query = select(*rows.MEMORY).where(memories.c.person == digest.person, memories.c.id.in_([m.id for m in members]))
    now = {m.id: m for m in map(rows.to_memory, await connection.execute(query))}
    fixed = {m.id: replace(m, half_life=0.0, used_at=None) for m in members}
    alone = all(m.audience == digest.audience and m.shareable == digest.shareable for m in members)
    return alone and {number: replace(m, half_life=0.0, used_at=None) for number, m in now.items()} == fixed


async def _with_older(connection: AsyncConnection, person: str, ids: set[int]) -> set[int]:
    """These and the versions that they replaced."""
    family: set[int] = set()
    fresh = ids
    while fresh:
        family |= fresh
        older = select(memories.c.id).where(memories.c.person == person, memories.c.superseded_by.in_(fresh))
        fresh = set(await connection.scalars(older)) - family
    return family


async def _inherit(connection: AsyncConnection, digest: int, members: set[int]) -> None:
    """The digest rests on what its members rested on: who deletes it deletes those words as well."""
    columns = (evidence.c.turn, evidence.c.start, evidence.c.end)
    for turn, start, end in (await connection.execute(select(*columns).where(evidence.c.memory.in_(members)).distinct())).all():
        await connection.execute(insert(evidence).values(memory=digest, turn=turn, start=start, end=end))


async def _delete(connection: AsyncConnection, person: str, ids: set[int]) -> None:
    await unindex(connection, memory_terms, person, ids)
    await connection.execute(delete(proposals).where(proposals.c.memory.in_(ids)))
    await connection.execute(delete(outbox).where(outbox.c.memory.in_(ids)))
    await connection.execute(delete(memories).where(memories.c.id.in_(ids)))
    await _note(connection)


async def _note(connection: AsyncConnection) -> None:
    """The indexes have to look again, and the files are to be rewritten."""
    await count_up(connection, "change")
    await count_up(connection, "deletion")
