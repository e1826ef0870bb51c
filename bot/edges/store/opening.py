"""Before the first query: is this file ours, sound, private, and of this program's time? Blocking."""

import os
import shlex
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.pool import NullPool

from bot.edges.store.backup import backups, flaw, newest_good
from bot.edges.store.database import BUSY_SECONDS, connect
from bot.edges.store.faults import translating
from bot.edges.store.schema import HEAD
from bot.errors import StoreDamaged, StoreError, StoreFull

_CHECKED = 128 * 2**20
"""Bytes up to which the whole file is checked at start, which takes half a second; damage in a larger one is noticed
when a damaged page is read."""


def prepare(path: Path) -> bool:
    """Make the database at ``path`` ready to use; whether it existed. Raises StoreError, and then nothing was changed."""
    with translating(path):
        existed = _claim(path)
        if path.stat().st_size:
            _check(path)
        elif backups(path):
            raise _damaged(path, "it is empty, although there are backups of it")
        version = _version(path)
        if version != HEAD:
            _migrate(path)
    return existed


def _claim(path: Path) -> bool:
    """Only its owner may read it; SQLite gives its log the same mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        existed = path.exists()
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        with suppress(PermissionError):  # somebody else's file, lent to us
            path.chmod(0o600)
        for unfinished in (path.parent / "backups").glob("*.part"):
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise StoreFull(f"cannot write the database {path}: {error.strerror}; make its folder writable, or choose"
                        " another one") from error
    return existed


def _check(path: Path) -> None:
    if path.stat().st_size <= _CHECKED and (fault := flaw(path, "quick_check")):
        raise _damaged(path, fault)


def _version(path: Path) -> str | None:
    """The revision of the schema, None for a new file. Raises StoreError for a stranger's or a newer program's file."""
    with closing(connect(path)) as connection:
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


def _migrate(path: Path) -> None:
    """Alembic is slow to import, so only a database that needs it pays."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
    )

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # another process may be migrating: wait, then see its work

    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)


def _damaged(path: Path, fault: str) -> StoreDamaged:
    good = newest_good(path)
    words = f"the database {path} is damaged ({fault}). Nothing was changed."
    if good is None:
        return StoreDamaged(f"{words} There is no sound backup; move the file away to start with an empty memory")
    home = shlex.quote(str(path.parent))
    return StoreDamaged(f"{words} The newest good backup is {good}. To go back to it, run:  oldfriend restore --home {home} {shlex.quote(str(good))}")
