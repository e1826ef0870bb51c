"""The port ``Archives``: all rows of one person, and rows that come back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, LargeBinary, Select, Table, insert, select, update

from bot.edges.store import rows, schema
from bot.edges.store.database import Database, counted_up
from bot.edges.store.permission import Guard
from bot.edges.store.schema import (
    evidence,
    memories,
    memory_terms,
    memory_vectors,
    settings,
    turn_terms,
    turn_vectors,
    turns,
)
from bot.edges.store.terms import put
from bot.errors import OldfriendError
from bot.mind.archive import Archive
from bot.mind.events import Evidence, Memory, Turn
from bot.mind.permission import NOT_ALLOWED
from bot.ports import TakenIn, Vectors

_INTERNAL = {"settled", "stamp"}
_HASHES = {"tombstones"}
"""Marks of deleted words: keyed hashes that say nothing to anybody."""


class StoredArchives:
    def __init__(self, database: Database, guard: Guard) -> None:
        self._database = database
        self._guard = guard

    async def everything(self, person: str) -> Mapping[str, Any]:
        return await self._database.look(lambda connection: _everything(connection, person))

    async def take_in(self, person: str, archive: Archive, vectors: Mapping[tuple[str, int], Vectors], embed_model: str) -> TakenIn:
        def write(connection: Connection) -> TakenIn | None:
            return _Arrival(connection, person, vectors, embed_model).take_in(archive) if self._guard.allows(connection, person) else None

        taken = await self._database.change(write)
        if taken is None:
            raise OldfriendError(NOT_ALLOWED)
        return taken


def _everything(connection: Connection, person: str) -> dict[str, Any]:
    """Every table that has a person in it; a new one is in the export without anybody thinking of it."""
    found: dict[str, Any] = {}
    for name, table in schema.metadata.tables.items():
        if "person" in table.c and name not in _HASHES:
            found[name] = _rows(connection, select(*_telling(table)).where(table.c.person == person))
    spans = (
        select(evidence.c.memory, evidence.c.turn, evidence.c.start, evidence.c.end)
        .join(memories, memories.c.id == evidence.c.memory)
        .where(memories.c.person == person)
    )
    by_memory: dict[int, list[dict[str, int]]] = {}
    for memory, turn, start, end in connection.execute(spans):
        by_memory.setdefault(memory, []).append({"turn": turn, "start": start, "end": end})
    for row in found["memories"]:
        row["evidence"] = by_memory.get(row["id"], [])
    chosen = select(settings.c.key, settings.c.value).where(settings.c.scope == person).order_by(settings.c.key)
    found["settings"] = {key: value for key, value in connection.execute(chosen)}
    return found


def _telling(table: Table) -> list[Any]:
    return [c for c in table.c if c.name not in _INTERNAL and not isinstance(c.type, LargeBinary)]


def _rows(connection: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    return [{key: _plain(value) for key, value in row._mapping.items()} for row in connection.execute(query)]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


class _Arrival:
    """One document coming in, within one transaction. What is here already, by its words and its time, is not stored again."""

    def __init__(self, connection: Connection, person: str, vectors: Mapping[tuple[str, int], Vectors], embed_model: str) -> None:
        self._connection = connection
        self._person = person
        self._vectors = vectors
        self._embed_model = embed_model
        self._stamp = counted_up(connection, "change")
        known = connection.execute(select(turns.c.id, turns.c.said_at, turns.c.by_bot, turns.c.text).where(turns.c.person == person))
        self._turns = {(row[1], row[2], row[3]): row[0] for row in known}
        held = connection.execute(select(memories.c.id, memories.c.said_at, memories.c.kind, memories.c.quote).where(memories.c.person == person))
        self._memories = {(row[1], row[2], row[3]): row[0] for row in held}

    def take_in(self, archive: Archive) -> TakenIn:
        here: dict[int, int] = {}
        fresh = 0
        for turn in sorted(archive.turns, key=lambda t: (t.said_at, t.id)):
            number, new = self._turn(turn, here)
            here[turn.id] = number
            fresh += new
        kept, new_ones = {}, []
        for memory, pieces in archive.memories:
            key = (memory.said_at, str(memory.kind), memory.quote)
            if key in self._memories:
                kept[memory.id] = self._memories[key]
                continue
            kept[memory.id] = self._memories[key] = self._memory(memory, pieces, here)
            new_ones.append(memory)
        for memory in new_ones:
            if memory.superseded_by in kept and kept[memory.superseded_by] != kept[memory.id]:
                over = update(memories).where(memories.c.id == kept[memory.id]).values(superseded_by=kept[memory.superseded_by])
                self._connection.execute(over)
        return TakenIn(turns=fresh, memories=len(new_ones), known=len(archive.memories) - len(new_ones))

    def _turn(self, turn: Turn, here: Mapping[int, int]) -> tuple[int, bool]:
        key = (turn.said_at, turn.by_bot, turn.text)
        if key in self._turns:
            return self._turns[key], False
        values = {**rows.of_turn(turn), "reply_to": here.get(turn.reply_to, 0), "recalled": [], "settled": True, "stamp": self._stamp}
        number = self._connection.execute(insert(turns), values).lastrowid
        if not turn.by_bot:
            put(self._connection, turn_terms, self._person, number, turn.text)
            self._vector(turn_vectors, "turn", turn.id, number)
        self._turns[key] = number
        return number, True

    def _memory(self, memory: Memory, pieces: tuple[Evidence, ...], here: Mapping[int, int]) -> int:
        values = {**rows.of_memory(memory), "superseded_by": 0, "stamp": self._stamp}
        number: int = self._connection.execute(insert(memories), values).lastrowid
        put(self._connection, memory_terms, self._person, number, memory.gist, memory.quote)
        self._vector(memory_vectors, "memory", memory.id, number)
        for turn, start, end in dict.fromkeys((here[p.turn], p.start, p.end) for p in pieces):
            self._connection.execute(insert(evidence), {"memory": number, "turn": turn, "start": start, "end": end})
        return number

    def _vector(self, table: Table, what: str, of: int, number: int) -> None:
        vector = self._vectors.get((what, of))
        if vector is not None:
            self._connection.execute(insert(table), {"id": number, "embed_model": self._embed_model, "vector": rows.of_vector(vector)})
