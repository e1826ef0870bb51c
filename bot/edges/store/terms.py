"""The index of words: what is written to it, and BM25 over one person's rows.

BM25 as SQLite's FTS5 counts it (Robertson's k1 = 1.2, b = 0.75), but with the number of texts, their mean length and the rareness of
words taken from this person's texts alone: nobody's ranking depends on what others wrote, and nobody's search becomes slower by it.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from math import log

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edges.store import words
from bot.edges.store.among import asked_for, listed
from bot.edges.store.lengths import Lengths, Numbers
from bot.edges.store.plain import Plain
from bot.edges.store.scope import Scope

_K1, _B = 1.2, 0.75
_LEAST = 1e-6
"""Weight of a word that most texts have."""

_SPARE = 20
"""Rows beyond those wanted whose permission is looked up as well: some were replaced by what was said later."""

Scores = dict[int, float]
Weights = npt.NDArray[np.float64]


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


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for which rows: ``may`` chooses from ``ids`` those of ``terms`` that may be used."""

    scope: Scope
    terms: Table
    may: Plain


def matches(connection: Connection, asker: Asker, known: Lengths, asked: Sequence[str], most: int) -> Scores:
    """Ids and BM25 scores of the ``most`` rows that share the rarest and most of the stems ``asked``, best first. ``known``: the lengths of all."""
    posted = _posted(connection, asker, asked)
    if not posted:
        return {}
    ids, scores = _scored(posted, known)
    found: Scores = {}
    for number, score in _best_first(ids, scores, most):
        found |= _permitted(connection, asker, number, score)
        if len(found) >= most:
            break
    return dict(islice(found.items(), most))


def _posted(connection: Connection, asker: Asker, asked: Sequence[str]) -> list[tuple[Numbers, Numbers]]:
    """For each stem that occurs the rows that have it, in ascending order, and how often. As one text for each stem: a row of a result costs as much
    as ten numbers in a text."""
    found = _posting(asker.terms)(connection, {"owner": words.owner(asker.scope.person), "ids": json.dumps(asked)})
    return [(_numbers(rows), _numbers(times)) for _, rows, times in found]


@cache
def _posting(terms: Table) -> Plain:
    chosen = select(terms.c.term, func.group_concat(terms.c.row), func.group_concat(terms.c.times))
    return Plain(chosen.where(terms.c.owner == bindparam("owner"), asked_for(terms.c.term)).group_by(terms.c.term))


def _numbers(text: str) -> Numbers:
    return np.fromstring(text, dtype=np.int64, sep=",")


def _scored(posted: Iterable[tuple[Numbers, Numbers]], known: Lengths) -> tuple[Numbers, Weights]:
    """The rows that have any of the stems, and their scores."""
    total, lengths = len(known.rows), known.lengths
    scores, mean = np.zeros(total), lengths.mean()
    for having, times in posted:
        rareness = max(log((total - len(having) + 0.5) / (len(having) + 0.5)), _LEAST)
        places = np.searchsorted(known.rows, having)
        scores[places] += rareness * times * (_K1 + 1) / (times + _K1 * (1 - _B + _B * lengths[places] / mean))
    met = np.flatnonzero(scores)
    return known.rows[met], scores[met]


def _best_first(ids: Numbers, scores: Weights, most: int) -> Iterator[tuple[list[int], list[float]]]:
    """Rows and their scores: first so many that they are enough if nearly all of them may be used, then the others by as many."""
    enough = most + _SPARE
    least = np.partition(scores, len(scores) - enough)[len(scores) - enough] if len(scores) > enough else 0.0
    for part in (scores >= least, scores < least):
        some, theirs = ids[part], scores[part]
        best = np.lexsort((some, -theirs))
        for start in range(0, len(best), enough):
            now = best[start : start + enough]
            yield some[now].tolist(), theirs[now].tolist()


def _permitted(connection: Connection, asker: Asker, ids: list[int], scores: list[float]) -> Scores:
    """Those that may be used, in this order."""
    here = {row[0] for row in asker.may(connection, {**asker.scope.values, "ids": listed(ids)})}
    return {number: score for number, score in zip(ids, scores, strict=True) if number in here}
