"""The port ``Forgetting``: one transaction that deletes, then a rewrite of the files so that no copy is left.

What goes with a memory: the versions it replaced (they tell of the same event, and would be all that is left of it),
its evidence, the words of its turns, the companion's replies to those turns or made with that memory, and every
proposal, unprompted message and decision about any of these.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edges.store import schema
from bot.edges.store.backup import Backups, remove_backups
from bot.edges.store.cutting import cut
from bot.edges.store.database import Database, count_up, counted, set_meta
from bot.edges.store.nearness import Nearness
from bot.edges.store.passing import Passing
from bot.edges.store.revising import fallen, remove_turns, rewrite_turn, said_in
from bot.edges.store.terms import unindex
from bot.edges.store.tombstones import bury
from bot.errors import StoreError, StoreFull
from bot.mind.events import Receipt, Turn

log = logging.getLogger(__name__)


class StoredForgetting:
    def __init__(self, database: Database, nearness: Nearness, backups: Backups, passing: Passing) -> None:
        self._database = database
        self._nearness = nearness
        self._backups = backups
        self._passing = passing

    async def memory(self, person: str, memory: int) -> Receipt | None:
        async with self._database.writing() as connection:
            family = await _family(connection, person, memory)
            if not family:
                return None
            receipt = await _delete_memories(connection, person, family)
            await _finish(connection)
        await self._leave_no_trace(person)
        return receipt

    async def message(self, conversation: str, message_id: str) -> Receipt | None:
        if gone := self._passing.withdraw(conversation, message_id):
            return Receipt(turns=gone)
        async with self._database.writing() as connection:
            turn = await said_in(connection, conversation, message_id)
            if turn is None:
                return None
            receipt = await _delete_memories(connection, turn.person, await fallen(connection, turn, ""))
            replies = await _replies(connection, turn.person, {turn.id}, set())
            decisions = await _ids(connection, schema.decisions, schema.decisions.c.turn.in_({turn.id} | replies))
            await remove_turns(connection, turn.person, {turn.id} | replies)
            await _delete(connection, schema.decisions, decisions)
            await _finish(connection)
        await self._leave_no_trace(turn.person)
        return replace(receipt, turns=receipt.turns + 1 + len(replies), decisions=receipt.decisions + len(decisions))

    async def reword(self, conversation: str, message_id: str, text: str) -> Turn | None:
        self._passing.reword(conversation, message_id, text)
        async with self._database.writing() as connection:
            turn = await said_in(connection, conversation, message_id)
            if turn is None or turn.text == text:
                return None
            gone = await fallen(connection, turn, text)
            await _delete_memories(connection, turn.person, gone)
            if gone:  # the reply to what it said before may repeat that
                await remove_turns(connection, turn.person, await _replies(connection, turn.person, {turn.id}, set()))
            await rewrite_turn(connection, turn, text)
            await _finish(connection)  # the next start or deletion rewrites the files
        self._nearness.forget(turn.person)
        return replace(turn, text=text)

    async def fleeting(self, person: str) -> int:
        table = schema.turns
        async with self._database.writing() as connection:
            gone = (await connection.execute(delete(table).where(table.c.person == person, table.c.fleeting))).rowcount
            if gone:
                await _finish(connection)
        if gone:
            await self._leave_no_trace(person)
        return gone

    async def everything(self, person: str, audience: str = "") -> Receipt:
        passing = 0 if audience else len(self._passing.take(person))
        async with self._database.writing() as connection:
            receipt = await (_delete_place(connection, person, audience) if audience else _delete_person(connection, person))
            await _finish(connection)
        await self._leave_no_trace(person)
        return replace(receipt, turns=receipt.turns + passing)

    async def resume(self) -> None:
        """At start: finish a deletion whose rewrite was interrupted. Raises StoreError."""
        numbers = await self._database.look(counted)
        if numbers["deletion"] != numbers["scrubbed"]:
            await self._leave_no_trace(None)
            log.info("what was deleted before the last end is cleared from the files and the backups")

    async def _leave_no_trace(self, person: str | None) -> None:
        """Rewrite every file that may still hold what was deleted. The rows are gone already; should this fail (the
        disk may be full), the error says so and the next start or deletion does it."""
        async with self._database.copying:
            try:
                self._nearness.forget(person)
                await asyncio.to_thread(remove_backups, self._database.path)
            except OSError as error:
                raise StoreFull(f"deleted, but an old copy could not be removed: {error}") from error
            await self._scrub()
        self._backups.refresh_soon()

    async def _scrub(self) -> None:
        deletion = (await self._database.look(counted))["deletion"]
        if not await self._database.scrub():
            raise StoreError("deleted, but another program was reading the database: traces go at the next start")
        async with self._database.writing() as connection:
            await set_meta(connection, "scrubbed", str(deletion))


async def _family(connection: AsyncConnection, person: str, memory: int) -> set[int]:
    """A memory and all that it replaced, directly or not, and those that later took over its evidence. Empty when it is not this person's."""
    table, mine, theirs = schema.memories, schema.evidence.alias(), schema.evidence.alias()
    family: set[int] = set()
    fresh = set(await connection.scalars(select(table.c.id).where(table.c.id == memory, table.c.person == person)))
    while fresh:
        family |= fresh
        older = select(table.c.id).where(table.c.person == person, table.c.superseded_by.in_(fresh))
        same = and_(theirs.c.turn == mine.c.turn, theirs.c.start == mine.c.start, theirs.c.end == mine.c.end, mine.c.memory.in_(fresh))
        # An emptied span, whose words went with another memory, is shared by chance.
        newer = select(theirs.c.memory).join(mine, same).join(table, table.c.id == theirs.c.memory).where(table.c.person == person, mine.c.start < mine.c.end)
        fresh = {*await connection.scalars(older), *await connection.scalars(newer)} - family
    return family


