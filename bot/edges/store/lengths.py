"""How long a person's texts are, in words: what BM25 needs to know of all of them for each search, so it is kept in memory.

Kept up as the vectors are (see ``nearness``), in the snapshot of each search: rows stamped since, rows newer than all known ones, and everything
anew after a deletion of anybody. Nothing is found by it: whether a row may be used is asked of the database each time.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Table, and_, bindparam, select

from bot.edges.store import words
from bot.edges.store.plain import Plain
from bot.edges.store.schema import memories, memory_terms, turn_terms, turns

Numbers = npt.NDArray[np.int64]

BUDGET = 8 * 2**20
"""Bytes kept, over all people; of those who searched least recently the lengths go first."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """The rows that have words, in ascending order, and the length of each; as of a ``change`` and a ``deletion``."""

    rows: Numbers
    lengths: Numbers
    change: int
    deletion: int

    @property
    def size(self) -> int:
        """Bytes."""
        return self.rows.nbytes + self.lengths.nbytes

    def with_others(self, found: Mapping[int, int | None], change: int) -> "Lengths":
        """With these lengths in the place of those known before; None: it has none any more."""
        if not found:
            return Lengths(self.rows, self.lengths, change, self.deletion)
        stay = np.isin(self.rows, list(found), invert=True)
        fresh = [(row, length) for row, length in found.items() if length is not None]
        rows = np.append(self.rows[stay], np.array([row for row, _ in fresh], dtype=np.int64))
        lengths = np.append(self.lengths[stay], np.array([length for _, length in fresh], dtype=np.int64))
        order = np.argsort(rows)
        return Lengths(rows[order], lengths[order], change, self.deletion)


@dataclass(frozen=True, slots=True)
class _Statements:
    newer: Plain
    stamped: Plain


def _statements(table: Table, terms: Table) -> _Statements:
    whole = and_(terms.c.owner == bindparam("owner"), terms.c.term == "")
    stamped = select(table.c.id, terms.c.times).outerjoin_from(table, terms, and_(whole, terms.c.row == table.c.id))
    return _Statements(
        Plain(select(terms.c.row, terms.c.times).where(whole, terms.c.row > bindparam("last")).order_by(terms.c.row)),
        Plain(stamped.where(table.c.person == bindparam("person"), table.c.stamp > bindparam("change"))),
    )


_OF = {memory_terms.name: _statements(memories, memory_terms), turn_terms.name: _statements(turns, turn_terms)}
_NONE = np.zeros(0, dtype=np.int64)


class KnownLengths:
    """Those of the people who searched lately. Several threads may ask at once: what is kept is never changed, only replaced."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = budget
        self._known: OrderedDict[tuple[str, str], Lengths] = OrderedDict()
        self._lock = Lock()
        self.size = 0
        """Bytes."""

    def of(self, connection: Connection, terms: Table, person: str, counters: Mapping[str, int]) -> Lengths:
        """As of the snapshot of ``connection``, whose ``counters`` these are."""
        held = self._known.get((terms.name, person))
        if held is None or held.deletion != counters["deletion"]:
            held = Lengths(_NONE, _NONE, counters["change"], counters["deletion"])
        now = _caught_up(connection, held, _OF[terms.name], person, counters["change"])
        with self._lock:
            self._take((terms.name, person))
            self._known[terms.name, person] = now
            self.size += now.size
            while self.size > self._budget and len(self._known) > 1:
                self._take(next(iter(self._known)))
        return now

    def forget(self, person: str | None) -> None:
        """Drop what is known of a person, or of everybody."""
        with self._lock:
            for key in [key for key in self._known if person in (None, key[1])]:
                self._take(key)

    def _take(self, key: tuple[str, str]) -> None:
        if held := self._known.pop(key, None):
            self.size -= held.size


def _caught_up(connection: Connection, held: Lengths, do: _Statements, person: str, change: int) -> Lengths:
    last = int(held.rows[-1]) if len(held.rows) else 0
    asked: dict[str, Any] = {"owner": words.owner(person), "person": person, "change": held.change, "last": last}
    found: dict[int, int | None] = dict(do.stamped(connection, asked)) if change > held.change else {}
    return held.with_others(found | dict(do.newer(connection, asked)), max(change, held.change))
