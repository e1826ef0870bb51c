"""SQLite's errors in the words of ``bot.errors``: the one place where they are translated."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.edges.store.sealing import ERRORS
from bot.errors import StoreDamaged, StoreError, StoreFull

_FAULTS: tuple[type[Exception], ...] = (DBAPIError, PoolTimeout, *ERRORS)

LITTLE_ROOM = 8 * 2**20
"""Bytes left on a disk below which a vague I/O error is taken for a full disk."""


def translated(error: Exception, path: Path) -> StoreError:
    """The error of this project that says what ``error``, raised while using the database at ``path``, means."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    match getattr(cause, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return StoreFull(f"no room left for {path}: free some space on that disk; nothing was lost")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return StoreFull(
                f"not allowed to write {path} ({cause}): make the file and its folder writable for the account"
                " that runs Oldfriend"
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return StoreDamaged(
                f"the database {path} is damaged ({cause}); nothing was overwritten."
                " Stop Oldfriend and start it again: it will name the newest good backup"
            )
        case sqlite3.SQLITE_IOERR if _is_full(path):
            return StoreFull(f"no room left for {path}: free some space on that disk; nothing was lost")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreError(f"another program keeps {path} locked ({cause}): close it, then try again")
    return StoreError(f"the database {path} refused: {cause}")


@contextmanager
def translating(path: Path) -> Iterator[None]:
    """Let only errors of ``bot.errors`` out of the block, as far as the database is concerned."""
    try:
        yield
    except _FAULTS as error:
        raise translated(error, path) from error


def _is_full(path: Path) -> bool:
    return shutil.disk_usage(path.parent).free < LITTLE_ROOM
