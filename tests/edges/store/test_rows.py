"""Rows as SQLite gives them are read as those that SQLAlchemy gives, field by field."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, select

from bot.edges.store import open_store, rows
from bot.edges.store.plain import Plain
from bot.edges.store.schema import memories, turns
from bot.mind.events import Kind, Participant
from tests.contracts.stores import memory, turn
from tests.fakes.clock import START, VirtualClock


async def test_both_ways_of_reading_agree_in_every_field(tmp_path: Path) -> None:
    days = [START + timedelta(days=n, microseconds=n) for n in range(1, 5)]
    full = memory(
        "tea with Ana", kind=Kind.PLAN, happens_at=days[0], importance=0.75, emotion="joy", sensitive=True, shareable=True, resolved_at=days[1], superseded_by=3,
        pinned=True, corrected=True, half_life=2.5, used_at=days[2], folded=4, participants=(Participant(name="Ana", role="sister"),), place="Oslo", ends_at=days[3],
        recurs="every tuesday",
    )
    said = turn("tea", by_bot=True, message_id="7", reply_to=5, recalled=(1, 2), fleeting=True)

    def look(connection: Connection) -> None:
        connection.execute(insert(memories), [{**rows.of_memory(each), "stamp": 1} for each in (full, memory("x"))])
        connection.execute(insert(turns), [rows.of_turn(each) for each in (said, turn("x"))])
        kept, spoken = select(*rows.MEMORY), select(*rows.TURN)
        assert list(map(rows.plain_memory, Plain(kept)(connection, {}))) == list(map(rows.to_memory, connection.execute(kept)))
        assert list(map(rows.plain_turn, Plain(spoken)(connection, {}))) == list(map(rows.to_turn, connection.execute(spoken)))
        first, *_ = map(rows.plain_memory, Plain(kept)(connection, {}))
        turned, *_ = map(rows.plain_turn, Plain(spoken)(connection, {}))
        assert first == replace(full, id=first.id)
        assert turned == replace(said, id=turned.id)
        assert all(isinstance(flag, bool) for flag in (first.pinned, first.corrected, turned.by_bot, turned.fleeting))

    async with open_store(tmp_path / "a.db", clock=VirtualClock()) as store:
        await store.database.change(look)
