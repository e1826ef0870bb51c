"""The port ``Summaries``. Triggers of the database delete what is not true any more and note who is restless."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edges.store.database import Database
from bot.edges.store.schema import memories, restless, summaries, summary_sources
from bot.edges.store.scope import Scope
from bot.mind.summary import Summary

_HERE = (summaries.c.person == bindparam("person"), summaries.c.audience == bindparam("audience"))
_OF = select(summaries).where(*_HERE).order_by(summaries.c.level, summaries.c.about)
_SOURCES = select(summary_sources).join(summaries).where(*_HERE).order_by(summary_sources.c.memory)


class StoredSummaries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, person: str, audience: str, derived: Sequence[Summary], version: int) -> bool:
        async with self._database.writing() as connection:
            if await connection.scalar(select(restless.c.version).where(restless.c.person == person)) != version:
                return False
            if not await _audible(connection, person, audience, {n for summary in derived for n in summary.sources}):
                return False
            await connection.execute(delete(summaries).where(summaries.c.person == person, summaries.c.audience == audience))
            for summary in derived:
                values = {"person": person, "audience": audience, "level": summary.level, "about": summary.about, "text": summary.text}
                number = (await connection.execute(insert(summaries).values(values))).lastrowid
                for source in dict.fromkeys(summary.sources):
                    await connection.execute(insert(summary_sources).values(summary=number, memory=source))
            return True

    async def of(self, person: str, audience: str) -> tuple[Summary, ...]:
        place = {"person": person, "audience": audience}

        def look(connection: Connection) -> tuple[Summary, ...]:
            found = connection.execute(_OF, place).all()
            sources: dict[int, list[int]] = {}
            for summary, memory in connection.execute(_SOURCES, place) if found else ():
                sources.setdefault(summary, []).append(memory)
            return tuple(Summary(**place, level=row.level, about=row.about, text=row.text, sources=tuple(sources.get(row.id, ()))) for row in found)

        return await self._database.look(look)

    async def restless(self, limit: int) -> tuple[tuple[str, int], ...]:
        async with self._database.reading() as connection:
            query = select(restless.c.person, restless.c.version).order_by(restless.c.person).limit(limit)
            return tuple((row.person, row.version) for row in await connection.execute(query))

    async def calm(self, person: str, version: int) -> None:
        async with self._database.writing() as connection:
            await connection.execute(delete(restless).where(restless.c.person == person, restless.c.version == version))

    async def rouse(self) -> None:
        statement = "INSERT INTO restless SELECT DISTINCT person, 1 FROM memories WHERE true ON CONFLICT (person) DO NOTHING"
        async with self._database.writing() as connection:
            await connection.execute(text(statement))


async def _audible(connection: AsyncConnection, person: str, audience: str, sources: set[int]) -> bool:
    scope = Scope(person, audience)
    heard = select(func.count()).select_from(memories).where(scope.memories(), memories.c.id.in_(sources))
    return await connection.scalar(heard, scope.values) == len(sources)
