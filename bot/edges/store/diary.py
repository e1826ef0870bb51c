"""The port ``Diary``."""

from dataclasses import replace

from sqlalchemy import insert, select

from bot.edges.store import rows
from bot.edges.store.database import Database
from bot.edges.store.schema import decisions
from bot.mind.events import Decision


class StoredDiary:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, decision: Decision) -> Decision:
        async with self._database.writing() as connection:
            result = await connection.execute(insert(decisions).values(rows.of_decision(decision)))
        return replace(decision, id=result.lastrowid)

    async def recent(self, person: str, limit: int = 20) -> tuple[Decision, ...]:
        query = (
            select(decisions)
            .where(decisions.c.person == person)
            .order_by(decisions.c.at.desc(), decisions.c.id.desc())
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return tuple(map(rows.to_decision, await connection.execute(query)))
