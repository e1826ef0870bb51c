"""Many people with memories, written straight into the tables: a thousand in the time that ten would take through the ports."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Table, func, insert, literal, select

from bot.edges.store import Store, rows, words
from bot.edges.store.database import counted_up
from bot.edges.store.schema import evidence, memories, memory_terms, memory_vectors, turn_terms, turn_vectors, turns
from bot.mind.events import Kind, Memory, Turn, private_audience
from bot.ports import Vectors
from tests.bench._sentences import Talk
from tests.fakes.clock import START

MODEL = "crowd"


def sentences(seed: int, count: int) -> list[str]:
    """What somebody tells in the course of a life."""
    talk = Talk(seed)
    return [talk.sentence() for _ in range(count)]


def directions(seed: int, count: int, width: int) -> Vectors:
    rows: Vectors = np.random.default_rng(seed).standard_normal((count, width)).astype(np.float32)
    lengths: Vectors = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / lengths


async def settle_in(store: Store, person: str, texts: list[str], vectors: Vectors, *, with_turns: bool = False, model: str = MODEL) -> None:
    """Give a person a memory for each text; with the turn that it came from, if wanted. ``vectors`` are of unit length."""

    def write(connection: Connection) -> None:
        stamp = counted_up(connection, "change")
        audience = private_audience(person)
        whens = [START + timedelta(minutes=i) for i in range(len(texts))]
        sources: list[int] = []
        if with_turns:
            sources = _next(connection, turns, len(texts))
            said = [
                Turn(person=person, speaker="A", text=text, said_at=when, audience=audience, conversation=person)
                for text, when in zip(texts, whens, strict=True)
            ]
            values = [{**rows.of_turn(turn), "id": n, "stamp": stamp, "settled": True} for n, turn in zip(sources, said, strict=True)]
            connection.execute(insert(turns), values)
            _surround(connection, turn_vectors, turn_terms, person, sources, texts, vectors, model)
        ids = _next(connection, memories, len(texts))
        kept = [
            Memory(person=person, audience=audience, kind=Kind.EXPERIENCE, gist=text, quote=text, said_at=when)
            for text, when in zip(texts, whens, strict=True)
        ]
        connection.execute(insert(memories), [{**rows.of_memory(memory), "id": n, "stamp": stamp} for n, memory in zip(ids, kept, strict=True)])
        _surround(connection, memory_vectors, memory_terms, person, ids, texts, vectors, model)
        if sources:
            spans = [{"memory": m, "turn": t, "start": 0, "end": len(text)} for m, t, text in zip(ids, sources, texts, strict=True)]
            connection.execute(insert(evidence), spans)

    await store.database.change(write)


async def settle_alike(store: Store, like: str, people: Sequence[str]) -> None:
    """Give each of these people the memories that somebody has, without turns: the database copies them, a hundred times as fast."""

    def write(connection: Connection) -> None:
        first, last, count = connection.execute(select(func.min(memories.c.id), func.max(memories.c.id), func.count()).where(memories.c.person == like)).one()
        assert last - first + 1 == count, "somebody else's memories lie between theirs"
        for person in people:
            _copy(connection, like, person, _next(connection, memories, 1)[0] - first)

    await store.database.change(write)


def _copy(connection: Connection, like: str, person: str, shift: int) -> None:
    theirs = memories.c.person == like
    changed = {"id": memories.c.id + shift, "person": literal(person), "audience": literal(private_audience(person))}
    _insert_from(connection, memories, changed, theirs)
    _insert_from(connection, memory_vectors, {"id": memory_vectors.c.id + shift}, memory_vectors.c.id.in_(select(memories.c.id).where(theirs)))
    new = {"owner": literal(words.owner(person)), "row": memory_terms.c.row + shift}
    _insert_from(connection, memory_terms, new, memory_terms.c.owner == words.owner(like))


def _insert_from(connection: Connection, table: Table, changed: Mapping[str, ColumnElement[Any]], where: ColumnElement[bool]) -> None:
    columns = [changed.get(column.name, column) for column in table.c]
    connection.execute(insert(table).from_select([column.name for column in table.c], select(*columns).where(where)))


def _next(connection: Connection, table: object, count: int) -> list[int]:
    first = (connection.scalar(select(func.max(table.c.id))) or 0) + 1  # type: ignore[attr-defined]
    return list(range(first, first + count))


def _surround(
    connection: Connection, vector_table: object, terms: object, person: str, ids: list[int], texts: list[str], vectors: Vectors, model: str
) -> None:
    placed = [{"id": n, "embed_model": model, "vector": v.tobytes()} for n, v in zip(ids, vectors, strict=True)]
    connection.execute(insert(vector_table), placed)  # type: ignore[arg-type]
    owner = words.owner(person)
    found = [
        {"owner": owner, "term": term, "row": n, "times": times}
        for n, text in zip(ids, texts, strict=True) for term, times in _indexed(text).items()
    ]
    connection.execute(insert(terms), found)  # type: ignore[arg-type]


@cache
def _indexed(text: str) -> dict[str, int]:
    return words.indexed(text)
