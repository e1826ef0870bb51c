"""What hnswlib does that one would not expect, and that the index is not caught by any of it.

Each test shows the trap on hnswlib itself first, so that it tells when a newer version needs the care no more.
"""

from pathlib import Path

import hnswlib
import numpy as np
import pytest

from bot.edges.store import graph_file, nearness, open_store
from bot.edges.store.shelf import Graph
from bot.mind.events import private_audience
from bot.ports import Vectors
from tests.contracts.stores import MODEL, memory
from tests.fakes.clock import VirtualClock

WIDTH = 16


def vectors(count: int, width: int = WIDTH, seed: int = 5) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, width)).astype(np.float32)
    unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def built(rows: Vectors) -> Graph:
    graph = Graph.empty(rows.shape[1], len(rows))
    graph.put(list(range(1, len(rows) + 1)), rows)
    return graph


def _holding(folder: Path, vector: Vectors) -> list[Path]:
    """Files with the bytes of a vector in them."""
    return [file for file in folder.rglob("*") if file.is_file() and vector.tobytes() in file.read_bytes()]


async def _tell(store: object, person: str, rows: Vectors) -> None:
    for i, row in enumerate(rows):
        await store.memories.keep(memory(f"event {i}", person=person, audience=private_audience(person)), [], row, MODEL)  # type: ignore[attr-defined]


async def test_an_empty_index_is_large_so_those_who_said_little_have_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = hnswlib.Index(space="ip", dim=WIDTH)
    index.init_index(max_elements=1)
    index.save_index(str(tmp_path / "small"))
    made: list[int] = []
    monkeypatch.setattr(hnswlib, "Index", lambda **_: made.append(1))
    rows = vectors(40)
    async with open_store(tmp_path / "a.db", clock=VirtualClock(), exact_limit=20) as store:
        for number in range(5):
            person = f"discord:{number}"
            await _tell(store, person, rows[number : number + 5])
            assert await store.memories.search(person, private_audience(person), "", rows[0], MODEL)
        await store.idle()
    assert made == [] and not (tmp_path / "indexes").exists()


def test_ef_is_lost_on_load_so_it_is_set_for_each_search(tmp_path: Path) -> None:
    rows = vectors(3000)
    graph = built(rows)
    before = graph.nearest(rows[7], 50)
    graph.save(tmp_path / "g")
    bare = hnswlib.Index(space="ip", dim=WIDTH)
    bare.load_index(str(tmp_path / "g"))
    assert bare.ef < 50
    assert Graph.load(tmp_path / "g", WIDTH, list(graph.ids)).nearest(rows[7], 50) == before


