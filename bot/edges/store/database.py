"""One SQLite file: one writer at a time, readers beside it.

Every write runs between BEGIN IMMEDIATE and COMMIT while a lock is held, so two transactions never interleave. Readers
have connections of their own and see a snapshot (WAL); they cannot write.

``look`` and ``change`` cross to a thread once, whatever is done there; ``reading`` and ``writing`` cross several times
for each statement, and suit what is seldom done and waits for other things in between.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, bindparam, create_engine, event, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.edges.store import schema
from bot.edges.store.faults import translating
from bot.edges.store.inline import connecting_anew
from bot.edges.store.sealing import ERRORS, Key, async_driver, connecting, driver

BUSY_SECONDS = 5.0
"""How long to wait for another process that writes."""

_READING = ("query_only = ON",)
_LOOKING = (*_READING, "cache_size = -16000")
"""For those that a reply waits for; the others do with SQLite's own 2 MB."""

_LOOKERS = 3
_NUMBERS = select(schema.meta).where(schema.meta.c.key.in_(["change", "deletion", "scrubbed"]))
_SET_META = update(schema.meta).where(schema.meta.c.key == bindparam("of")).values(value=bindparam("to"))
_Result = TypeVar("_Result")


class Database:
    """``path`` must exist and be migrated (see ``opening``), and is encrypted with ``key``, if there is one.

    ``lock`` prepares every connection that writes, given a cursor of it. ``throwaway`` is for simulations: the same statements, made as safe, but they run in the event loop's own thread, and
    nothing is backed up or cleared of traces.
    """

    def __init__(self, path: Path, *, key: Key | None = None, lock: Callable[[Any], None] | None = None, throwaway: bool = False) -> None:
        self.path = path
        self.key = key
        self.throwaway = throwaway
        self._lock = asyncio.Lock()
        self.copying = asyncio.Lock()
        """Held while a backup is made, and while a deletion clears the old ones away: neither may overtake the other."""
        self._writer = _engine(path, key, "BEGIN IMMEDIATE", connections=1, inline=throwaway, lock=lock)
        self._readers = _engine(path, key, "BEGIN", connections=2, pragmas=_READING, inline=throwaway)
        self._changer = _plain_engine(path, key, "BEGIN IMMEDIATE", connections=1, lock=lock)
        self._lookers = _plain_engine(path, key, "BEGIN", connections=_LOOKERS, pragmas=_LOOKING)
        self._threads = ThreadPoolExecutor(_LOOKERS, thread_name_prefix="store")
        self._changing = ThreadPoolExecutor(1, thread_name_prefix="store-change")

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
            return await self._cross(self._threads, self._look, work)

    async def change(self, work: Callable[[Connection], _Result]) -> _Result:
        """Do ``work`` in a transaction, in a thread: committed when it returns, undone when it raises. When the caller is
        cancelled one of the two still happens before this returns. Raises StoreError."""
        with translating(self.path):
            async with self._lock:
                return await self._cross(self._changing, self._change, work)

    async def _cross(
        self, threads: ThreadPoolExecutor, do: Callable[[Callable[[Connection], _Result]], _Result], work: Callable[[Connection], _Result]
    ) -> _Result:
        if self.throwaway:
            return do(work)
        crossing = asyncio.get_running_loop().run_in_executor(threads, do, work)
        try:
            return await asyncio.shield(crossing)
        except asyncio.CancelledError:
            await asyncio.wait([crossing])
            raise

    def _look(self, work: Callable[[Connection], _Result]) -> _Result:
        with self._lookers.connect() as connection:
            return work(connection)

    def _change(self, work: Callable[[Connection], _Result]) -> _Result:
        with self._changer.begin() as connection:
            return work(connection)

    async def scrub(self, disturbed: Callable[[], bool] = lambda: False) -> bool:
        """Rewrite the file so that nothing deleted is left in it or in its log; False when a reader was in the way, or when
        ``disturbed`` (asked from another thread now and then) wanted it to end before it was done.

        ``secure_delete`` alone is not enough: when SQLite moves rows between pages, it leaves old copies in the unused
        part of a page, where a later deletion does not find them. VACUUM writes every page anew.
        """
        if self.throwaway:
            return True
        with translating(self.path):
            async with self._lock:
                return await asyncio.to_thread(_rewrite, self.path, self.key, disturbed)

    async def aclose(self) -> None:
        await self._readers.dispose()
        for threads in (self._threads, self._changing):
            await asyncio.to_thread(threads.shutdown)
        self._lookers.dispose()
        self._changer.dispose()
        await self._writer.dispose()


