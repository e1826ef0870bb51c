"""Vectors of one person's memories or turns, in memory: exact for most people, a graph for those who talk a lot.

Both kinds of shelf do the same: ``put`` adds or replaces rows, ``drop`` takes them away (unknown ids are passed over),
``nearest`` gives the best ids in order, ``vectors`` those of the given ids that are here, and a row for each. ``ids`` are all that are here,
``size`` is the memory they take in bytes, roughly. All vectors have unit length, so a product is a cosine. Nothing here is
thread-safe, and nothing waits.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import hnswlib
import numpy as np
import numpy.typing as npt

from bot.ports import Vectors

Ids = npt.NDArray[np.int64]

_LINKS = 16
_BREADTH = 120
"""hnswlib's M and ef_construction."""

_LOCKS = 65_536 * 40
"""Bytes of locks that every hnswlib index has, also an empty one: MAX_LABEL_OPERATION_LOCKS times a mutex."""

_WIDE = 256
"""hnswlib's ef for a search: with 20,000 vectors of text-like spread the nearest fifty hardly ever miss one, in 2 ms."""


class Exact:
    """One matrix; a search multiplies it."""

    def __init__(self, width: int) -> None:
        self._ids: Ids = np.zeros(0, dtype=np.int64)
        self._rows: Vectors = np.zeros((0, width), dtype=np.float32)
        self._place: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._place)

    @property
    def ids(self) -> Collection[int]:
        return self._place.keys()

    @property
    def size(self) -> int:
        return self._rows.nbytes

    def rows(self) -> Vectors:
        """A copy of the vectors, in the order of ``ids``."""
        return self._rows[list(self._place.values())]

    def put(self, ids: Sequence[int], vectors: Vectors) -> None:
        fresh = [i for i, number in enumerate(ids) if number not in self._place]
        self._make_room(len(self) + len(fresh))
        for i, number in enumerate(ids):
            place = self._place.setdefault(number, len(self._place))
            self._ids[place] = number
            self._rows[place] = vectors[i]

    def drop(self, ids: Sequence[int]) -> None:
        for number in ids:
            hole = self._place.pop(number, None)
            if hole is None:
                continue
            last = len(self._place)
            if hole != last:  # the last row fills the hole
                self._ids[hole], self._rows[hole] = self._ids[last], self._rows[last]
                self._place[int(self._ids[hole])] = hole

    def nearest(self, vector: Vectors, limit: int) -> list[int]:
        count = len(self)
        scores = cosines(self._rows[:count], vector)
        best = np.argpartition(-scores, limit - 1)[:limit] if limit < count else np.arange(count)
        return [int(number) for number in self._ids[best[np.argsort(-scores[best])]]]

    def vectors(self, ids: Iterable[int]) -> tuple[list[int], Vectors]:
        place = self._place
        here = [number for number in ids if number in place]
        return here, self._rows.take(np.array([place[number] for number in here], dtype=np.int64), axis=0)

    def _make_room(self, count: int) -> None:
        room = len(self._ids)
        if count > room:
            more = max(count - room, room // 4)
            self._ids = np.concatenate([self._ids, np.zeros(more, dtype=np.int64)])
            self._rows = np.concatenate([self._rows, np.zeros((more, self._rows.shape[1]), dtype=np.float32)])


class Graph:
    """An hnswlib index. Approximate, and its cost hardly grows with the number of rows. hnswlib raises RuntimeError when
    something is wrong with it; its owner then throws it away."""

    def __init__(self, index: hnswlib.Index, here: Sequence[int] = ()) -> None:
        self._index = index
        self._here = set(here)

    @classmethod
    def empty(cls, width: int, room: int) -> "Graph":
        index = hnswlib.Index(space="ip", dim=width)
        index.init_index(max_elements=room, M=_LINKS, ef_construction=_BREADTH)
        return cls(index)

    @classmethod
    def load(cls, path: Path, width: int, here: Sequence[int]) -> "Graph":
        """``here``: the ids that are not dropped. The file must be known to be whole: hnswlib trusts it blindly."""
        index = hnswlib.Index(space="ip", dim=width)
        index.load_index(str(path))
        return cls(index, here)

    def save(self, path: Path) -> None:
        self._index.save_index(str(path))

    def __len__(self) -> int:
        return len(self._here)

    @property
    def ids(self) -> Collection[int]:
        return self._here

    @property
    def size(self) -> int:
        each: int = self._index.dim * 4 + _LINKS * 8 + 64
        return _LOCKS + each * int(self._index.get_max_elements())

    @property
    def stored(self) -> int:
        """How many it holds, dropped ones included: hnswlib only marks those."""
        return int(self._index.get_current_count())

    def put(self, ids: Sequence[int], vectors: Vectors) -> None:
        if not ids:
            return
        self._make_room(len(ids))
        self._index.add_items(vectors, np.asarray(ids, dtype=np.int64), num_threads=1)
        self._here.update(ids)

    def drop(self, ids: Sequence[int]) -> None:
        for number in self._here.intersection(ids):
            self._index.mark_deleted(number)
            self._here.remove(number)

    def nearest(self, vector: Vectors, limit: int) -> list[int]:
        count = min(limit, len(self))
        if not count:
            return []
        self._index.set_ef(max(_WIDE, 4 * count))
        labels, _ = self._index.knn_query(vector.reshape(1, -1), k=count, num_threads=1)
        return [int(label) for label in labels[0]]

    def vectors(self, ids: Iterable[int]) -> tuple[list[int], Vectors]:
        here = [number for number in ids if number in self._here]
        rows = np.asarray(self._index.get_items(here), dtype=np.float32) if here else np.zeros((0, self._index.dim), dtype=np.float32)
        return here, rows

    def _make_room(self, more: int) -> None:
        needed = self._index.get_current_count() + more
        if needed > self._index.get_max_elements():
            self._index.resize_index(needed + needed // 8)


Shelf = Exact | Graph


def cosines(rows: Vectors, vector: Vectors) -> Vectors:
    """One product per row, in this thread. ``rows @ vector`` would wake BLAS's threads, which fight the language model for
    the cores: 0.2 ms become 15."""
    return np.asarray(np.vecdot(rows, vector), dtype=np.float32)


def split(rows: Mapping[int, bytes | None], width: int) -> tuple[list[int], Vectors, list[int]]:
    """Stored blobs -> (ids, their vectors, ids without one of this width)."""
    present = {number: blob for number, blob in rows.items() if blob is not None and len(blob) == 4 * width}
    vectors = np.frombuffer(b"".join(present.values()), dtype=np.float32).reshape(len(present), width)
    return list(present), vectors, [number for number in rows if number not in present]
