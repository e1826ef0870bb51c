"""The vector index: a graph for those who talk a lot, and files that may be missing, stale or broken."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from bot.edges.store import Store, open_store
from bot.edges.store.shelf import Exact, Graph
from bot.ports import Vectors
from tests.contracts.stores import ANN, DM, MODEL, SERVER, memory, told, turn
from tests.fakes.clock import VirtualClock

WIDTH = 24
_noise = np.random.default_rng(3)


def _vectors(count: int) -> Vectors:
    rows = _noise.standard_normal((count, WIDTH)).astype(np.float32)
    lengths: Vectors = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / lengths


@pytest.mark.parametrize("make", [lambda: Exact(WIDTH), lambda: Graph.empty(WIDTH, 8)], ids=["exact", "graph"])
def test_both_kinds_of_shelf_do_the_same(make: Callable[[], Exact | Graph]) -> None:
    shelf, rows = make(), _vectors(60)
    assert shelf.nearest(rows[0], 5) == []
    shelf.put(list(range(1, 41)), rows[:40])
    shelf.drop([1, 2, 999, 40])
    shelf.put([1, 5], rows[40:42])
    held = {i: rows[i - 1] for i in range(3, 40)} | {1: rows[40], 5: rows[41]}
    assert set(shelf.ids) == set(held)
    assert len(shelf) == len(held)
    asked = rows[50]
    scores = {i: float(row @ asked) for i, row in held.items()}
    best = sorted(scores, key=scores.__getitem__, reverse=True)[:10]
    assert shelf.nearest(asked, 10) == best
    assert set(shelf.nearest(asked, 1000)) == set(held)
    here, vectors = shelf.vectors([2, 3, 1, 999])
    assert here == [3, 1]
    assert vectors @ asked == pytest.approx([scores[3], scores[1]], abs=1e-5)
    assert shelf.size >= len(held) * WIDTH * 4


def test_a_graph_takes_no_more_memory_than_it_says() -> None:
    """Those in memory are held to a budget by what they say."""
    process, rows = psutil.Process(), _vectors(12)
    before = process.memory_info().rss
    graphs = [Graph.empty(WIDTH, 1000) for _ in range(20)]
    for graph in graphs:
        graph.put(range(12), rows)
    assert process.memory_info().rss - before < sum(graph.size for graph in graphs) + 2**20


async def _fill(store: Store, vectors: Vectors) -> list[int]:
    kept = []
    for i, vector in enumerate(vectors):
        event = memory(f"event number{i}", audience=SERVER if i % 3 == 0 else DM)
        stored = await store.memories.keep(event, [], vector, MODEL)
        assert stored is not None
        kept.append(stored.id)
    return kept


async def _nearest(store: Store, vector: Vectors, audience: str = DM) -> set[int]:
    found = await store.memories.search(ANN, audience, "", vector, MODEL, limit=10)
    return {c.memory.id for c in found if c.memory}


def _expected(ids: list[int], rows: Vectors, vector: Vectors) -> set[int]:
    return {ids[i] for i in np.argsort(-(rows @ vector))[:10]}


def _graphs(home: Path) -> list[Path]:
    return sorted((home / "indexes").glob("*.hnsw"))


async def _built(store: Store, home: Path, vector: Vectors) -> None:
    """The first search orders the graph; wait until it lies on the disk."""
    await _nearest(store, vector)
    await store.idle()
    assert _graphs(home)


async def test_a_graph_takes_over_and_keeps_up(tmp_path: Path) -> None:
    rows = _vectors(90)
    async with open_store(tmp_path / "a.db", clock=VirtualClock(), exact_limit=50) as store:
        ids = await _fill(store, rows[:60])
        await _built(store, tmp_path, rows[0])
        assert await _nearest(store, rows[70]) == _expected(ids, rows[:60], rows[70])
        ids += await _fill(store, rows[60:])
        assert await _nearest(store, rows[70]) == _expected(ids, rows, rows[70])
        first = await store.memories.get(ANN, ids[70])
        assert first is not None
        new = await store.memories.keep(replace(first, id=0), [], rows[0], MODEL, replaces=[ids[70]])
        assert new is not None
        assert ids[70] not in await _nearest(store, rows[70])
        await store.forgetting.memory(ANN, ids[71])
        assert _graphs(tmp_path) == []
        assert ids[71] not in await _nearest(store, rows[71])


async def test_a_graph_never_shows_one_audience_what_belongs_to_another(tmp_path: Path) -> None:
    rows = _vectors(90)
    async with open_store(tmp_path / "a.db", clock=VirtualClock(), exact_limit=10) as store:
        ids = await _fill(store, rows)
        await _built(store, tmp_path, rows[0])
        here = [i for i in range(90) if i % 3 == 0]
        for _ in range(2):
            expected = _expected([ids[i] for i in here], rows[here], rows[1])
            assert await _nearest(store, rows[1], SERVER) == expected


@pytest.mark.parametrize(
    "damage",
    [
        lambda body, head: body.unlink(),
        lambda body, head: head.unlink(),
        lambda body, head: body.write_bytes(body.read_bytes()[:100]),
        lambda body, head: body.write_bytes(b"\xff" * 1000),
        lambda body, head: body.write_bytes(body.read_bytes()[:-9] + b"\xff" * 9),
        lambda body, head: head.write_bytes(b"\xff"),
        lambda body, head: head.write_text("[]"),
        lambda body, head: head.write_text('{"change": 1}'),
        lambda body, head: head.write_text(head.read_text().replace('"ids": [', '"ids": [4711, ')),
        lambda body, head: head.write_text(head.read_text().replace('"change": ', '"change": 99')),
        lambda body, head: None,
    ],
    ids=["gone", "no header", "cut", "rubbish", "one end", "header", "list", "short", "ids", "future", "whole"],
)
async def test_a_file_is_believed_only_when_it_is_whole(tmp_path: Path, damage: Callable[[Path, Path], None]) -> None:
    rows = _vectors(80)
    path, clock = tmp_path / "a.db", VirtualClock()
    async with open_store(path, clock=clock, exact_limit=50) as store:
        ids = await _fill(store, rows[:60])
        await _built(store, tmp_path, rows[0])
    (body,) = _graphs(tmp_path)
    damage(body, body.with_suffix(".json"))
    async with open_store(path, clock=clock, exact_limit=50) as store:
        ids += await _fill(store, rows[60:])
        assert await _nearest(store, rows[70]) == _expected(ids, rows, rows[70])


async def test_the_index_of_a_database_that_was_put_back_is_not_believed(tmp_path: Path) -> None:
    rows = _vectors(80)
    path, clock = tmp_path / "a.db", VirtualClock()
    async with open_store(path, clock=clock, exact_limit=50) as store:
        ids = await _fill(store, rows[:55])
        old = await store.back_up()
        gone = await _fill(store, rows[55:60])
        await _built(store, tmp_path, rows[0])
    path.write_bytes(old.read_bytes())
    async with open_store(path, clock=clock, exact_limit=50) as store:
        ids += await _fill(store, rows[70:])
        assert not set(gone[:5]) - set(ids)  # the numbers are given again: only the vectors tell
        assert await _nearest(store, rows[57]) == _expected(ids, np.concatenate([rows[:55], rows[70:]]), rows[57])


async def test_turns_and_memories_have_shelves_of_their_own(tmp_path: Path) -> None:
    (vector,) = _vectors(1)
    async with open_store(tmp_path / "a.db", clock=VirtualClock()) as store:
        await told(store, "the zebra", vector=vector)
        await store.turns.add(turn("the giraffe", conversation="discord:12"), vector, MODEL)
        found = await store.memories.search(ANN, DM, "", vector, MODEL)
        assert sorted((bool(c.turn), round(c.dense, 3)) for c in found) == [(False, 1), (True, 0), (True, 1)]
