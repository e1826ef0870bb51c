"""Try a copy of the database out, and put one in the place of the database. Blocking."""

import fcntl
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, create_engine
from sqlalchemy.pool import NullPool

from bot.edges.store.backup import REPLACED, flaw, stamp
from bot.edges.store.database import connect
from bot.edges.store.faults import translating
from bot.edges.store.opening import prepare
from bot.edges.store.schema import proposals
from bot.errors import StoreDamaged, StoreError

_ENDS = ("", "-wal", "-shm", "-journal")
_SHARED, _BYTES = 0x40000002, 510
"""Where every open connection keeps a lock on the file in WAL mode: SQLite's os.h, SHARED_FIRST and SHARED_SIZE."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a copy holds."""

    people: int
    memories: int
    messages: int


@dataclass(frozen=True, slots=True)
class Restored:
    """``replaced`` is where the database went that was there before; None when there was none."""

    contents: Contents
    replaced: Path | None


def verify(database: Path, copy: Path) -> Contents:
    """Restore ``copy`` beside the backups of ``database``, look whether it is sound and whole, and throw that away again. Raises
    StoreError: damaged, of another program, of a newer Oldfriend."""
    with _restored(database, copy) as trial:
        return _contents(trial)


def restore(database: Path, copy: Path, now: datetime) -> Restored:
    """Put ``copy`` in the place of ``database``; what was there is put aside. Raises StoreError, and then nothing was changed.

    What was planned for a time before ``now`` is given up, since the database that knew whether it was said is gone: of a message
    lost and one said twice, the lost one is better.
    """
    with _restored(database, copy) as trial:
        contents = _contents(trial)
        _give_up_what_is_past(trial, now)
        _to_disk(trial)
        with translating(database), _nobody_else(database):
            replaced = _put_aside(database, now)
            trial.replace(database)
            for index in (database.parent / "indexes").glob("*"):  # of a history that did not happen
                index.unlink(missing_ok=True)
    return Restored(contents, replaced)


def holds_nothing(database: Path) -> bool:
    """Whether there is nothing there to be put aside."""
    return not database.exists() or not database.stat().st_size


@contextmanager
def _restored(database: Path, copy: Path) -> Iterator[Path]:
    """A copy of the copy, brought up to date, in the folder of the database."""
    if not copy.is_file():
        raise StoreError(f"there is no file {copy}")
    folder = database.parent / "backups"
    trial = folder / f"{database.stem}-{secrets.token_hex(8)}.part"
    try:
        with translating(copy):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(trial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            for end in ("", "-wal"):  # what was put aside damaged may have one
                if Path(f"{copy}{end}").exists():
                    shutil.copyfile(f"{copy}{end}", f"{trial}{end}")
            if not trial.stat().st_size:
                raise StoreDamaged(f"{copy} is empty")
            if fault := flaw(trial) or _dangling(trial):
                raise StoreDamaged(f"{copy} is damaged ({fault})")
            _prepare(trial, copy)
        yield trial
    finally:
        for end in _ENDS:
            with suppress(OSError):
                Path(f"{trial}{end}").unlink()


def _prepare(trial: Path, copy: Path) -> None:
    try:
        prepare(trial)
    except StoreError as fault:  # it names the file that was asked for, not the trial
        raise type(fault)(str(fault).replace(str(trial), str(copy))) from fault


def _dangling(path: Path) -> str | None:
    with closing(connect(path, read_only=True)) as connection:
        row = connection.execute("PRAGMA foreign_key_check").fetchone()
    return None if row is None else f"a row of {row[0]} points to nothing in {row[2]}"


def _contents(path: Path) -> Contents:
    people = "SELECT count(*) FROM (SELECT person FROM turns UNION SELECT person FROM memories)"
    with closing(connect(path, read_only=True)) as connection:
        return Contents(*(
            connection.execute(query).fetchone()[0] for query in (people, "SELECT count(*) FROM memories", "SELECT count(*) FROM turns")
        ))


def _give_up_what_is_past(path: Path, now: datetime) -> None:
    statement = proposals.update().where(proposals.c.state.in_(["open", "claimed"]), proposals.c.due <= now).values(state="dropped")
    with create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool).begin() as connection:
        connection.execute(statement)


@contextmanager
def _nobody_else(database: Path) -> Iterator[None]:
    """Nobody has the database open, and nobody opens it. Raises StoreError."""
    if holds_nothing(database):
        yield
        return
    with suppress(sqlite3.Error), closing(connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all in one file, where it is sound
    place = os.open(database, os.O_RDWR)
    try:
        try:
            fcntl.lockf(place, fcntl.LOCK_EX | fcntl.LOCK_NB, _BYTES, _SHARED)
        except OSError:
            raise StoreError(f"Oldfriend is running with {database}: stop it, then restore; nothing was changed") from None
        yield
    finally:
        os.close(place)


def _put_aside(database: Path, now: datetime) -> Path | None:
    if holds_nothing(database):
        return None
    aside = database.parent / "backups" / f"{database.stem}-{stamp(now)}{REPLACED}"
    for end in _ENDS:
        with suppress(FileNotFoundError):
            Path(f"{database}{end}").rename(f"{aside}{end}")
    return aside


def _to_disk(path: Path) -> None:
    place = os.open(path, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
