"""Encrypt a database, decrypt it, or give it another key. Blocking.

The new file is written beside the old one and compared with it row by row before it takes its place, in one step: whenever the power goes, one of the two
is there, whole. What can be read without the key is then written over and removed: the old file, and the backups, after the first one of the new file.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.edges.store.backup import flaw, make_backup
from bot.edges.store.database import BUSY_SECONDS
from bot.edges.store.faults import translating
from bot.edges.store.opening import prepare
from bot.edges.store.power_cut import to_disk
from bot.edges.store.sealing import ERRORS, Key, connect_cipher, erase
from bot.errors import StoreError

_SCHEMA = "SELECT type, name, tbl_name, sql FROM {0}.sqlite_master"


def change_key(database: Path, old: Key | None, new: Key | None, now: datetime) -> Path:
    """None is no key. Returns the first backup of the new file; no other is left. Raises StoreError: then nothing was changed, or it says what was."""
    prepare(database, old)
    folder = database.parent / "backups"
    name = f"{database.stem}-{secrets.token_hex(8)}"
    with translating(database):
        folder.mkdir(mode=0o700, exist_ok=True)
        with exported(database, old, folder / f"{name}.part", new) as fresh:
            aside = folder / f"{name}.before.part"
            os.link(database, aside)
            fresh.replace(database)
            to_disk(database.parent)
            erase(aside)
    for index in (database.parent / "indexes").glob("*"):  # vectors tell of what they were made from
        erase(index)
    backup = make_backup(database, now, new)
    for copy in folder.glob(f"{database.stem}-*"):
        if copy != backup:
            erase(copy)
    return backup


@contextmanager
def exported(database: Path, old: Key | None, fresh: Path, new: Key | None) -> Iterator[Path]:
    """The same database at ``fresh`` with another key, on the disk and compared. Nobody else has ``database`` open until the block ends. Raises
    StoreError, OSError, and errors of the driver."""
    fresh.touch(mode=0o600)
    try:
        with closing(_alone(database, old)) as connection:
            connection.execute("ATTACH DATABASE ? AS fresh KEY ?", (str(fresh), "" if new is None else new.raw))
            connection.execute("SELECT sqlcipher_export('fresh')").fetchall()
            _compare(connection, database)
            connection.execute("DETACH DATABASE fresh")
            if fault := flaw(fresh, key=new):
                raise StoreError(f"the new file of {database} did not turn out sound ({fault}); nothing was changed")
            to_disk(fresh)
            yield fresh
    finally:
        fresh.unlink(missing_ok=True)


def _alone(database: Path, key: Key | None) -> Any:
    """A connection that nobody else has beside it, to a file without a log. Raises StoreError."""
    connection = connect_cipher(key, str(database), timeout=BUSY_SECONDS, isolation_level=None)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    try:
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = DELETE")
    except ERRORS as error:
        connection.close()
        if getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
            raise StoreError(f"Oldfriend is running with {database}: stop it first; nothing was changed") from error
        raise
    return connection


def _compare(connection: Any, database: Path) -> None:
    """Every table has the same rows, and everything else is there. Raises StoreError."""
    same = set(connection.execute(_SCHEMA.format("main"))) == set(connection.execute(_SCHEMA.format("fresh")))
    tables = [row[0] for row in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")]
    for table in tables if same else ():
        pair = [f'SELECT * FROM {place}."{table}"' for place in ("main", "fresh")]
        counts = {connection.execute(f'SELECT count(*) FROM {place}."{table}"').fetchone() for place in ("main", "fresh")}
        different = connection.execute(f"{pair[0]} EXCEPT {pair[1]}").fetchone() or connection.execute(f"{pair[1]} EXCEPT {pair[0]}").fetchone()
        same = same and len(counts) == 1 and different is None
    if not same:
        raise StoreError(f"the new file of {database} does not hold the same; nothing was changed")
