"""Statements that run where they are asked for, instead of in a thread of their own.

The thread keeps the event loop free while the disk is slow. A simulation in which nobody else waits, on a database that is
thrown away afterwards, only pays for it: two thirds of its time were spent handing statements over.
"""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import aiosqlite

Result = TypeVar("Result")


class InlineConnection(aiosqlite.Connection):
    """An aiosqlite connection whose thread only opens and closes it."""

    async def _execute(self, fn: Callable[..., Result], *args: Any, **kwargs: Any) -> Result:
        if not self._running or self._connection is None:
            raise ValueError("Connection closed")
        return fn(*args, **kwargs)


def connect_inline(path: str, **options: Any) -> InlineConnection:
    """Like ``aiosqlite.connect``."""
    connection = InlineConnection(partial(sqlite3.connect, path, **options), 64)
    connection._thread.daemon = True
    return connection
