"""Marks that stop a deleted memory from being extracted again. They hold no words, only a keyed hash of them."""

import hmac
import secrets
from collections.abc import Iterable

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edges.store.schema import meta, tombstones


def normal(quote: str) -> str:
    """A quote without what may differ between two extractions of it: case, marks and spaces."""
    return " ".join("".join(c if c.isalnum() else " " for c in quote.casefold()).split())


async def bury(connection: AsyncConnection, person: str, quotes: Iterable[tuple[int, str]]) -> None:
    """``quotes``: (turn, quote) pairs that must not come back."""
    key = await connection.run_sync(_key)
    for turn, quote in quotes:
        values = {"mark": _mark(key, person, turn, quote), "person": person}
        await connection.execute(insert_or(tombstones).values(values).on_conflict_do_nothing())


def is_buried(connection: Connection, person: str, quotes: Iterable[tuple[int, str]]) -> bool:
    """Whether any of these pairs was deleted."""
    key = _key(connection)
    marks = [_mark(key, person, turn, quote) for turn, quote in quotes]
    return connection.scalar(select(tombstones.c.mark).where(tombstones.c.mark.in_(marks)).limit(1)) is not None


def _key(connection: Connection) -> bytes:
    """The key of this database, made when it is first needed. Call it within a writing transaction."""
    stored = connection.scalar(select(meta.c.value).where(meta.c.key == "tombstone key"))
    if stored is None:
        stored = secrets.token_hex(32)
        connection.execute(insert(meta), {"key": "tombstone key", "value": stored})
    return bytes.fromhex(stored)


def _mark(key: bytes, person: str, turn: int, quote: str) -> bytes:
    return hmac.digest(key, f"{person}|{turn}|{normal(quote)}".encode(), "sha256")
