"""The port ``Turns``."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.edges.store import rows
from bot.edges.store.database import Database, counted_up
from bot.edges.store.passing import Passing
from bot.edges.store.permission import Guard
from bot.edges.store.resting import stands
from bot.edges.store.schema import turn_terms, turn_vectors, turns
from bot.edges.store.terms import put
from bot.mind.events import Turn
from bot.ports import Vectors

_RECENT = (
    select(*rows.TURN)
    .where(turns.c.person == bindparam("person"), turns.c.conversation == bindparam("conversation"))
    .order_by(turns.c.id.desc())
    .limit(bindparam("limit"))
)
_LAST = select(func.max(turns.c.said_at, type_=turns.c.said_at.type)).where(
    turns.c.person == bindparam("person"), ~turns.c.by_bot
)
_SAME = select(*rows.TURN).where(
    turns.c.conversation == bindparam("conversation"), turns.c.message_id == bindparam("message_id"), turns.c.message_id != ""
)

FLEETING = timedelta(hours=1)
"""How long what was said while remembering is paused may be looked back on."""

_LET_GO = delete(turns).where(
    turns.c.person == bindparam("person"), turns.c.fleeting, turns.c.said_at < bindparam("since", type_=turns.c.said_at.type)
)
"""Of what is fleeting, what is no part of this conversation any more."""


class StoredTurns:
    def __init__(self, database: Database, guard: Guard, passing: Passing) -> None:
        self._database = database
        self._guard = guard
        self._passing = passing

    async def add(self, turn: Turn, vector: Vectors | None = None, embed_model: str = "") -> Turn:
        def write(connection: Connection) -> Turn | None:
            if not self._guard.allows(connection, turn.person):
                return None
            known = _same_message(connection, turn)
            if known is not None:
                return known
            if turn.by_bot and not stands(connection, turn.person, recalled=turn.recalled, turn=turn.reply_to):
                return turn
            if turn.fleeting and connection.execute(_LET_GO, {"person": turn.person, "since": turn.said_at - FLEETING}).rowcount:
                counted_up(connection, "deletion")  # the next start or deletion rewrites the files
            stored = insert_turn(connection, turn)
            if vector is not None:
                _put_vectors(connection, [stored.id], [vector], embed_model)
            return stored

        stored = await self._database.change(write)
        return self._passing.add(turn) if stored is None else stored

    async def recent(self, person: str, conversation: str, limit: int) -> tuple[Turn, ...]:
        asked = {"person": person, "conversation": conversation, "limit": limit}
        newest = await self._database.look(lambda connection: connection.execute(_RECENT, asked).all())
        stored = list(map(rows.to_turn, reversed(newest)))
        passing = self._passing.recent(person, conversation)
        return tuple((stored + passing)[max(0, len(stored) + len(passing) - limit) :])

    async def waiting(self, person: str | None = None, limit: int = 100) -> tuple[Turn, ...]:
        query = select(*rows.TURN).where(~turns.c.settled, ~turns.c.by_bot).order_by(turns.c.id).limit(limit)
        if person is not None:
            query = query.where(turns.c.person == person)
        return await self._database.look(lambda connection: tuple(map(rows.to_turn, connection.execute(query))))

    async def settle(self, turns: Sequence[int], vectors: Vectors | None = None, embed_model: str = "") -> None:
        def write(connection: Connection) -> None:
            _settle(connection, turns)
            if vectors is not None:
                _put_vectors(connection, turns, vectors, embed_model)

        await self._database.change(write)

    async def last_spoke(self, person: str) -> datetime | None:
        return await self._database.look(lambda connection: last_spoke(connection, person))


def insert_turn(connection: Connection, turn: Turn) -> Turn:
    """Without asking whether it may be."""
    values = {**rows.of_turn(turn), "settled": turn.fleeting}
    stored = replace(turn, id=connection.execute(insert(turns), values).lastrowid)
    if not turn.by_bot and not turn.fleeting:
        put(connection, turn_terms, stored.person, stored.id, stored.text)
    return stored


def last_spoke(connection: Connection, person: str) -> datetime | None:
    """When this person last wrote, anywhere."""
    last: datetime | None = connection.scalar(_LAST, {"person": person})
    return last


def _same_message(connection: Connection, turn: Turn) -> Turn | None:
    if not turn.message_id:
        return None
    row = connection.execute(_SAME, {"conversation": turn.conversation, "message_id": turn.message_id}).one_or_none()
    return None if row is None else rows.to_turn(row)


def _settle(connection: Connection, ids: Sequence[int]) -> None:
    connection.execute(update(turns).where(turns.c.id.in_(ids)).values(settled=True))


def _put_vectors(connection: Connection, ids: Sequence[int], vectors: Iterable[Vectors], embed_model: str) -> None:
    stamp = counted_up(connection, "change")
    for number, vector in zip(ids, vectors, strict=True):
        known = connection.execute(update(turns).where(turns.c.id == number).values(stamp=stamp))
        if known.rowcount:
            values = {"id": number, "embed_model": embed_model, "vector": rows.of_vector(vector)}
            connection.execute(upsert(turn_vectors).values(values).on_conflict_do_update(set_=values))
