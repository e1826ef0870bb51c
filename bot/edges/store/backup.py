"""Copies of the database, made while it is in use. The functions block; the store calls
them in a thread.

A copy is written with VACUUM INTO (compact, nothing deleted in it), checked, and only then given its name:
``<folder of the database>/backups/<its name>-YYYYmmddTHHMMSSffffffZ.db``. One that a deletion overtook is made again.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.edges.store.database import Database, connect
from bot.edges.store.faults import translating
from bot.edges.store.sealing import ERRORS, Key
from bot.errors import StoreDamaged, StoreError
from bot.flows.supervise import Supervisor
from bot.ports import Clock

log = logging.getLogger(__name__)

CHORE = "backup"
"""The name of the background work."""

KEPT = 3
EVERY = timedelta(hours=24)
REPLACED = ".replaced.db"
"""How the names of databases end that a restore put aside. They lie with the backups, so that a deletion takes them along."""

REPLACED_FOR = timedelta(days=30)
"""How long these are kept."""

_LOOK = 3600.0
"""Seconds between two looks whether one is due."""

_TRIES = 5
_STAMP = "%Y%m%dT%H%M%S%fZ"


class Backups:
    """The backups of an open database, made one at a time."""

    def __init__(self, database: Database, clock: Clock, chores: Supervisor) -> None:
        self._database = database
        self._clock = clock
        self._chores = chores
        self.fault = ""
        """Why the last one could not be made; "" when it could."""

    async def make(self) -> Path:
        """Raises StoreError."""
        async with self._database.copying:
            return await self._make()

    async def refresh(self) -> None:
        """Make one when there is none, or the newest is a day old. Raises StoreError."""
        async with self._database.copying:
            path, now = self._database.path, self._clock.now()
            if await asyncio.to_thread(is_due, path, now):
                await self._make()

    async def watch(self) -> None:
        """Make one whenever it is due, until cancelled. A failure is logged, and tried again an hour later."""
        while True:
            await self._clock.sleep(_LOOK)
            try:
                await self.refresh()
            except StoreError as fault:
                log.error("no backup could be made: %s", fault)

    async def _make(self) -> Path:
        try:
            made = await asyncio.to_thread(make_backup, self._database.path, self._clock.now(), self._database.key)
        except StoreError as fault:
            self.fault = str(fault)
            raise
        self.fault = ""
        return made

    def made(self) -> Sequence[datetime]:
        """When those that are there were made, newest first. Blocking."""
        path = self._database.path
        return [when for copy in backups(path) if (when := made_at(copy, path)) is not None]

    def refresh_soon(self) -> None:
        """The same in the background; a failure is logged."""
        if self._database.throwaway:
            return
        self._chores.start(self.refresh(), name=CHORE, timeout=600)


def make_backup(database: Path, now: datetime, key: Key | None = None) -> Path:
    """Copy the database, with the same key, and keep the newest ``KEPT`` copies. Raises StoreError; an older copy is then still there."""
    folder = database.parent / "backups"
    for _ in range(_TRIES):
        copy = folder / f"{database.stem}-{stamp(now)}.db"
        with translating(database):
            try:
                folder.mkdir(mode=0o700, exist_ok=True)
                copy_to(database, copy, key)
                deleted_since = _deletions(database, key) != _deletions(copy, key)
            except FileNotFoundError:  # another process cleared it away
                continue
            except OSError as error:
                raise sqlite3.OperationalError(f"no backup could be made in {folder}: {error}") from error
        if deleted_since:
            copy.unlink(missing_ok=True)
            continue
        _rotate(database, copy, now)
        return copy
    raise StoreError(f"no backup of {database}: too much was being deleted meanwhile; try again in a moment")


def copy_to(database: Path, copy: Path, key: Key | None = None) -> None:
    """A sound copy at ``copy``, which only its owner can read, or none at all. Raises StoreError, sqlite3.Error, OSError."""
    unfinished = copy.with_suffix(".part")
    try:
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        with closing(connect(database, key=key)) as connection:
            connection.execute("VACUUM INTO ?", (str(unfinished),))
        if fault := flaw(unfinished, key=key):
            raise StoreDamaged(f"a backup of {database} did not turn out sound ({fault}); nothing was overwritten")
        unfinished.replace(copy)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _deletions(database: Path, key: Key | None) -> str:
    with closing(connect(database, key=key, read_only=True)) as connection:
        return str(connection.execute("SELECT value FROM meta WHERE key = 'deletion'").fetchone()[0])


def _rotate(database: Path, newest: Path, now: datetime) -> None:
    """Keep ``newest`` and what was made last before it. A name from the future is of a clock that was wrong: it goes first."""
    def made(path: Path) -> datetime:
        when = made_at(path, database)
        return when if when is not None and when <= now else datetime.min.replace(tzinfo=UTC)

    others = sorted((path for path in backups(database) if path != newest), key=made, reverse=True)
    aside = (database.parent / "backups").glob(f"{database.stem}-*{REPLACED}*")
    stale = [path for path in aside if (when := made_at(path, database)) is None or now - when > REPLACED_FOR]
    for old in (*others[KEPT - 1 :], *stale):
        old.unlink(missing_ok=True)


def stamp(now: datetime) -> str:
    """A moment as it stands in the names of copies."""
    return now.astimezone(UTC).strftime(_STAMP)


def backups(database: Path) -> Sequence[Path]:
    """Newest first; by their names, since a copied file may carry any time of change."""
    return sorted((database.parent / "backups").glob(f"{database.stem}-*Z.db"), reverse=True)


def is_due(database: Path, now: datetime) -> bool:
    """Whether the newest is older than ``EVERY``, or there is none. One from the future is no backup of today."""
    ages = [now - when for path in backups(database) if (when := made_at(path, database)) is not None]
    return not any(timedelta(0) <= age < EVERY for age in ages)


def remove_backups(database: Path) -> None:
    """All of them, unfinished ones and what a restore put aside too: after a deletion, until a fresh one is made. Raises OSError."""
    for path in (database.parent / "backups").glob(f"{database.stem}-*"):
        path.unlink(missing_ok=True)


def newest_good(database: Path, key: Key | None = None) -> Path | None:
    return next((path for path in backups(database) if flaw(path, key=key) is None), None)


def opens(database: Path, key: Key | None) -> bool:
    """Whether it is a database, and of this key. Raises an error of the driver when it cannot be read for another reason."""
    try:
        with closing(connect(database, key=key, read_only=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master")
    except ERRORS as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise
        return code == sqlite3.SQLITE_CORRUPT  # it could be read, and makes no sense: that is for ``flaw`` to tell
    return True


def flaw(database: Path, check: str = "integrity_check", key: Key | None = None) -> str | None:
    """What is wrong with a database file; None when it is sound. Changes nothing. Raises sqlite3.Error when it cannot
    be read for another reason than damage."""
    try:
        with closing(connect(database, key=key, read_only=True)) as connection:
            found = connection.execute(f"PRAGMA {check}(1)").fetchone()[0]
    except ERRORS as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return str(error)
        raise
    return None if found == "ok" else str(found)


def made_at(path: Path, database: Path) -> datetime | None:
    """When a copy was made, by its name; None for a name of another form."""
    with suppress(ValueError):
        return datetime.strptime(path.name.removeprefix(f"{database.stem}-").partition(".")[0], _STAMP).replace(tzinfo=UTC)
    return None
