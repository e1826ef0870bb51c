"""Try a copy of the database out, and put one in the place of the database. Blocking."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.edges.store.backup import REPLACED, flaw, opens, stamp
from bot.edges.store.database import connect, one_connection
from bot.edges.store.faults import translating
from bot.edges.store.opening import prepare
from bot.edges.store.power_cut import to_disk
from bot.edges.store.rekeying import exported
from bot.edges.store.schema import proposals
from bot.edges.store.sealing import ERRORS, Key, erase, is_plain, looks_sealed
from bot.errors import StoreDamaged, StoreError, StoreLocked

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


def verify(database: Path, copy: Path, key: Key | None = None) -> Contents:
    """Restore ``copy`` beside the backups of ``database``, look whether it is sound and whole, and throw that away again. Raises
    StoreError: damaged, of another program, of a newer Oldfriend."""
    with _restored(database, copy, key) as trial:
        return _contents(trial, key)


def restore(database: Path, copy: Path, now: datetime, key: Key | None = None) -> Restored:
    """Put ``copy`` in the place of ``database``; what was there is put aside. Raises StoreError, and then nothing was changed.
    With a ``key`` the database is encrypted afterwards, also when ``copy`` is not.

    What was planned for a time before ``now`` is given up, since the database that knew whether it was said is gone: of a message
    lost and one said twice, the lost one is better.
    """
    if key is not None and not holds_nothing(database) and is_plain(database):
        raise StoreLocked(f"{database} is not encrypted, and the settings have a key: run oldfriend encrypt first; nothing was changed")
    with _restored(database, copy, key) as trial:
        contents = _contents(trial, key)
        _give_up_what_is_past(trial, key, now)
        to_disk(trial)
        with translating(database), _nobody_else(database, key):
            replaced = _put_aside(database, now)
            trial.replace(database)
            for index in (database.parent / "indexes").glob("*"):  # of a history that did not happen
                index.unlink(missing_ok=True)
    return Restored(contents, replaced)


def locked(database: Path, key: Key | None) -> str | None:
    """What keeps it shut and what to do, where it is not damage; None when ``key`` opens it, or it is no encrypted file. Raises OSError, and
    the errors of a driver."""
    if not looks_sealed(database) or opens(database, key):
        return None
    if key is None:
        return "is encrypted, and no key is set: name the key file in encryption.key_file (or give the key in OLDFRIEND_ENCRYPTION_KEY)"
    return "is encrypted, and does not open with the key that is set: look for the key file that was in use when it was written (if that is this one, it is damaged)"


def holds_nothing(database: Path) -> bool:
    """Whether there is nothing there to be put aside."""
    return not database.exists() or not database.stat().st_size


@contextmanager
def _restored(database: Path, copy: Path, key: Key | None) -> Iterator[Path]:
    """A copy of the copy, brought up to date and encrypted with ``key``, in the folder of the database."""
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
            was = None if is_plain(trial) else key
            _require_sound(trial, copy, was)
            if key is not was:
                _encrypt(trial, key)
            _prepare(trial, copy, key)
        yield trial
    finally:
        for end in _ENDS:
            with suppress(OSError):
                erase(Path(f"{trial}{end}"))


def _require_sound(trial: Path, copy: Path, key: Key | None) -> None:
    if what := locked(trial, key):
        raise StoreLocked(f"{copy} {what}")
    if fault := flaw(trial, key=key) or _dangling(trial, key):
        raise StoreDamaged(f"{copy} is damaged ({fault})")


def _encrypt(trial: Path, key: Key | None) -> None:
    """A backup of before the database was encrypted."""
    with exported(trial, None, trial.with_suffix(".sealed.part"), key) as sealed:
        erase(trial)
        sealed.replace(trial)


def _prepare(trial: Path, copy: Path, key: Key | None) -> None:
    try:
        prepare(trial, key)
    except StoreError as fault:  # it names the file that was asked for, not the trial
        raise type(fault)(str(fault).replace(str(trial), str(copy))) from fault


def _dangling(path: Path, key: Key | None) -> str | None:
    with closing(connect(path, key=key, read_only=True)) as connection:
        row = connection.execute("PRAGMA foreign_key_check").fetchone()
    return None if row is None else f"a row of {row[0]} points to nothing in {row[2]}"


def _contents(path: Path, key: Key | None) -> Contents:
    people = "SELECT count(*) FROM (SELECT person FROM turns UNION SELECT person FROM memories)"
    with closing(connect(path, key=key, read_only=True)) as connection:
        return Contents(*(
            connection.execute(query).fetchone()[0] for query in (people, "SELECT count(*) FROM memories", "SELECT count(*) FROM turns")
        ))


def _give_up_what_is_past(path: Path, key: Key | None, now: datetime) -> None:
    statement = proposals.update().where(proposals.c.state.in_(["open", "claimed"]), proposals.c.due <= now).values(state="dropped")
    with one_connection(path, key).begin() as connection:
        connection.execute(statement)


@contextmanager
def _nobody_else(database: Path, key: Key | None) -> Iterator[None]:
    """Nobody has the database open, and nobody opens it. Raises StoreError."""
    if holds_nothing(database):
        yield
        return
    with suppress(*ERRORS), closing(connect(database, key=key)) as connection:
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
