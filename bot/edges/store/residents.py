"""The port ``Residents``."""

from sqlalchemy import ColumnElement, Connection, Table, and_, select, union

from bot.edges.store.database import Database
from bot.edges.store.schema import memories, settings, turns
from bot.mind.permission import LEAVING


class StoredResidents:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def leavers(self) -> tuple[tuple[str, str], ...]:
        query = union(*(select(table.c.person, table.c.audience).join(settings, _chose(table)).distinct() for table in (turns, memories)))

        def look(connection: Connection) -> tuple[tuple[str, str], ...]:
            return tuple(sorted((row[0], row[1]) for row in connection.execute(query)))

        return await self._database.look(look)


def _chose(table: Table) -> ColumnElement[bool]:
    return and_(settings.c.scope == table.c.person, settings.c.key == LEAVING, settings.c.value == "delete", table.c.audience.startswith("server:"))
