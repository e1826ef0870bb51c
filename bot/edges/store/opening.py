"""Before the first query: is this file ours, sound, private, and of this program's time? Blocking."""

import os
import shlex
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Connection, event

from bot.edges.store.backup import backups, flaw, newest_good, opens
from bot.edges.store.database import connect, one_connection
from bot.edges.store.faults import translating
from bot.edges.store.schema import HEAD
from bot.edges.store.sealing import PAGE, Key, erase, is_plain
from bot.errors import StoreDamaged, StoreError, StoreFull, StoreLocked

_CHECKED = 128 * 2**20
"""Bytes up to which the whole file is checked at start, which takes half a second; damage in a larger one is noticed
when a damaged page is read."""


def prepare(path: Path, key: Key | None = None) -> bool:
    """Make the database at ``path`` ready to use; whether it existed. Raises StoreError, and then nothing was changed."""
    with translating(path):
        existed = _claim(path)
        if path.stat().st_size:
            _check(path, key)
        elif backups(path):
            raise _damaged(path, key, "it is empty, although there are backups of it")
        version = _version(path, key)
        if version != HEAD:
            _migrate(path, key)
        if key is not None:
            erase_plain_copies(path)  # encrypting was interrupted
    return existed


def erase_plain_copies(database: Path) -> None:
    """Of the copies in the home, those that anybody can read. Raises OSError."""
    for copy in (database.parent / "backups").glob(f"{database.stem}-*"):
        if is_plain(copy):
            erase(copy)


def _claim(path: Path) -> bool:
    """Only its owner may read it; SQLite gives its log the same mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        existed = path.exists()
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        with suppress(PermissionError):  # somebody else's file, lent to us
            path.chmod(0o600)
        for unfinished in (path.parent / "backups").glob("*.part"):
            erase(unfinished)
    except OSError as error:
        raise StoreFull(f"cannot write the database {path}: {error.strerror}; make its folder writable, or choose"
                        " another one") from error
    return existed


def _check(path: Path, key: Key | None) -> None:
    if key is not None and is_plain(path):
        raise StoreLocked(
            f"{path} is not encrypted, but encryption.key_file or OLDFRIEND_ENCRYPTION_KEY gives a key for it: run oldfriend encrypt, or take the"
            " key out of the settings; nothing was changed"
        )
    if not opens(path, key) and path.stat().st_size % PAGE == 0 and newest_good(path, key) is None:
        raise StoreLocked(_locked(path, key))
    if path.stat().st_size <= _CHECKED and (fault := flaw(path, "quick_check", key)):
        raise _damaged(path, key, fault)


def _locked(path: Path, key: Key | None) -> str:
    """Nobody can tell a wrong key from a damaged first page, and no copy opens either."""
    if key is None:
        return (
            f"{path} cannot be read: it is encrypted and no key is set (encryption.key_file), or it is damaged and there is no sound backup."
            " Nothing was changed. Only if it never was encrypted, move the file away to start with an empty memory"
        )
    return (
        f"{path} does not open with the key that is set: it is another key's, or damaged, and no backup opens with it either."
        " Nothing was changed; look for the right key file"
    )


def _version(path: Path, key: Key | None) -> str | None:
    """The revision of the schema, None for a new file. Raises StoreError for a stranger's or a newer program's file."""
    with closing(connect(path, key=key)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if not tables:
            return None
        if "alembic_version" not in tables:
            raise StoreError(f"{path} is an SQLite database of another program; nothing was changed."
                             " Choose another place for Oldfriend's")
        version = str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    if not version.isdigit() or int(version) > int(HEAD):
        raise StoreError(f"{path} was written by a newer Oldfriend (schema {version}, this one knows {HEAD}):"
                         " update Oldfriend, or use another home; nothing was changed")
    return version


def _migrate(path: Path, key: Key | None) -> None:
    """Alembic is slow to import, so only a database that needs it pays."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    engine = one_connection(path, key)

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # another process may be migrating: wait, then see its work

    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)


def _damaged(path: Path, key: Key | None, fault: str) -> StoreDamaged:
    good = newest_good(path, key)
    words = f"the database {path} is damaged ({fault}). Nothing was changed."
    if good is None:
        return StoreDamaged(f"{words} There is no sound backup; move the file away to start with an empty memory")
    home = shlex.quote(str(path.parent))
    return StoreDamaged(f"{words} The newest good backup is {good}. To go back to it, run:  oldfriend restore --home {home} {shlex.quote(str(good))}")
