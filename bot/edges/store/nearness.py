"""The vector index: which shelves are in memory, and how they keep up with the database.

The database is the truth. Each write that matters raises the ``change`` counter and stamps its rows with it; a search
reads the counter in its own snapshot and fetches the rows stamped since. That is exact, costs nothing when nothing
changed, and sees what other processes write (``PRAGMA data_version`` would only say "something, by somebody").
Deletions leave no stamped row, so after one the count and the sum of the ids are compared.

A search runs in one thread, the index with it; whoever searches holds the lock of the shelves meanwhile.

A person with more than ``exact_limit`` rows gets a graph, built in the background while the matrix still answers.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sqlalchemy import ColumnElement, Connection, Table, and_, case, func, select

from bot.edges.store import graph_file
from bot.edges.store.database import Database, counted
from bot.edges.store.lengths import KnownLengths
from bot.edges.store.schema import memories, memory_vectors, turn_vectors, turns
from bot.edges.store.scope import Scope
from bot.edges.store.shelf import Exact, Graph, Shelf, split
from bot.flows.supervise import Supervisor
from bot.ports import Vectors

log = logging.getLogger(__name__)

What = Literal["memories", "turns"]

BUDGET = 64 * 2**20
"""Bytes of vectors kept in memory, over all people; the least recently searched go first."""

_BATCH = 1000
_UNSAVED = 2000
"""Rows a graph may have caught up with before its file is written again."""

_PATIENCE = 3600
"""Seconds to build a graph: about 10 for 20,000 rows."""


@dataclass(frozen=True, slots=True)
class Key:
    """One person's vectors of one model, as one audience may use them."""

    scope: Scope
    embed_model: str
    width: int


@dataclass(slots=True)
class Held:
    """A shelf and how far it has caught up."""

    shelf: Shelf
    change: int = 0
    deletion: int = -1
    unsaved: int = 0
    building: bool = False


@dataclass(slots=True)
class Shelves:
    """Both shelves of a key. Whoever touches them holds ``lock``."""

    key: Key
    held: dict[What, Held] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    forgotten: bool = False

    def vectors(self, what: What, ids: Iterable[int]) -> tuple[list[int], Vectors]:
        """Those of these rows that have a vector, and their vectors."""
        return self.held[what].shelf.vectors(ids)


