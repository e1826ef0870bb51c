"""The port ``Turns``."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edges.store import rows
from bot.edges.store.database import Database, count_up
from bot.edges.store.schema import turn_terms, turn_vectors, turns
from bot.edges.store.terms import index
from bot.mind.events import Turn
from bot.ports import Vectors


class StoredTurns:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, turn: Turn, vector: Vectors | None = None, embed_model: str = "") -> Turn:
        async with self._database.writing() as connection:
            known = await _same_message(connection, turn)
            if known is not None:
                return known
            if turn.fleeting:
                await _let_go(connection, turn)
            result = await connection.execute(insert(turns).values(**rows.of_turn(turn), settled=turn.fleeting))
            stored = replace(turn, id=result.lastrowid)
            if vector is not None:
                await _put_vectors(connection, [stored.id], [vector], embed_model)
            if not turn.by_bot and not turn.fleeting:
                await index(connection, turn_terms, stored.person, stored.id, stored.text)
            return stored

    async def recent(self, person: str, conversation: str, limit: int) -> tuple[Turn, ...]:
        query = (
            select(*rows.TURN)
            .where(turns.c.person == person, turns.c.conversation == conversation)
            .order_by(turns.c.id.desc())
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return tuple(map(rows.to_turn, reversed((await connection.execute(query)).all())))

    async def waiting(self, person: str | None = None, limit: int = 100) -> tuple[Turn, ...]:
        query = select(*rows.TURN).where(~turns.c.settled, ~turns.c.by_bot).order_by(turns.c.id).limit(limit)
        if person is not None:
            query = query.where(turns.c.person == person)
        async with self._database.reading() as connection:
            return tuple(map(rows.to_turn, await connection.execute(query)))

    async def settle(self, turns: Sequence[int], vectors: Vectors | None = None, embed_model: str = "") -> None:
        async with self._database.writing() as connection:
            await _settle(connection, turns)
            if vectors is not None:
                await _put_vectors(connection, turns, vectors, embed_model)

    async def last_spoke(self, person: str) -> datetime | None:
        query = select(func.max(turns.c.said_at, type_=turns.c.said_at.type)).where(
            turns.c.person == person, ~turns.c.by_bot
        )
        async with self._database.reading() as connection:
            last: datetime | None = await connection.scalar(query)
        return last


FLEETING = timedelta(hours=1)
"""How long what was said while remembering is paused may be looked back on."""


async def _let_go(connection: AsyncConnection, turn: Turn) -> None:
    """Of what is fleeting, what is no part of this conversation any more."""
    old = (turns.c.person == turn.person, turns.c.fleeting, turns.c.said_at < turn.said_at - FLEETING)
    await connection.execute(delete(turns).where(*old))


async def _same_message(connection: AsyncConnection, turn: Turn) -> Turn | None:
    if not turn.message_id:
        return None
    query = select(*rows.TURN).where(
        turns.c.conversation == turn.conversation, turns.c.message_id == turn.message_id, turns.c.message_id != ""
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else rows.to_turn(row)


async def _settle(connection: AsyncConnection, ids: Sequence[int]) -> None:
    await connection.execute(update(turns).where(turns.c.id.in_(ids)).values(settled=True))


async def _put_vectors(
    connection: AsyncConnection, ids: Sequence[int], vectors: Iterable[Vectors], embed_model: str
) -> None:
    stamp = await count_up(connection, "change")
    for number, vector in zip(ids, vectors, strict=True):
        known = await connection.execute(update(turns).where(turns.c.id == number).values(stamp=stamp))
        if known.rowcount:
            values = {"id": number, "embed_model": embed_model, "vector": rows.of_vector(vector)}
            await connection.execute(upsert(turn_vectors).values(values).on_conflict_do_update(set_=values))
