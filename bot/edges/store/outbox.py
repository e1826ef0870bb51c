"""The port ``Outbox``."""

from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from bot.edges.store import rows
from bot.edges.store.database import Database
from bot.edges.store.proposals import close_proposal, remembers
from bot.edges.store.schema import outbox, proposals
from bot.mind.events import OutboxState, Unprompted


class StoredOutbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, message: Unprompted) -> Unprompted | None:
        async with self._database.writing() as connection:
            if not await remembers(connection, message.person, message.memory):
                return None
            claimed = await connection.execute(
                update(proposals)
                .where(
                    proposals.c.id == message.proposal,
                    proposals.c.person == message.person,
                    proposals.c.state == "open",
                )
                .values(state="claimed")
            )
            if not claimed.rowcount:
                return None
            fresh = replace(message, state="claimed")
            result = await connection.execute(insert(outbox).values(rows.of_unprompted(fresh)))
            return replace(fresh, id=result.lastrowid)

    async def settle(self, message: int, state: OutboxState, text: str = "") -> None:
        async with self._database.writing() as connection:
            is_claimed = (outbox.c.id == message, outbox.c.state == "claimed")
            proposal = await connection.scalar(select(outbox.c.proposal).where(*is_claimed))
            if proposal is None:
                return
            await connection.execute(update(outbox).where(*is_claimed).values(state=state, text=text))
            if state != "claimed":
                await close_proposal(connection, proposal, "sent" if state == "sent" else "dropped")

    async def history(self, person: str, limit: int = 20) -> tuple[Unprompted, ...]:
        query = (
            select(outbox)
            .where(outbox.c.person == person, outbox.c.state.in_(["sent", "claimed"]))
            .order_by(outbox.c.at.desc(), outbox.c.id.desc())
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return tuple(map(rows.to_unprompted, await connection.execute(query)))

    async def lose_stale(self) -> int:
        async with self._database.writing() as connection:
            held = select(outbox.c.proposal).where(outbox.c.state == "claimed")
            await connection.execute(
                update(proposals)
                .where(proposals.c.id.in_(held), proposals.c.state == "claimed")
                .values(state="dropped")
            )
            lost = await connection.execute(update(outbox).where(outbox.c.state == "claimed").values(state="lost"))
            return lost.rowcount
