"""Taking words out of turns that other memories still rest on."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edges.store import rows
from bot.edges.store.database import counters
from bot.edges.store.schema import evidence, turn_terms, turn_vectors, turns
from bot.edges.store.terms import index, unindex

Span = tuple[int, int]


async def cut(connection: AsyncConnection, sources: dict[int, list[tuple[int, int, str]]], family: set[int]) -> set[int]:
    """Cut the spans of ``sources`` (turn -> (start, end, words)) out of the turns that memories outside ``family`` rest
    on. The other turns are to be deleted whole: their ids. Evidence of the remaining memories moves with its words."""
    gone: set[int] = set()
    for number, spans in sources.items():
        others = await _others(connection, number, family)
        row = (await connection.execute(select(*rows.TURN).where(turns.c.id == number))).one()
        turn = rows.to_turn(row)
        text = without(turn.text, [(start, end) for start, end, _ in spans])
        if not others or not text.strip():
            gone.add(number)
            continue
        # A new stamp (the next value of the counter, which the deletion raises) tells the vector index.
        stamp = (await counters(connection))["change"] + 1
        await connection.execute(update(turns).where(turns.c.id == number).values(text=text, stamp=stamp))
        await connection.execute(delete(turn_vectors).where(turn_vectors.c.id == number))
        await unindex(connection, turn_terms, turn.person, [number])
        await index(connection, turn_terms, turn.person, number, text)
        await _move(connection, number, [(start, end) for start, end, _ in spans], others)
    return gone


def without(text: str, spans: Sequence[Span]) -> str:
    """The text without these spans, which may overlap."""
    return "".join(c for i, c in enumerate(text) if not any(start <= i < end for start, end in spans))


def moved(span: Span, spans: Sequence[Span]) -> Span:
    """Where a span lies once others are cut out; what they had in common is gone."""
    removed = sorted({i for start, end in spans for i in range(start, end)})
    start, end = span
    return start - sum(i < start for i in removed), end - sum(i < end for i in removed)


async def _others(connection: AsyncConnection, turn: int, family: set[int]) -> list[tuple[int, int, int]]:
    query = select(evidence.c.memory, evidence.c.start, evidence.c.end).where(
        evidence.c.turn == turn, evidence.c.memory.not_in(family)
    )
    return [(row[0], row[1], row[2]) for row in await connection.execute(query)]


async def _move(
    connection: AsyncConnection, turn: int, spans: Sequence[Span], others: Sequence[tuple[int, int, int]]
) -> None:
    await connection.execute(
        delete(evidence).where(evidence.c.turn == turn, evidence.c.memory.in_([memory for memory, _, _ in others]))
    )
    for memory, start, end in dict.fromkeys((memory, *moved((a, b), spans)) for memory, a, b in others):
        # An emptied span stays: its memory must still lead to this turn when it is deleted in its turn.
        piece = {"memory": memory, "turn": turn, "start": start, "end": end}
        await connection.execute(evidence.insert().values(piece))
