"""The port ``Outbox``."""

from dataclasses import replace

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.edges.store import rows
from bot.edges.store.database import Database
from bot.edges.store.places import place_of
from bot.edges.store.proposals import close_proposal, remembers
from bot.edges.store.schema import outbox, proposals
from bot.mind.events import OutboxState, Place, Unprompted

_TAKE = (
    update(proposals)
    .where(
        proposals.c.id == bindparam("proposal"), proposals.c.person == bindparam("owner"), proposals.c.state == "open"
    )
    .values(state="claimed")
)
_IS_CLAIMED = (outbox.c.id == bindparam("message"), outbox.c.state == "claimed")
_ABOUT = select(outbox.c.proposal).where(*_IS_CLAIMED)
_SETTLE = update(outbox).where(*_IS_CLAIMED).values(state=bindparam("end"), text=bindparam("said"))
_HISTORY = (
    select(outbox)
    .where(outbox.c.person == bindparam("person"), outbox.c.state.in_(["sent", "claimed"]))
    .order_by(outbox.c.at.desc(), outbox.c.id.desc())
    .limit(bindparam("limit"))
)


class StoredOutbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def place(self, person: str, memory: int) -> Place | None:
        return await self._database.look(lambda connection: place_of(connection, person, memory))

    async def claim(self, message: Unprompted) -> Unprompted | None:
        def write(connection: Connection) -> Unprompted | None:
            if not remembers(connection, message.person, message.memory):
                return None
            if message.audience and not _belongs(connection, message):
                return None
            if not connection.execute(_TAKE, {"proposal": message.proposal, "owner": message.person}).rowcount:
                return None
            fresh = replace(message, state="claimed")
            return replace(fresh, id=connection.execute(insert(outbox), rows.of_unprompted(fresh)).lastrowid)

        return await self._database.change(write)

    async def settle(self, message: int, state: OutboxState, text: str = "") -> None:
        def write(connection: Connection) -> None:
            proposal = connection.scalar(_ABOUT, {"message": message})
            if proposal is None:
                return
            connection.execute(_SETTLE, {"message": message, "end": state, "said": text})
            if state != "claimed":
                close_proposal(connection, proposal, "sent" if state == "sent" else "dropped")

        await self._database.change(write)

    async def history(self, person: str, limit: int = 20) -> tuple[Unprompted, ...]:
        return await self._database.look(lambda connection: history_of(connection, person, limit))

    async def lose_stale(self) -> int:
        def write(connection: Connection) -> int:
            held = select(outbox.c.proposal).where(outbox.c.state == "claimed")
            connection.execute(
                update(proposals)
                .where(proposals.c.id.in_(held), proposals.c.state == "claimed")
                .values(state="dropped")
            )
            return connection.execute(update(outbox).where(outbox.c.state == "claimed").values(state="lost")).rowcount

        return await self._database.change(write)


def _belongs(connection: Connection, message: Unprompted) -> bool:
    """Whether what goes to a server may be said in that channel."""
    place = Place(conversation=message.conversation, audience=message.audience)
    return place_of(connection, message.person, message.memory) == place


def history_of(connection: Connection, person: str, limit: int) -> tuple[Unprompted, ...]:
    return tuple(map(rows.to_unprompted, connection.execute(_HISTORY, {"person": person, "limit": limit})))
