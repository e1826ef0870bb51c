"""Copies of the database, made while it is in use. The functions block; the store calls
them in a thread.

A copy is written with VACUUM INTO (compact, nothing deleted in it), checked, and only then given its name:
``<folder of the database>/backups/<its name>-YYYYmmddTHHMMSSffffffZ.db``.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.edges.store.database import Database, connect
from bot.edges.store.faults import translating
from bot.errors import StoreDamaged
from bot.flows.supervise import Supervisor
from bot.ports import Clock

CHORE = "backup"
"""The name of the background work."""

KEPT = 3
EVERY = timedelta(hours=24)
_STAMP = "%Y%m%dT%H%M%S%fZ"


class Backups:
    """The backups of an open database, made one at a time."""

    def __init__(self, database: Database, clock: Clock, chores: Supervisor) -> None:
        self._database = database
        self._clock = clock
        self._chores = chores

    async def make(self) -> Path:
        """Raises StoreError."""
        async with self._database.copying:
            return await asyncio.to_thread(make_backup, self._database.path, self._clock.now())

    async def refresh(self) -> None:
        """Make one when there is none, or the newest is a day old. Raises StoreError."""
        async with self._database.copying:
            path, now = self._database.path, self._clock.now()
            if await asyncio.to_thread(is_due, path, now):
                await asyncio.to_thread(make_backup, path, now)

    def refresh_soon(self) -> None:
        """The same in the background; a failure is logged."""
        if self._database.throwaway:
            return
        self._chores.start(self.refresh(), name=CHORE, timeout=600)


def make_backup(database: Path, now: datetime) -> Path:
    """Copy the database and keep the newest ``KEPT`` copies. Raises StoreError; an older copy is then still there."""
    folder = database.parent / "backups"
    copy = folder / f"{database.stem}-{now.astimezone(UTC).strftime(_STAMP)}.db"
    unfinished = copy.with_suffix(".part")
    with translating(database):
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            unfinished.unlink(missing_ok=True)
            unfinished.touch(mode=0o600)
            with closing(connect(database)) as connection:
                connection.execute("VACUUM INTO ?", (str(unfinished),))
            if fault := flaw(unfinished):
                raise StoreDamaged(f"a backup of {database} did not turn out sound ({fault}); nothing was overwritten")
            unfinished.replace(copy)
        except OSError as error:
            raise sqlite3.OperationalError(f"no backup could be made in {folder}: {error}") from error
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
    for old in backups(database)[KEPT:]:
        old.unlink(missing_ok=True)
    return copy


def backups(database: Path) -> Sequence[Path]:
    """Newest first; by their names, since a copied file may carry any time of change."""
    return sorted((database.parent / "backups").glob(f"{database.stem}-*Z.db"), reverse=True)


def is_due(database: Path, now: datetime) -> bool:
    """Whether the newest is older than ``EVERY``, or there is none."""
    made = [when for path in backups(database)[:1] if (when := _made_at(path, database)) is not None]
    return not made or now - made[0] >= EVERY


def remove_backups(database: Path) -> None:
    """All of them, unfinished ones too: after a deletion, until a fresh one is made. Raises OSError."""
    for path in (database.parent / "backups").glob(f"{database.stem}-*"):
        path.unlink(missing_ok=True)


def newest_good(database: Path) -> Path | None:
    return next((path for path in backups(database) if flaw(path) is None), None)


def flaw(database: Path, check: str = "integrity_check") -> str | None:
    """What is wrong with a database file; None when it is sound. Changes nothing. Raises sqlite3.Error when it cannot
    be read for another reason than damage."""
    try:
        with closing(connect(database, read_only=True)) as connection:
            found = connection.execute(f"PRAGMA {check}(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return str(error)
        raise
    return None if found == "ok" else str(found)


def _made_at(path: Path, database: Path) -> datetime | None:
    with suppress(ValueError):
        return datetime.strptime(path.stem.removeprefix(f"{database.stem}-"), _STAMP).replace(tzinfo=UTC)
    return None
