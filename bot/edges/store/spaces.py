"""The port ``Spaces``: vectors of an embedding model that is not used any more, and their replacement."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, func, or_, select, update

from bot.edges.store import rows
from bot.edges.store.database import Database, counted_up
from bot.edges.store.nearness import Nearness, What
from bot.edges.store.schema import memories, memory_vectors, turn_vectors, turns
from bot.ports import Stranger, Vectors

_TABLES: dict[What, tuple[Table, Table]] = {"memories": (memories, memory_vectors), "turns": (turns, turn_vectors)}


class StoredSpaces:
    def __init__(self, database: Database, nearness: Nearness) -> None:
        self._database = database
        self._nearness = nearness

    async def count(self, embed_model: str) -> int:
        def look(connection: Connection) -> int:
            return sum(
                connection.scalar(select(func.count()).select_from(vectors).where(_other(vectors, embed_model))) or 0
                for _, vectors in _TABLES.values()
            )

        return await self._database.look(look)

    async def strangers(self, embed_model: str, limit: int) -> tuple[Stranger, ...]:
        def look(connection: Connection) -> tuple[Stranger, ...]:
            found: list[Stranger] = []
            for what, (table, vectors) in _TABLES.items():
                query = select(table).join(vectors).where(_other(vectors, embed_model)).limit(limit - len(found))
                found += [Stranger(what, row.id, _text(what, row)) for row in connection.execute(query)]
            return tuple(found)

        return await self._database.look(look)

    async def move(self, strangers: Sequence[Stranger], vectors: Vectors, embed_model: str) -> None:
        def write(connection: Connection) -> None:
            stamp = counted_up(connection, "change")
            for stranger, vector in zip(strangers, vectors, strict=True):
                table, placed = _TABLES[stranger.what]
                row = connection.execute(select(table).where(table.c.id == stranger.id)).one_or_none()
                if row is None or _text(stranger.what, row) != stranger.text:
                    continue
                values = {"embed_model": embed_model, "vector": rows.of_vector(vector)}
                connection.execute(update(placed).where(placed.c.id == stranger.id).values(values))
                connection.execute(update(table).where(table.c.id == stranger.id).values(stamp=stamp))

        await self._database.change(write)

    async def tidy(self) -> None:
        self._nearness.forget(None)


def _other(vectors: Table, embed_model: str) -> ColumnElement[bool]:
    # Two ranges of the index; "<>" would read every row.
    return or_(vectors.c.embed_model < embed_model, vectors.c.embed_model > embed_model)


def _text(what: What, row: Row[Any]) -> str:
    """What is embedded of it, as ``flows.remember`` does."""
    return f"{row.gist} {row.quote}" if what == "memories" else str(row.text)
