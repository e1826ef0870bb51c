"""The index of words: what is written to it, and BM25 over one person's rows.

BM25 as SQLite's FTS5 counts it (Robertson's k1 = 1.2, b = 0.75), but with the number of texts, their mean length and the rareness of
words taken from this person's texts alone: nobody's ranking depends on what others wrote, and nobody's search becomes slower by it.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Select, Table, bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edges.store import words
from bot.edges.store.among import listed
from bot.edges.store.scope import Scope

_K1, _B = 1.2, 0.75
_LEAST = 1e-6
"""Weight of a word that most texts have."""

_AT_ONCE = 512
"""Rows whose permission is looked up together."""

Scores = dict[int, float]
Numbers = npt.NDArray[np.int64]


async def index(connection: AsyncConnection, terms: Table, person: str, row: int, *texts: str) -> None:
    """See ``put``."""
    await connection.run_sync(put, terms, person, row, *texts)


def put(connection: Connection, terms: Table, person: str, row: int, *texts: str) -> None:
    """Make the words of a row searchable that has none in the index."""
    owner = words.owner(person)
    connection.execute(
        insert(terms), [{"owner": owner, "term": term, "row": row, "times": times} for term, times in words.indexed(*texts).items()]
    )


async def unindex(connection: AsyncConnection, terms: Table, person: str, rows: Collection[int] | None = None) -> None:
    """Take these rows, or all of a person, out of the index."""
    here = terms.c.owner == words.owner(person)
    await connection.execute(delete(terms).where(here) if rows is None else delete(terms).where(here, terms.c.row.in_(rows)))


def matches(connection: Connection, terms: Table, may: Select[Any], scope: Scope, asked: Sequence[str], most: int) -> Scores:
    """Ids and BM25 scores of the ``most`` rows that share the rarest and most of the stems ``asked``, best first. ``may`` chooses from ``ids`` those
    that may be used."""
    posted = _posted(connection, terms, words.owner(scope.person), asked)
    sizes = posted.pop("", None)
    if sizes is None or not posted:
        return {}
    ids, scores = _scored(posted, *sizes)
    best = np.lexsort((ids, -scores))
    here = _permitted(connection, may, scope, ids[best].tolist(), most)
    return {number: score for number, score in zip(ids[best].tolist(), scores[best].tolist(), strict=True) if number in here}


def _posted(connection: Connection, terms: Table, owner: int, asked: Sequence[str]) -> dict[str, tuple[Numbers, Numbers]]:
    """For each stem the rows that have it, in ascending order, and how often; for "" all rows and their lengths. As one text for each stem:
    a row of a result costs as much as ten numbers in a text."""
    found = connection.execute(_posting(terms), {"owner": owner, "asked": ["", *asked]}).all()
    return {row[0]: (_numbers(row[1]), _numbers(row[2])) for row in found}


@cache
def _posting(terms: Table) -> Select[Any]:
    chosen = select(terms.c.term, func.group_concat(terms.c.row), func.group_concat(terms.c.times))
    return chosen.where(terms.c.owner == bindparam("owner"), terms.c.term.in_(bindparam("asked", expanding=True))).group_by(terms.c.term)


def _numbers(text: str) -> Numbers:
    return np.fromstring(text, dtype=np.int64, sep=",")


def _scored(posted: Mapping[str, tuple[Numbers, Numbers]], rows: Numbers, lengths: Numbers) -> tuple[Numbers, npt.NDArray[np.float64]]:
    """The rows that have any of the stems, and their scores."""
    total, crowd = len(rows), _K1 * (1 - _B + _B * lengths / lengths.mean())
    scores = np.zeros(total)
    for having, times in posted.values():
        rareness = max(log((total - len(having) + 0.5) / (len(having) + 0.5)), _LEAST)
        places = np.searchsorted(rows, having)
        scores[places] += rareness * times * (_K1 + 1) / (times + crowd[places])
    met = scores > 0
    return rows[met], scores[met]


def _permitted(connection: Connection, may: Select[Any], scope: Scope, best: Sequence[int], most: int) -> set[int]:
    """The first ``most`` of these that may be used."""
    here: list[int] = []
    for start in range(0, len(best), _AT_ONCE):
        part = best[start : start + _AT_ONCE]
        found = set(connection.scalars(may, {**scope.values, "ids": listed(part)}).all())
        here += [number for number in part if number in found]
        if len(here) >= most:
            break
    return set(here[:most])
