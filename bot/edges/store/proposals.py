"""The port ``Proposals``."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.edges.store import rows
from bot.edges.store.database import Database
from bot.edges.store.schema import memories, proposals
from bot.mind.events import Proposal

_KNOWN = select(memories.c.id).where(memories.c.id == bindparam("memory"), memories.c.person == bindparam("person"))
_NEW = insert(proposals).on_conflict_do_nothing()
_OPEN = select(proposals).where(proposals.c.state == "open").order_by(proposals.c.due, proposals.c.id)
_OPEN_OF = _OPEN.where(proposals.c.person == bindparam("person"))
_ONE = select(proposals).where(proposals.c.id == bindparam("proposal"))
_POSTPONE = (
    update(proposals)
    .where(proposals.c.id == bindparam("proposal"), proposals.c.state == "open")
    .values(due=bindparam("until", type_=proposals.c.due.type))
)
_CLOSE = (
    update(proposals)
    .where(proposals.c.id == bindparam("proposal"), proposals.c.state.in_(["open", "claimed"]))
    .values(state=bindparam("end"))
)


class StoredProposals:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def propose(self, proposal: Proposal) -> Proposal | None:
        def write(connection: Connection) -> Proposal | None:
            if not remembers(connection, proposal.person, proposal.memory):
                return None
            result = connection.execute(_NEW, rows.of_proposal(proposal))
            return replace(proposal, id=result.lastrowid) if result.rowcount else None

        return await self._database.change(write)

    async def open(
        self, person: str | None = None, until: datetime | None = None, limit: int | None = None
    ) -> tuple[Proposal, ...]:
        query = _OPEN if person is None else _OPEN_OF
        if until is not None:
            query = query.where(proposals.c.due <= until)
        if limit is not None:
            query = query.limit(limit)
        return await self._database.look(lambda connection: tuple(map(rows.to_proposal, connection.execute(query, {"person": person}))))

    async def get(self, proposal: int) -> Proposal | None:
        def read(connection: Connection) -> Proposal | None:
            row = connection.execute(_ONE, {"proposal": proposal}).one_or_none()
            return None if row is None else rows.to_proposal(row)

        return await self._database.look(read)

    async def postpone(self, proposal: int, due: datetime) -> None:
        await self._database.change(lambda connection: connection.execute(_POSTPONE, {"proposal": proposal, "until": due}))

    async def close(self, proposal: int, state: Literal["sent", "dropped"]) -> None:
        await self._database.change(lambda connection: close_proposal(connection, proposal, state))


def remembers(connection: Connection, person: str, memory: int) -> bool:
    """Whether this person's memory still exists. 0 stands for none in particular."""
    return memory == 0 or connection.scalar(_KNOWN, {"memory": memory, "person": person}) is not None


def close_proposal(connection: Connection, proposal: int, state: Literal["sent", "dropped"]) -> None:
    """What is closed stays as it is."""
    connection.execute(_CLOSE, {"proposal": proposal, "end": state})
