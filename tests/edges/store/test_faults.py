"""Real errors of SQLite, and what they are called outside the store."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.edges.store.faults import translating
from bot.errors import StoreDamaged, StoreError, StoreFull


def _full(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA max_page_count = 4")
        database.execute("CREATE TABLE t (x)")
        database.execute("INSERT INTO t VALUES (zeroblob(100000))")


def _read_only(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA query_only = ON")
        database.execute("CREATE TABLE t (x)")


def _missing(path: Path) -> None:
    sqlite3.connect(path / "nowhere" / "a.db").close()


def _not_a_database(path: Path) -> None:
    path.write_bytes(b"hello " * 500)
    with closing(sqlite3.connect(path)) as database:
        database.execute("SELECT * FROM sqlite_master")


def _locked(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as one, closing(sqlite3.connect(path, timeout=0)) as two:
        one.execute("BEGIN IMMEDIATE")
        two.execute("BEGIN IMMEDIATE")


def _wrong(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("SELECT * FROM nothing")


@pytest.mark.parametrize(
    ("cause", "kind", "words"),
    [
        (_full, StoreFull, "free some space"),
        (_read_only, StoreFull, "writable"),
        (_missing, StoreFull, "writable"),
        (_not_a_database, StoreDamaged, "nothing was overwritten"),
        (_locked, StoreError, "locked"),
        (_wrong, StoreError, "refused"),
    ],
)
def test_each_fault_says_what_to_do(
    tmp_path: Path, cause: Callable[[Path], None], kind: type[StoreError], words: str
) -> None:
    path = tmp_path / "a.db"
    with pytest.raises(StoreError, match=words) as caught, translating(path):
        cause(path)
    assert type(caught.value) is kind
    assert str(path) in str(caught.value)


def test_other_errors_pass() -> None:
    with pytest.raises(KeyError), translating(Path("a.db")):
        raise KeyError
