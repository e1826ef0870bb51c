"""The index of words: what is written to it, and BM25 over one person's rows.

BM25 as SQLite's FTS5 counts it (Robertson's k1 = 1.2, b = 0.75), but with the number of texts, their mean length and the rareness of
words taken from this person's texts alone: nobody's ranking depends on what others wrote, and nobody's search becomes slower by it.
"""

from collections.abc import Collection
from math import log

from sqlalchemy import ColumnElement, Connection, Table, case, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edges.store import words

_K1, _B = 1.2, 0.75
_LEAST = 1e-6
"""Weight of a word that most texts have."""

Scores = dict[int, float]


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


def matches(connection: Connection, terms: Table, table: Table, allowed: ColumnElement[bool], person: str, sentence: str, most: int) -> Scores:
    """Ids and BM25 scores of the ``most`` rows of ``table`` that share the rarest and most of the words, best first."""
    asked, owner = words.asked(sentence), words.owner(person)
    if not asked:
        return {}
    here = terms.c.owner == owner
    known = select(terms.c.term, func.count()).where(here, terms.c.term.in_(asked)).group_by(terms.c.term)
    counts = {row[0]: row[1] for row in connection.execute(known)}
    total, mean = connection.execute(select(func.count(), func.avg(terms.c.times)).where(here, terms.c.term == "")).one()
    if not counts:
        return {}
    rareness = {term: max(log((total - count + 0.5) / (count + 0.5)), _LEAST) for term, count in counts.items()}
    size = terms.alias()
    crowd = _K1 * (1 - _B + _B * size.c.times / mean)
    score = func.sum(case(rareness, value=terms.c.term) * terms.c.times * (_K1 + 1) / (terms.c.times + crowd))
    scored = (
        select(terms.c.row, score.label("score"))
        .join(size, (size.c.owner == owner) & (size.c.term == "") & (size.c.row == terms.c.row))
        .where(here, terms.c.term.in_(rareness))
        .group_by(terms.c.row)
        .subquery()
    )
    best = select(table.c.id, scored.c.score).join(table, table.c.id == scored.c.row).where(allowed).order_by(scored.c.score.desc(), table.c.id)
    return {row[0]: row[1] for row in connection.execute(best.limit(most)).all()}
