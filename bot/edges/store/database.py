"""One SQLite file: one writer at a time, readers beside it.

Every write runs between BEGIN IMMEDIATE and COMMIT on the one writing connection while a lock is held, so two
transactions never interleave on it. Readers have connections of their own and see a snapshot (WAL); they cannot write.
What takes many statements, such as a search, looks from a thread: one crossing instead of several for each statement.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.edges.store import schema
from bot.edges.store.faults import translating
from bot.edges.store.inline import connect_inline

BUSY_SECONDS = 5.0
"""How long to wait for another process that writes."""

_READING = ("query_only = ON", "cache_size = -16000")
_LOOKERS = 2
_Result = TypeVar("_Result")


class Database:
    """``path`` must exist and be migrated (see ``opening``).

    ``throwaway`` is for simulations: the same statements, but nothing is made safe against a power cut, cleared of traces
    or backed up, and they run in the event loop's own thread.
    """

    def __init__(self, path: Path, *, throwaway: bool = False) -> None:
        self.path = path
        self.throwaway = throwaway
        self._lock = asyncio.Lock()
        self.copying = asyncio.Lock()
        """Held while a backup is made, and while a deletion clears the old ones away: neither may overtake the other."""
        self._writer = _engine(path, "BEGIN IMMEDIATE", connections=1)
        self._readers = _engine(path, "BEGIN", connections=3, pragmas=_READING)
        self._lookers = create_engine(URL.create("sqlite", database=str(path)), **_options(_LOOKERS))
        _prepared(self._lookers, "BEGIN", _READING)
        self._threads = ThreadPoolExecutor(_LOOKERS, thread_name_prefix="store")

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed at the end of the block, undone when the block raises. Raises StoreError."""
        with translating(self.path):
            async with self._lock, self._writer.begin() as connection:
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A snapshot. Raises StoreError."""
        with translating(self.path):
            async with self._readers.connect() as connection:
                yield connection

    async def look(self, work: Callable[[Connection], _Result]) -> _Result:
        """Do ``work`` on a snapshot, in a thread. When the caller is cancelled it still ends before this returns, so that a lock held around
        it holds. Raises StoreError."""
        with translating(self.path):
            looking = asyncio.get_running_loop().run_in_executor(self._threads, self._look, work)
            try:
                return await asyncio.shield(looking)
            except asyncio.CancelledError:
                await asyncio.wait([looking])
                raise

    def _look(self, work: Callable[[Connection], _Result]) -> _Result:
        with self._lookers.connect() as connection:
            return work(connection)

    async def scrub(self) -> bool:
        """Rewrite the file so that nothing deleted is left in it or in its log; False when a reader was in the way.

        ``secure_delete`` alone is not enough: when SQLite moves rows between pages, it leaves old copies in the unused
        part of a page, where a later deletion does not find them. VACUUM writes every page anew.
        """
        if self.throwaway:
            return True
        with translating(self.path):
            async with self._lock:
                return await asyncio.to_thread(_rewrite, self.path)

    async def aclose(self) -> None:
        await self._readers.dispose()
        await asyncio.to_thread(self._threads.shutdown)
        self._lookers.dispose()
        await self._writer.dispose()


async def counters(connection: AsyncConnection) -> dict[str, int]:
    """See ``counted``."""
    return await connection.run_sync(counted)


def counted(connection: Connection) -> dict[str, int]:
    """The numbers kept in ``meta``: ``change`` and ``deletion`` count those, ``scrubbed`` is the last deletion after which
    the files were rewritten."""
    wanted = schema.meta.c.key.in_(["change", "deletion", "scrubbed"])
    return {row[0]: int(row[1]) for row in connection.execute(select(schema.meta).where(wanted))}


async def count_up(connection: AsyncConnection, key: str) -> int:
    """Raise such a number by one; its new value."""
    value = (await counters(connection))[key] + 1
    await set_meta(connection, key, str(value))
    return value


async def set_meta(connection: AsyncConnection, key: str, value: str) -> None:
    await connection.execute(update(schema.meta).where(schema.meta.c.key == key).values(value=value))


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A plain connection in autocommit, for the few things that are not transactions. Blocking; close it."""
    address = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}"
    return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)


def _engine(path: Path, begin: str, *, connections: int, pragmas: tuple[str, ...] = ()) -> AsyncEngine:
    engine = create_async_engine(URL.create("sqlite+aiosqlite", database=str(path)), **_options(connections))
    _prepared(engine.sync_engine, begin, pragmas)
    return engine


def _options(connections: int) -> dict[str, Any]:
    return {"pool_size": connections, "max_overflow": 0, "connect_args": {"timeout": BUSY_SECONDS, "isolation_level": None}}


def _prepared(engine: Engine, begin: str, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _rewrite(path: Path) -> bool:
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("VACUUM")
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
