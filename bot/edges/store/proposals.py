"""The port ``Proposals``."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edges.store import rows
from bot.edges.store.database import Database
from bot.edges.store.schema import memories, proposals
from bot.mind.events import Proposal


class StoredProposals:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def propose(self, proposal: Proposal) -> Proposal | None:
        async with self._database.writing() as connection:
            if not await remembers(connection, proposal.person, proposal.memory):
                return None
            result = await connection.execute(
                insert(proposals).values(rows.of_proposal(proposal)).on_conflict_do_nothing()
            )
            return replace(proposal, id=result.lastrowid) if result.rowcount else None

    async def open(
        self, person: str | None = None, until: datetime | None = None, limit: int | None = None
    ) -> tuple[Proposal, ...]:
        query = select(proposals).where(proposals.c.state == "open").order_by(proposals.c.due, proposals.c.id).limit(limit)
        if person is not None:
            query = query.where(proposals.c.person == person)
        if until is not None:
            query = query.where(proposals.c.due <= until)
        async with self._database.reading() as connection:
            return tuple(map(rows.to_proposal, await connection.execute(query)))

    async def get(self, proposal: int) -> Proposal | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(select(proposals).where(proposals.c.id == proposal))).one_or_none()
        return None if row is None else rows.to_proposal(row)

    async def postpone(self, proposal: int, due: datetime) -> None:
        change = update(proposals).where(proposals.c.id == proposal, proposals.c.state == "open").values(due=due)
        async with self._database.writing() as connection:
            await connection.execute(change)

    async def close(self, proposal: int, state: Literal["sent", "dropped"]) -> None:
        async with self._database.writing() as connection:
            await close_proposal(connection, proposal, state)


async def remembers(connection: AsyncConnection, person: str, memory: int) -> bool:
    """Whether this person's memory still exists. 0 stands for none in particular."""
    query = select(memories.c.id).where(memories.c.id == memory, memories.c.person == person)
    return memory == 0 or await connection.scalar(query) is not None


async def close_proposal(connection: AsyncConnection, proposal: int, state: Literal["sent", "dropped"]) -> None:
    """What is closed stays as it is."""
    await connection.execute(
        update(proposals)
        .where(proposals.c.id == proposal, proposals.c.state.in_(["open", "claimed"]))
        .values(state=state)
    )
