"""The port ``Diary``."""

from dataclasses import replace

from sqlalchemy import Connection, bindparam, insert, select

from bot.edges.store import rows
from bot.edges.store.database import Database
from bot.edges.store.permission import Guard
from bot.edges.store.resting import stands
from bot.edges.store.schema import decisions
from bot.mind.events import Decision

_RECENT = (
    select(decisions)
    .where(decisions.c.person == bindparam("person"))
    .order_by(decisions.c.at.desc(), decisions.c.id.desc())
    .limit(bindparam("limit"))
)


class StoredDiary:
    def __init__(self, database: Database, guard: Guard) -> None:
        self._database = database
        self._guard = guard

    async def record(self, decision: Decision) -> Decision:
        def write(connection: Connection) -> Decision:
            if not self._guard.allows(connection, decision.person):
                return decision
            if not stands(connection, decision.person, recalled=decision.memories, turn=decision.turn, proposal=decision.proposal):
                return decision
            return replace(decision, id=connection.execute(insert(decisions), rows.of_decision(decision)).lastrowid)

        return await self._database.change(write)

    async def recent(self, person: str, limit: int = 20) -> tuple[Decision, ...]:
        def read(connection: Connection) -> tuple[Decision, ...]:
            return tuple(map(rows.to_decision, connection.execute(_RECENT, {"person": person, "limit": limit})))

        return await self._database.look(read)
