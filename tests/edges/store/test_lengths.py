"""Lengths of texts that are kept in memory: always those of the database, whatever was written, reworded or deleted since."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, Table, select

from bot.edges.store import Store, open_store, words
from bot.edges.store.database import counted
from bot.edges.store.lengths import KnownLengths
from bot.edges.store.schema import memory_terms, turn_terms
from tests.contracts.stores import ANN, BEN, told, turn
from tests.fakes.clock import VirtualClock


def _in_database(connection: Connection, terms: Table, person: str) -> dict[int, int]:
    query = select(terms.c.row, terms.c.times).where(terms.c.owner == words.owner(person), terms.c.term == "")
    return {row: times for row, times in connection.execute(query)}


async def _agree(store: Store, known: KnownLengths) -> int:
    """How many rows there are, after both were compared."""

    def look(connection: Connection) -> int:
        count = 0
        for person in (ANN, BEN):
            for terms in (memory_terms, turn_terms):
                held = known.of(connection, terms, person, counted(connection))
                expected = _in_database(connection, terms, person)
                assert dict(zip(held.rows.tolist(), held.lengths.tolist(), strict=True)) == expected
                assert held.rows.tolist() == sorted(expected)
                count += len(expected)
        return count

    return await store.database.look(look)


Step = Callable[[Store, str, int], Awaitable[object]]


async def _changed(store: Store, known: int) -> None:
    if one := await store.memories.get(ANN, known):
        await store.memories.change(replace(one, gist=f"{one.gist} again"))


_STEPS: tuple[tuple[int, Step], ...] = (
    (6, lambda store, text, n: store.turns.add(turn(text, message_id=f"{n} {text}"))),
    (3, lambda store, text, n: store.turns.add(turn(text, person=BEN))),
    (6, lambda store, text, n: told(store, f"{text} {n}")),
    (3, lambda store, text, n: _changed(store, n)),
    (2, lambda store, text, n: store.forgetting.memory(ANN, n)),
)
"""How often, and what; with a text and a number."""


async def test_lengths_are_those_of_the_database_after_every_write(tmp_path: Path) -> None:
    chance, known = random.Random(5), KnownLengths()
    async with open_store(tmp_path / "a.db", clock=VirtualClock()) as store:
        for _ in range(40):
            (step,) = chance.choices([step for _, step in _STEPS], [often for often, _ in _STEPS])
            await step(store, " ".join(chance.choices(("exam", "tea", "Oslo", "piano"), k=chance.randint(1, 9))), chance.randint(1, 12))
            count = await _agree(store, known)
        assert count > 20
        said = await store.turns.add(turn("a word", message_id="last"))
        await _agree(store, known)
        for text in ("many more words than before", "few"):
            assert await store.forgetting.reword(said.conversation, said.message_id, text)
            await _agree(store, known)
        assert await store.forgetting.message(said.conversation, said.message_id)
        await _agree(store, known)
        await store.forgetting.everything(ANN)
        assert await _agree(store, known) < count


async def test_of_those_who_searched_least_recently_lengths_are_let_go(tmp_path: Path) -> None:
    known, room = KnownLengths(), KnownLengths(budget=40)
    async with open_store(tmp_path / "a.db", clock=VirtualClock()) as store:
        await told(store, "the exam")
        await store.turns.add(turn("tea", person=BEN))
        for each in (known, room):
            await _agree(store, each)
        assert 0 < room.size <= 40 < known.size
        everybody = known.size
        known.forget(ANN)
        assert 0 < known.size < everybody
        await _agree(store, known)
        assert known.size == everybody
        known.forget(None)
        assert known.size == 0
