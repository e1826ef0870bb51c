"""Everything Oldfriend remembers: one SQLite file, its backups, and index files that may be deleted at any time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.edges.store.archive import StoredArchives
from bot.edges.store.backup import CHORE, Backups, make_backup
from bot.edges.store.database import Database
from bot.edges.store.diary import StoredDiary
from bot.edges.store.fading import StoredFading
from bot.edges.store.forgetting import StoredForgetting
from bot.edges.store.keeping import StoredKeeping
from bot.edges.store.memories import StoredMemories
from bot.edges.store.nearness import Nearness
from bot.edges.store.opening import prepare
from bot.edges.store.outbox import StoredOutbox
from bot.edges.store.passing import Passing
from bot.edges.store.people import StoredPeople
from bot.edges.store.permission import Guard
from bot.edges.store.proposals import StoredProposals
from bot.edges.store.residents import StoredResidents
from bot.edges.store.sealing import Key
from bot.edges.store.spaces import StoredSpaces
from bot.edges.store.summaries import StoredSummaries
from bot.edges.store.turns import StoredTurns
from bot.flows.supervise import Supervisor
from bot.mind.events import Consent
from bot.ports import (
    Archives,
    Clock,
    Diary,
    Fading,
    Forgetting,
    Keeping,
    Memories,
    Outbox,
    People,
    Proposals,
    Residents,
    Spaces,
    Summaries,
    Turns,
)

__all__ = ["Key", "Store", "make_backup", "open_store"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The ports of one open database."""

    path: Path
    turns: Turns
    memories: Memories
    keeping: Keeping
    archives: Archives
    forgetting: Forgetting
    fading: Fading
    summaries: Summaries
    spaces: Spaces
    people: People
    residents: Residents
    diary: Diary
    proposals: Proposals
    outbox: Outbox
    database: Database
    backups: Backups
    chores: Supervisor

    async def back_up(self) -> Path:
        """Make a backup now. Raises StoreError."""
        return await self.backups.make()

    async def idle(self) -> None:
        """Wait until nothing is being done in the background."""
        await self.chores.idle()

    async def refresh_backups(self) -> None:
        """Make one when there is none, or the newest is a day old. Raises StoreError."""
        await self.backups.refresh()


@asynccontextmanager
async def open_store(
    path: Path, *, clock: Clock, key: Key | None = None, exact_limit: int = 20_000, newcomer: Consent = Consent(person=""), asks_first: bool = False,
    throwaway: bool = False,
) -> AsyncIterator[Store]:
    """Open the database at ``path``, made or brought up to date if need be, encrypted with ``key`` if one is given. Above ``exact_limit`` memories or turns, a
    person gets an approximate vector index in ``<folder of path>/indexes``. ``newcomer`` is what holds for people who have
    not said what they allow. With ``asks_first`` nothing is written about somebody before they said yes to it (``bot.mind.permission``);
    without it, as in simulations, about all but those who said no. ``throwaway``: a simulation's, see ``Database``.

    Raises StoreDamaged (which backup to go back to, and how), StoreFull (no room or not allowed to write), StoreLocked
    (encrypted, and the key is missing or another one's; or not encrypted, and there is a key), and StoreError when it belongs to another program or to a newer Oldfriend.
    """
    existed = await asyncio.to_thread(prepare, path, key)
    guard, passing = Guard(asks_first), Passing()
    database = Database(path, key=key, lock=guard.lock, throwaway=throwaway)
    try:
        async with Supervisor() as chores:
            nearness = Nearness(path.parent / "indexes", exact_limit, chores, files=key is None)
            backups = Backups(database, clock, chores)
            forgetting = StoredForgetting(database, nearness, backups, passing)
            store = Store(
                path=path,
                turns=StoredTurns(database, guard, passing),
                memories=StoredMemories(database, nearness, guard),
                keeping=StoredKeeping(database, passing),
                archives=StoredArchives(database, guard),
                forgetting=forgetting,
                fading=StoredFading(database, backups),
                summaries=StoredSummaries(database),
                spaces=StoredSpaces(database, nearness),
                people=StoredPeople(database, newcomer, guard, passing),
                residents=StoredResidents(database),
                diary=StoredDiary(database, guard),
                proposals=StoredProposals(database),
                outbox=StoredOutbox(database),
                database=database,
                backups=backups,
                chores=chores,
            )
            await forgetting.resume()
            await nearness.start(database)
            if existed:
                backups.refresh_soon()
            yield store
            await chores.idle(CHORE)
    finally:
        await database.aclose()
