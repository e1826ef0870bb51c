"""Whether what a row rests on is still there. A deletion may overtake what is being written about it: what would tell of it again is then not written."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, Table, func, select

from bot.edges.store.schema import memories, proposals, turns


def stands(connection: Connection, person: str, *, recalled: Collection[int] = (), turn: int = 0, proposal: int = 0) -> bool:
    """Whether all these are there and this person's; 0 stands for none."""
    return all(
        _count(connection, table, table.c.person == person, table.c.id.in_(ids)) == len(ids)
        for table, ids in ((memories, {*recalled} - {0}), (turns, {turn} - {0}), (proposals, {proposal} - {0})) if ids
    )


def _count(connection: Connection, table: Table, *rule: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(*rule)) or 0