@pytest.mark.parametrize(("model", "width"), [(MODEL, 2 * WIDTH), (MODEL, WIDTH // 2), ("another model", WIDTH)])
def test_a_wrong_dimension_loads_without_a_word_so_the_header_says_it(tmp_path: Path, model: str, width: int) -> None:
    at = graph_file.stem(tmp_path, "discord:1", "memories")
    graph_file.save(built(vectors(30)), at, MODEL, WIDTH, 3)
    bare = hnswlib.Index(space="ip", dim=2 * WIDTH)
    bare.load_index(str(at.with_suffix(".hnsw")))
    assert bare.get_current_count() == 30
    assert graph_file.load(at, model, width) is None
    assert list(tmp_path.iterdir()) == []


async def test_a_deleted_vector_keeps_its_bytes_so_the_file_goes(tmp_path: Path) -> None:
    rows = vectors(30)
    graph = built(rows)
    graph.drop([4])
    graph.save(tmp_path / "g")
    assert _holding(tmp_path, rows[3])
    (tmp_path / "g").unlink()
    async with open_store(tmp_path / "a.db", clock=VirtualClock(), exact_limit=10) as store:
        await _tell(store, "discord:1", rows)
        await store.memories.search("discord:1", "dm:discord:1", "", rows[0], MODEL)
        await store.idle()
        assert _holding(tmp_path / "indexes", rows[3])
        gone = next(m for m in await store.memories.browse("discord:1") if m.quote == "event 3")
        await store.forgetting.memory("discord:1", gone.id)
        await store.memories.search("discord:1", "dm:discord:1", "", rows[0], MODEL)
        await store.idle()
    assert _holding(tmp_path, rows[3]) == []


def test_more_than_there_are_raises_so_no_more_are_asked_for() -> None:
    rows = vectors(30)
    graph = built(rows)
    graph.drop(list(range(11, 31)))
    bare = graph._index
    bare.set_ef(256)
    with pytest.raises(RuntimeError):
        bare.knn_query(rows[:1], k=11)
    assert set(graph.nearest(rows[0], 50)) == set(range(1, 11))
    graph.drop(list(range(1, 11)))
    assert graph.nearest(rows[0], 5) == []


def test_a_label_used_again_is_undeleted_with_its_new_vector() -> None:
    rows = vectors(30)
    graph = built(rows[:20])
    graph.drop([5])
    assert 5 not in graph.nearest(rows[4], 20) and len(graph) == 19
    graph.put([5], rows[25:26])
    found = graph.nearest(rows[25], 20)
    assert found[0] == 5 and len(graph) == 20 and len(found) == 20
    here, vectors_now = graph.vectors([5])
    assert here == [5] and vectors_now[0] == pytest.approx(rows[25], abs=1e-5)


def test_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = graph_file.stem(tmp_path / "indexes", "discord:1", "memories")
    graph_file.save(built(vectors(30)), at, MODEL, WIDTH, 3)
    first = at.with_suffix(".hnsw").read_bytes()
    synced: list[int] = []
    monkeypatch.setattr("os.fsync", synced.append)

    def power_cut(self: Path, target: object, encoding: str = "") -> Path:
        raise OSError("the plug was pulled")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", power_cut)
        with pytest.raises(OSError, match="plug"):
            graph_file.save(built(vectors(40)), at, MODEL, WIDTH, 4)
    assert at.with_suffix(".hnsw").read_bytes() == first
    loaded = graph_file.load(at, MODEL, WIDTH)
    assert loaded is not None and (len(loaded[0]), loaded[1]) == (30, 3)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", power_cut)
        with pytest.raises(OSError, match="plug"):
            graph_file.save(built(vectors(40)), at, MODEL, WIDTH, 4)
    assert len(synced) == 2 and graph_file.load(at, MODEL, WIDTH) is None
    graph_file.sweep(at.parent, 9)
    assert list(at.parent.iterdir()) == []
    graph_file.save(built(vectors(40)), at, MODEL, WIDTH, 4)
    assert sorted(file.suffix for file in at.parent.iterdir()) == [".hnsw", ".json"] and len(synced) == 5


async def test_what_is_in_memory_is_bounded_and_the_longest_unused_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = vectors(4)
    monkeypatch.setattr(nearness, "BUDGET", 3 * 4 * WIDTH * 4)
    async with open_store(tmp_path / "a.db", clock=VirtualClock()) as store:
        people = [f"discord:{n}" for n in range(6)]
        for person in people:
            await _tell(store, person, rows)
        for person in (*people, people[3]):
            assert len(await store.memories.search(person, private_audience(person), "", rows[0], MODEL)) == 4
        known = store.memories._nearness._known  # type: ignore[attr-defined]
        assert [key.scope.person for key in known] == ["discord:4", "discord:5", "discord:3"]


async def test_nothing_is_loaded_before_it_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = vectors(30)
    async with open_store(tmp_path / "a.db", clock=VirtualClock(), exact_limit=10) as store:
        await _tell(store, "discord:1", rows)
        await store.memories.search("discord:1", "dm:discord:1", "", rows[0], MODEL)
        await store.idle()
    loads: list[Path] = []
    real = graph_file.load

    def noting(at: Path, model: str, width: int) -> tuple[Graph, int] | None:
        loads.append(at)
        return real(at, model, width)

    monkeypatch.setattr(graph_file, "load", noting)
    async with open_store(tmp_path / "a.db", clock=VirtualClock(), exact_limit=10) as store:
        assert loads == []
        await _tell(store, "discord:2", rows[:1])
        await store.memories.browse("discord:1")
        assert loads == []
        assert await store.memories.search("discord:1", "dm:discord:1", "", rows[0], MODEL)
        assert len(loads) == 2  # memories and turns
