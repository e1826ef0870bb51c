"""Many people with memories, written straight into the tables: a thousand in the time that ten would take through the ports."""

import random
from datetime import timedelta
from functools import cache

import numpy as np
from sqlalchemy import Connection, func, insert, select

from bot.edges.store import Store, rows, words
from bot.edges.store.database import counted_up
from bot.edges.store.schema import evidence, memories, memory_terms, memory_vectors, turn_terms, turn_vectors, turns
from bot.mind.events import Kind, Memory, Turn, private_audience
from bot.ports import Vectors
from tests.fakes.clock import START

MODEL = "crowd"
_COMMON = [f"common{i}" for i in range(400)]
_RARE = [f"rare{i}" for i in range(20_000)]


def sentences(seed: int, count: int) -> list[str]:
    """About ten words each, some of them frequent, as people write."""
    chance = random.Random(seed)
    return [" ".join(chance.choices(_COMMON, k=8) + chance.choices(_RARE, k=3)) for _ in range(count)]


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