async def counters(connection: AsyncConnection) -> dict[str, int]:
    """See ``counted``."""
    return await connection.run_sync(counted)


def counted(connection: Connection) -> dict[str, int]:
    """The numbers kept in ``meta``: ``change`` and ``deletion`` count those, ``scrubbed`` is the last deletion after which
    the files were rewritten."""
    return {row[0]: int(row[1]) for row in connection.execute(_NUMBERS)}


async def count_up(connection: AsyncConnection, key: str) -> int:
    """See ``counted_up``."""
    return await connection.run_sync(counted_up, key)


def counted_up(connection: Connection, key: str) -> int:
    """Raise such a number by one; its new value."""
    value = counted(connection)[key] + 1
    connection.execute(_SET_META, {"of": key, "to": str(value)})
    return value


async def set_meta(connection: AsyncConnection, key: str, value: str) -> None:
    await connection.execute(_SET_META, {"of": key, "to": value})


def connect(path: Path, *, key: Key | None = None, read_only: bool = False) -> sqlite3.Connection:
    """A plain connection in autocommit, for the few things that are not transactions. Blocking; close it."""
    address = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}"
    connection: sqlite3.Connection = connecting(key)(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    return connection


def one_connection(path: Path, key: Key | None) -> Engine:
    """An engine for what is done once, before or beside the others."""
    return create_engine("sqlite://", module=driver(key), poolclass=NullPool, hide_parameters=True, creator=lambda: connect(path, key=key))


def _engine(
    path: Path, key: Key | None, begin: str, *, connections: int, pragmas: tuple[str, ...] = (), inline: bool = False,
    lock: Callable[[Any], None] | None = None,
) -> AsyncEngine:
    options = _options(connections)
    options["connect_args"]["async_creator_fn"] = connecting_anew(key, inline=inline)
    engine = create_async_engine(URL.create("sqlite+aiosqlite", database=str(path)), module=async_driver(key), **options)
    _prepared(engine.sync_engine, pragmas, lock)

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _plain_engine(
    path: Path, key: Key | None, begin: str, *, connections: int, pragmas: tuple[str, ...] = (), lock: Callable[[Any], None] | None = None
) -> Engine:
    options = _options(connections)
    options["creator"] = partial(connecting(key), str(path), check_same_thread=False, **options.pop("connect_args"))
    engine = create_engine(URL.create("sqlite", database=str(path)), module=driver(key), **options)
    _prepared(engine, pragmas, lock)

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.connection.dbapi_connection.execute(begin)  # type: ignore[union-attr]  # a tenth of the way round by SQLAlchemy

    return engine


def _options(connections: int) -> dict[str, Any]:
    # What people said is among the parameters; it must not stand in an error, nor in a traceback of one.
    return {"pool_size": connections, "max_overflow": 0, "hide_parameters": True, "connect_args": {"timeout": BUSY_SECONDS, "isolation_level": None}}


def _prepared(engine: Engine, pragmas: tuple[str, ...], lock: Callable[[Any], None] | None) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        if lock is not None:
            lock(cursor)
        cursor.close()


_STEPS = 10_000
"""Instructions of SQLite's machine between two looks whether somebody waits: about a millisecond."""


def _rewrite(path: Path, key: Key | None, disturbed: Callable[[], bool]) -> bool:
    with closing(connect(path, key=key)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.set_progress_handler(disturbed, _STEPS)
        try:
            connection.execute("VACUUM")
        except ERRORS as error:
            if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
                return False
            raise
        connection.set_progress_handler(None, 0)
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