class Nearness:
    """All shelves, and beside them the lengths of texts. ``chores`` owns the building of graphs; what is unfinished when the store closes is built next time. Without ``files`` they are
    in memory only: vectors tell of the words they were made from, so none lies beside a database that is encrypted."""

    def __init__(self, folder: Path, exact_limit: int, chores: Supervisor, *, files: bool = True) -> None:
        self._folder = folder
        self._files = files
        self._exact_limit = exact_limit
        self._chores = chores
        self._known: OrderedDict[Key, Shelves] = OrderedDict()
        self.lengths = KnownLengths()

    async def start(self, database: Database) -> None:
        """Before the first search: throw away files that do not belong to this database."""
        if not self._files:
            return await asyncio.to_thread(self.forget, None)
        change = (await database.look(counted))["change"]
        await asyncio.to_thread(graph_file.sweep, self._folder, change)

    @asynccontextmanager
    async def shelves(self, key: Key) -> AsyncIterator[Shelves]:
        """The shelves of a key, for one search at a time. What grew too large meanwhile is seen to behind it."""
        shelves = self._known.setdefault(key, Shelves(key))
        self._known.move_to_end(key)
        async with shelves.lock:
            yield shelves
            for what in shelves.held:
                self._tend(what, shelves)
        self._make_room()

    def nearest(self, connection: Connection, shelves: Shelves, vector: Vectors, limit: int) -> dict[What, list[int]]:
        """The best ``limit`` memories and turns, as of the snapshot of ``connection``. Blocking."""
        try:
            return self._search(connection, shelves, vector, limit)
        except RuntimeError:  # hnswlib's only word for "this graph is broken": start again from the database
            log.warning("a vector index was unusable and is being rebuilt")
            for what in shelves.held:
                graph_file.remove(self._stem(shelves.key, what))
            shelves.held.clear()
            return self._search(connection, shelves, vector, limit)

    def forget(self, person: str | None) -> None:
        """Drop what is in memory and in files about a person, or everybody; at once, after a deletion. Raises OSError."""
        for key in [key for key in self._known if person in (None, key.scope.person)]:
            self._known.pop(key).forgotten = True
        self.lengths.forget(person)
        for file in graph_file.all_of(self._folder, person):
            file.unlink(missing_ok=True)

    def _search(self, connection: Connection, shelves: Shelves, vector: Vectors, limit: int) -> dict[What, list[int]]:
        found: dict[What, list[int]] = {}
        kinds: tuple[What, What] = ("memories", "turns")
        for what in kinds:
            held = shelves.held.get(what) or self._open(shelves.key, what)
            shelves.held[what] = held
            if not _keep_up(connection, shelves.key, what, held):
                held = shelves.held[what] = Held(Exact(shelves.key.width))
                _keep_up(connection, shelves.key, what, held)
            found[what] = held.shelf.nearest(vector, limit)
        return found

    def _open(self, key: Key, what: What) -> Held:
        loaded = graph_file.load(self._stem(key, what), key.embed_model, key.width)
        return Held(loaded[0], change=loaded[1]) if loaded else Held(Exact(key.width))

    def _tend(self, what: What, shelves: Shelves) -> None:
        held = shelves.held[what]
        outgrown = isinstance(held.shelf, Exact) and len(held.shelf) > self._exact_limit
        stale = self._files and isinstance(held.shelf, Graph) and held.unsaved > _UNSAVED
        if held.building or not (outgrown or stale):
            return
        held.building = True  # also when it fails: no second try before the next start
        self._chores.start(self._build(shelves.key, what, shelves, held), name="vector index", timeout=_PATIENCE)

    async def _build(self, key: Key, what: What, shelves: Shelves, held: Held) -> None:
        """Put a graph in the place of ``held``, and its file on the disk. Nothing hangs on it: faults are logged."""
        try:
            graph, change = await self._graph(key, shelves, held)
            async with shelves.lock:
                if shelves.forgotten or shelves.held.get(what) is not held:
                    return
                if self._files and not await self._written(shelves, graph, self._stem(key, what), change):
                    return
                shelves.held[what] = Held(graph, change)
        except (OSError, RuntimeError) as error:
            log.warning("a vector index could not be written, the slower exact search goes on: %s", error)

    async def _written(self, shelves: Shelves, graph: Graph, at: Path, change: int) -> bool:
        """False when the person was deleted while it was being written."""
        await asyncio.to_thread(graph_file.save, graph, at, shelves.key.embed_model, shelves.key.width, change)
        if shelves.forgotten:
            graph_file.remove(at)
        return not shelves.forgotten

    async def _graph(self, key: Key, shelves: Shelves, held: Held) -> tuple[Graph, int]:
        """A graph of what ``held`` holds now, and the change it has caught up with."""
        async with shelves.lock:
            change = held.change
            if isinstance(held.shelf, Graph):
                return held.shelf, change
            ids, rows = list(held.shelf.ids), held.shelf.rows()
        graph = Graph.empty(key.width, len(ids) + _BATCH)
        for start in range(0, len(ids), _BATCH):
            part = slice(start, start + _BATCH)
            await asyncio.to_thread(graph.put, ids[part], rows[part])
        return graph, change

    def _stem(self, key: Key, what: What) -> Path:
        return graph_file.stem(
            self._folder, key.scope.person, f"{what}|{key.scope.audience}|{key.embed_model}|{key.width}"
        )

    def _make_room(self) -> None:
        """The last one in use stays, however large."""
        total = sum(held.shelf.size for shelves in self._known.values() for held in shelves.held.values())
        while total > BUDGET and len(self._known) > 1:
            _, shelves = self._known.popitem(last=False)
            total -= sum(held.shelf.size for held in shelves.held.values())


def _keep_up(connection: Connection, key: Key, what: What, held: Held) -> bool:
    """Bring a shelf up to the snapshot. False when it cannot be believed any more."""
    numbers = counted(connection)
    change, deletion = numbers["change"], numbers["deletion"]
    if change == held.change and deletion == held.deletion:
        return True
    table, vectors, rule = _tables(key, what)
    allowed = and_(rule, vectors.c.embed_model == key.embed_model)
    joined = table.outerjoin(vectors)
    statement = (
        select(table.c.id, case((allowed, vectors.c.vector)))
        .select_from(joined)
        .where(table.c.person == key.scope.person, table.c.stamp > held.change)
    )
    with connection.execute(statement.execution_options(yield_per=_BATCH), key.scope.values) as result:
        for rows in result.partitions():
            ids, found, gone = split({row[0]: row[1] for row in rows}, key.width)
            held.shelf.drop(gone)
            held.shelf.put(ids, found)
            held.unsaved += len(rows)
    if deletion != held.deletion:
        sums = select(func.count(table.c.id), func.sum(table.c.id)).select_from(joined).where(allowed)
        row = connection.execute(sums, key.scope.values).one()
        if (row[0], row[1] or 0) != (len(held.shelf), sum(held.shelf.ids)):
            return False
    held.change, held.deletion = change, deletion
    return True


def _tables(key: Key, what: What) -> tuple[Table, Table, ColumnElement[bool]]:
    """The rows, their vectors, and which of them may be used."""
    if what == "memories":
        return memories, memory_vectors, key.scope.memories()
    return turns, turn_vectors, key.scope.turns()
