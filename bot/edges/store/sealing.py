"""The key of a database whose file is encrypted, and the drivers for those that are and those that are not.

With a key the file, its log and its backups are SQLCipher's: AES-256 in pages of 4 KB, each with a MAC of its own, under a key that is given as
it is (no passphrase is stretched). Temporary tables stay in memory there. Everything above a connection is the same with both drivers.
"""

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_dbapi
from sqlcipher3 import dbapi2 as sqlcipher

Connect = Callable[..., Any]

ERRORS: tuple[type[Exception], ...] = (sqlite3.Error, sqlcipher.Error)
"""What both drivers raise; each has ``sqlite_errorcode``."""

_PLAIN = b"SQLite format 3\x00"
_BLANK = bytes(2**20)
PAGE = 4096
"""Bytes: an encrypted file has whole pages, so what has a part of one is damaged."""

_DISTINCT = 200
"""Values among the bytes of a page that nobody can read: all 256 but for a few missing by chance; writing and numbers have far fewer."""

_NAMES = ("DatabaseError", "Error", "IntegrityError", "NotSupportedError", "OperationalError", "ProgrammingError", "sqlite_version", "sqlite_version_info")


@dataclass(frozen=True, slots=True)
class Key:
    """64 hexadecimal digits: 256 bits that nobody thought up. Raises ValueError; never shown."""

    digits: str = field(repr=False)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9a-fA-F]{64}", self.digits):
            raise ValueError("a key has 64 hexadecimal digits")

    @classmethod
    def of(cls, digits: str | None) -> "Key | None":
        return None if digits is None else cls(digits)

    @property
    def raw(self) -> str:
        """As SQLCipher takes a key that is not to be stretched."""
        return f"x'{self.digits}'"


def connecting(key: Key | None) -> Connect:
    """What opens a plain connection: ``sqlite3.connect``, or the same that unlocks it."""
    return sqlite3.connect if key is None else partial(connect_cipher, key)


def driver(key: Key | None) -> Any:
    """The module that SQLAlchemy takes for it."""
    return sqlite3 if key is None else sqlcipher


def async_driver(key: Key | None) -> AsyncAdapt_aiosqlite_dbapi:
    """The same for its asyncio side."""
    adapted = AsyncAdapt_aiosqlite_dbapi(aiosqlite, driver(key))
    for name in _NAMES:
        setattr(adapted, name, getattr(driver(key), name))
    return adapted


def is_plain(path: Path) -> bool:
    """Whether the file begins as one that anybody can read. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(_PLAIN)) == _PLAIN


def looks_sealed(path: Path) -> bool:
    """Whether it can only be read with a key, if it is no heap of noise: it has whole pages, and the first one looks like chance. Raises OSError."""
    with path.open("rb") as file:
        page = file.read(PAGE)
    return path.stat().st_size % PAGE == 0 and len(set(page)) > _DISTINCT and not is_plain(path)


def connect_cipher(key: Key | None, path: str, **options: Any) -> Any:
    """With SQLCipher, which also opens what is not encrypted."""
    connection = sqlcipher.connect(path, **options)
    connection.execute("PRAGMA cipher_log_level = NONE")  # it writes to stderr by itself; what is wrong is raised anyway
    if key is not None:
        connection.execute(f'PRAGMA key = "{key.raw}"')
    return connection


def erase(path: Path) -> None:
    """Remove a file after writing over what is in it. What a disk keeps elsewhere (snapshots, cells of an SSD) is not reached. Raises OSError."""
    with suppress(FileNotFoundError):
        if path.stat().st_nlink > 1:  # only one of the names of a file that is needed
            path.unlink()
            return
        with path.open("r+b") as file:
            for _ in range(0, path.stat().st_size, len(_BLANK)):
                file.write(_BLANK)
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
