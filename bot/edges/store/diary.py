"""The port ``Diary``."""

from dataclasses import replace

from sqlalchemy import Connection, bindparam, insert, select

from bot.edges.store import rows
from bot.edges.store.database import Database
from bot.edges.store.schema import decisions
from bot.mind.events import Decision

_RECENT = (
    select(decisions)
    .where(decisions.c.person == bindparam("person"))
    .order_by(decisions.c.at.desc(), decisions.c.id.desc())
    .limit(bindparam("limit"))
)


class StoredDiary:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, decision: Decision) -> Decision:
        values = rows.of_decision(decision)
        result = await self._database.change(lambda connection: connection.execute(insert(decisions), values).lastrowid)
        return replace(decision, id=result)

    async def recent(self, person: str, limit: int = 20) -> tuple[Decision, ...]:
        def read(connection: Connection) -> tuple[Decision, ...]:
            return tuple(map(rows.to_decision, connection.execute(_RECENT, {"person": person, "limit": limit})))

        return await self._database.look(read)
