"""A message that its author edited or deleted: what that does to the memories that rest on it."""

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edges.store import rows
from bot.edges.store.database import count_up
from bot.edges.store.memories import index_anew
from bot.edges.store.schema import evidence, memories, memory_vectors, turn_terms, turn_vectors, turns
from bot.edges.store.terms import index, unindex
from bot.mind.circumstances import remade
from bot.mind.events import Memory, Turn


async def said_in(connection: AsyncConnection, conversation: str, message_id: str) -> Turn | None:
    """The turn of a platform's message by a person."""
    query = select(*rows.TURN).where(
        turns.c.conversation == conversation, turns.c.message_id == message_id, turns.c.message_id != "", ~turns.c.by_bot
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else rows.to_turn(row)


async def fallen(connection: AsyncConnection, turn: Turn, text: str) -> set[int]:
    """Let go of the evidence in a turn that does not stand in ``text``, its new words; the rest moves to where it stands now. Memories that
    have no evidence left are the result: they are to be deleted, and nothing refers to them any more. What a person put into words of
    their own outlives an edit."""
    pieces = (await connection.execute(select(evidence.c.memory, evidence.c.start, evidence.c.end).where(evidence.c.turn == turn.id))).all()
    await connection.execute(delete(evidence).where(evidence.c.turn == turn.id))
    shaken: set[int] = set()
    for memory, start, end in pieces:
        at = text.find(turn.text[start:end])
        if at < 0 or not turn.text[start:end].strip():
            shaken.add(memory)
            continue
        moved = {"memory": memory, "turn": turn.id, "start": at, "end": at + end - start}
        await connection.execute(insert(evidence).prefix_with("OR IGNORE").values(moved))
    rest = {memory: await _remaining(connection, memory) for memory in shaken}
    corrected = set(await connection.scalars(select(memories.c.id).where(memories.c.id.in_(shaken), memories.c.corrected)))
    gone = {memory for memory, words in rest.items() if not words and not (text and memory in corrected)}
    for memory in shaken - gone - corrected:
        await _requote(connection, turn.person, memory, rest[memory])
    await _restore(connection, turn, gone)
    return gone


async def rewrite_turn(connection: AsyncConnection, turn: Turn, text: str) -> None:
    """Give it new words, to be remembered anew unless it is fleeting."""
    changed = {"text": text, "settled": turn.fleeting, "stamp": await count_up(connection, "change")}
    await connection.execute(update(turns).where(turns.c.id == turn.id).values(changed))
    await connection.execute(delete(turn_vectors).where(turn_vectors.c.id == turn.id))
    await unindex(connection, turn_terms, turn.person, [turn.id])
    if not turn.fleeting:
        await index(connection, turn_terms, turn.person, turn.id, text)


async def remove_turns(connection: AsyncConnection, person: str, ids: set[int]) -> None:
    await unindex(connection, turn_terms, person, ids)
    await connection.execute(delete(turns).where(turns.c.id.in_(ids)))


async def _remaining(connection: AsyncConnection, memory: int) -> list[str]:
    """The words that it still rests on, the newest last."""
    query = (
        select(turns.c.text, evidence.c.start, evidence.c.end)
        .join(evidence, evidence.c.turn == turns.c.id)
        .where(evidence.c.memory == memory)
        .order_by(turns.c.said_at, turns.c.id)
    )
    words = [text[start:end] for text, start, end in (await connection.execute(query)).all()]
    return [said for said in words if said.strip()]


async def _requote(connection: AsyncConnection, person: str, memory: int, words: list[str]) -> None:
    """Its quote may be what is gone, and its gist may tell of it: it speaks in the words that are left."""
    known = await _memory(connection, person, memory)
    if known is None:
        return
    left = remade(known, words)
    if left == known:
        return
    said = {**rows.of_words(left), "stamp": await count_up(connection, "change")}
    await connection.execute(update(memories).where(memories.c.id == memory).values(said))
    await connection.execute(delete(memory_vectors).where(memory_vectors.c.id == memory))
    written = await _memory(connection, person, memory)
    if written is not None:
        await index_anew(connection, written)


async def _restore(connection: AsyncConnection, turn: Turn, gone: set[int]) -> None:
    """What these had replaced holds again, or is replaced by what replaced these; and what this turn told the outcome of is open again."""
    own = memories.c.person == turn.person
    heirs = {row[0]: row[1] for row in await connection.execute(select(memories.c.id, memories.c.superseded_by).where(memories.c.id.in_(gone)))}
    stamp = await count_up(connection, "change")
    for memory in gone:
        heir = heirs.get(memory, 0)
        while heir in gone:
            heir = heirs[heir]
        older = update(memories).where(own, memories.c.superseded_by == memory, memories.c.id.not_in(gone))
        await connection.execute(older.values(superseded_by=heir, stamp=stamp))
    reopened = update(memories).where(own, memories.c.happens_at.is_not(None), memories.c.resolved_at == turn.said_at)
    await connection.execute(reopened.values(resolved_at=None))


async def _memory(connection: AsyncConnection, person: str, memory: int) -> Memory | None:
    row = (await connection.execute(select(*rows.MEMORY).where(memories.c.id == memory, memories.c.person == person))).one_or_none()
    return None if row is None else rows.to_memory(row)