async def _delete_memories(connection: AsyncConnection, person: str, family: set[int]) -> Receipt:
    sources = await _spans(connection, family)
    await bury(connection, person, [(turn, quote) for turn, spans in sources.items() for _, _, quote in spans])
    gone = await cut(connection, sources, family)
    replies = await _replies(connection, person, set(sources), family)
    proposals = await _ids(connection, schema.proposals, schema.proposals.c.memory.in_(family))
    await unindex(connection, schema.memory_terms, person, family)
    await unindex(connection, schema.turn_terms, person, gone | replies)
    await _delete(connection, schema.memories, family)
    await _delete(connection, schema.turns, gone | replies)
    await _delete(connection, schema.proposals, proposals)
    unprompted = await _ids(
        connection,
        schema.outbox,
        or_(schema.outbox.c.memory.in_(family), schema.outbox.c.proposal.in_(proposals)),
    )
    await _delete(connection, schema.outbox, unprompted)
    diary = schema.decisions
    about = or_(
        diary.c.turn.in_(set(sources) | replies), diary.c.proposal.in_(proposals), _mentions(diary.c.memories, family)
    )
    decisions = await _ids(connection, diary, diary.c.person == person, about)
    await _delete(connection, diary, decisions)
    return Receipt(
        turns=len(gone | replies),
        memories=len(family),
        proposals=len(proposals),
        decisions=len(decisions),
        unprompted=len(unprompted),
    )


async def _delete_person(connection: AsyncConnection, person: str) -> Receipt:
    counts: dict[str, int] = {}
    for terms in (schema.memory_terms, schema.turn_terms):
        await unindex(connection, terms, person)
    for name, table in (
        ("memories", schema.memories),
        ("turns", schema.turns),
        ("proposals", schema.proposals),
        ("unprompted", schema.outbox),
        ("decisions", schema.decisions),
    ):
        counts[name] = (await connection.execute(delete(table).where(table.c.person == person))).rowcount
    await connection.execute(delete(schema.summaries).where(schema.summaries.c.person == person))
    await connection.execute(delete(schema.restless).where(schema.restless.c.person == person))
    await connection.execute(delete(schema.consents).where(schema.consents.c.person == person))
    await connection.execute(delete(schema.settings).where(schema.settings.c.scope == person))
    await connection.execute(delete(schema.tombstones).where(schema.tombstones.c.person == person))
    return Receipt(**counts)


async def _delete_place(connection: AsyncConnection, person: str, audience: str) -> Receipt:
    memories, table = schema.memories, schema.turns
    family = await _ids(connection, memories, memories.c.person == person, memories.c.audience == audience)
    receipt = await _delete_memories(connection, person, family)
    said = await _ids(connection, table, table.c.person == person, table.c.audience == audience)
    decisions = await _ids(connection, schema.decisions, schema.decisions.c.turn.in_(said))
    await remove_turns(connection, person, said)
    await _delete(connection, schema.decisions, decisions)
    return replace(receipt, turns=receipt.turns + len(said), decisions=receipt.decisions + len(decisions))


async def _finish(connection: AsyncConnection) -> None:
    """Note that the files are to be rewritten."""
    await count_up(connection, "change")
    await count_up(connection, "deletion")


async def _spans(connection: AsyncConnection, family: set[int]) -> dict[int, list[tuple[int, int, str]]]:
    """Turn -> the spans of it that these memories rest on, with their words."""
    table, turns = schema.evidence, schema.turns
    query = (
        select(table.c.turn, table.c.start, table.c.end, turns.c.text, schema.memories.c.quote)
        .join(turns, turns.c.id == table.c.turn)
        .join(schema.memories, schema.memories.c.id == table.c.memory)
        .where(table.c.memory.in_(family))
    )
    spans: dict[int, list[tuple[int, int, str]]] = {}
    for turn, start, end, text, quote in await connection.execute(query):
        # Empty spans cut nothing: they only bury the quote, which may be shorter than its evidence.
        spans.setdefault(turn, []).extend([(start, end, text[start:end]), (start, start, quote)])
    return spans


async def _replies(connection: AsyncConnection, person: str, sources: set[int], family: set[int]) -> set[int]:
    table = schema.turns
    rule = or_(table.c.reply_to.in_(sources), _mentions(table.c.recalled, family))
    return await _ids(connection, table, table.c.person == person, table.c.by_bot, rule)


def _mentions(column: ColumnElement[Any], numbers: Iterable[int]) -> ColumnElement[bool]:
    """Whether a JSON list of ids holds any of these."""
    each = func.json_each(column).table_valued("value")
    return select(literal_column("1")).select_from(each).where(each.c.value.in_(numbers)).exists()


async def _ids(connection: AsyncConnection, table: Table, *rule: ColumnElement[bool]) -> set[int]:
    return set(await connection.scalars(select(table.c.id).where(*rule)))


async def _delete(connection: AsyncConnection, table: Table, ids: set[int]) -> None:
    await connection.execute(delete(table).where(table.c.id.in_(ids)))
