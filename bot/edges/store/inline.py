"""Connections for asyncio: each with a thread of its own, or with statements that run where they are asked for.

The thread keeps the event loop free while the disk is slow. A simulation in which nobody else waits, on a database that is
thrown away afterwards, only pays for it: two thirds of its time were spent handing statements over.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import aiosqlite

from bot.edges.store.sealing import Key, connecting

Result = TypeVar("Result")


class InlineConnection(aiosqlite.Connection):
    """An aiosqlite connection whose thread only opens and closes it."""

    async def _execute(self, fn: Callable[..., Result], *args: Any, **kwargs: Any) -> Result:
        if not self._running or self._connection is None:
            raise ValueError("Connection closed")
        return fn(*args, **kwargs)


def connecting_anew(key: Key | None, *, inline: bool) -> Callable[..., aiosqlite.Connection]:
    """What is called like ``aiosqlite.connect``, for a database with this key."""
    kind = InlineConnection if inline else aiosqlite.Connection

    def connect(path: str, **options: Any) -> aiosqlite.Connection:
        connection = kind(partial(connecting(key), path, **options), 64)
        connection._thread.daemon = True
        return connection

    return connect
