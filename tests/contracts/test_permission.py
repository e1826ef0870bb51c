"""What every store promises to those who did not say that they may be remembered."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.edges.store import Store, open_store
from bot.edges.store.schema import metadata
from bot.errors import OldfriendError, StoreError
from bot.mind.archive import Archive
from bot.mind.events import Consent, Decision
from tests.contracts.stores import ANN, BEN, DM, SERVER, Either, memory, proposal, span, told, turn, unprompted
from tests.fakes import FakeStore
from tests.fakes.clock import START, VirtualClock


@pytest.fixture(params=["fake", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Either]:
    if request.param == "fake":
        yield FakeStore(asks_first=True)
        return
    async with open_store(tmp_path / "oldfriend.db", clock=VirtualClock(), asks_first=True) as real:
        yield real


async def _known(store: Either, person: str) -> dict[str, object]:
    """What the export has of them, without what is empty."""
    return {name: rows for name, rows in (await store.archives.everything(person)).items() if rows}


async def _say(store: Either, word: str | None, person: str = ANN) -> None:
    await store.people.set_setting(person, "consent", word)


async def _try_everything(store: Either) -> None:
    """All that the companion writes about somebody."""
    said = await store.turns.add(turn("I like tea", message_id="5"))
    await store.turns.add(turn("Good!", by_bot=True, reply_to=said.id))
    assert await store.memories.keep(memory("I like tea"), [span(said, "I like tea")]) is None
    assert await store.memories.keep(memory("I like tea"), []) is None
    decision = Decision(person=ANN, act="reply", reason="asked", at=START, turn=said.id)
    assert await store.diary.record(decision) == decision
    await store.people.set_consent(Consent(person=ANN, reach_out=True, timezone="Europe/Oslo"))
    for key in ("support.tally", f"support.standing {DM}", "days:mika", "matters", "reach_out.asked"):
        await store.people.set_setting(ANN, key, "1")
    with pytest.raises(OldfriendError, match="/privacy"):
        await store.archives.take_in(ANN, Archive(turns=(turn("I like tea", id=1),), memories=(), matters=""), {}, "")


@pytest.mark.parametrize("word", [None, "no"])
async def test_nothing_is_kept_of_who_said_nothing_or_no(store: Either, word: str | None) -> None:
    await _say(store, word)
    await _try_everything(store)
    assert await _known(store, ANN) == ({"settings": {"consent": "no"}} if word else {})
    assert await store.memories.browse(ANN, past=True) == ()
    assert await store.turns.waiting() == ()
    assert await store.diary.recent(ANN) == ()
    assert await store.people.consent(ANN) == Consent(person=ANN)


async def test_what_they_chose_themselves_is_kept(store: Either) -> None:
    await store.people.set_setting(ANN, "persona", "noor")
    await store.people.set_setting("server:7", "dial", "guest")
    assert await store.people.settings(ANN) == {"persona": "noor"}
    assert await store.people.settings("server:7") == {"dial": "guest"}


async def test_a_talk_goes_on_for_an_hour_without_being_kept(store: Either) -> None:
    said = await store.turns.add(turn("I like tea", message_id="5"))
    answer = await store.turns.add(turn("Good!", by_bot=True, reply_to=said.id))
    assert said.id < 0 and said.fleeting
    assert await store.turns.add(turn("I like tea", message_id="5")) == said
    assert await store.turns.recent(ANN, said.conversation, 9) == (said, answer)
    assert await store.turns.recent(ANN, said.conversation, 1) == (answer,)
    assert await store.turns.recent(BEN, said.conversation, 9) == ()
    assert await store.keeping.turn(ANN, said.conversation, "5") == said
    later = await store.turns.add(turn("And cake", said_at=START + timedelta(minutes=61)))
    assert await store.turns.recent(ANN, said.conversation, 9) == (later,)


async def test_it_can_be_deleted_and_edited(store: Either) -> None:
    said = await store.turns.add(turn("I like tea", message_id="5"))
    await store.turns.add(turn("Good!", by_bot=True, reply_to=said.id))
    kept = await store.turns.add(turn("And cake", message_id="6"))
    assert await store.forgetting.reword(kept.conversation, "6", "And pie") is None
    receipt = await store.forgetting.message(said.conversation, "5")
    assert receipt is not None and receipt.turns == 2
    assert [t.text for t in await store.turns.recent(ANN, said.conversation, 9)] == ["And pie"]
    assert (await store.forgetting.everything(ANN)).turns == 1
    assert await store.turns.recent(ANN, said.conversation, 9) == ()


async def test_a_yes_keeps_this_talk_too(store: Either) -> None:
    said = await store.turns.add(turn("I like tea", message_id="5"))
    await store.turns.add(turn("Good!", by_bot=True, reply_to=said.id))
    await store.turns.add(turn("a server", audience=SERVER, conversation="discord:12"))
    await store.turns.add(turn("Ben says nothing", person=BEN, conversation="discord:12"))
    await _say(store, "yes")
    waiting = await store.turns.waiting()
    assert [(t.text, t.fleeting, t.person) for t in waiting] == [("I like tea", False, ANN), ("a server", False, ANN)]
    first, answer = await store.turns.recent(ANN, said.conversation, 9)
    assert answer.reply_to == first.id > 0
    assert await store.memories.keep(memory("I like tea"), [span(first, "I like tea")]) is not None
    assert [t.person for t in await store.turns.recent(BEN, "discord:12", 9)] == [BEN]
    assert await _known(store, BEN) == {}


async def test_who_asked_to_be_forgotten_is_a_stranger_again(store: Either) -> None:
    await _say(store, "yes")
    await told(store, "I like tea")
    await store.forgetting.everything(ANN)
    await _try_everything(store)
    assert await _known(store, ANN) == {}


async def test_what_forgets_to_ask_is_refused_by_the_database(tmp_path: Path) -> None:
    """A row in any table about somebody who said nothing; a new table is guarded as well."""
    async with open_store(tmp_path / "a.db", clock=VirtualClock(), asks_first=True) as store:
        planned = proposal(0, person=BEN)
        with pytest.raises(StoreError, match="did not allow"):
            await store.proposals.propose(planned)
        with pytest.raises(StoreError, match="did not allow"):
            await _write_raw(store, "settings", {"scope": BEN, "key": "days:mika", "value": "1"})
        with pytest.raises(StoreError, match="did not allow"):
            await _write_raw(store, "summaries", {"person": BEN, "audience": DM, "level": "portrait", "about": "", "text": "tea"})
        assert await _known(store, BEN) == {}
        await _say(store, "yes", BEN)
        kept = await store.proposals.propose(planned)
        assert kept is not None and await store.outbox.claim(unprompted(kept)) is not None


async def _write_raw(store: Store, table: str, values: dict[str, object]) -> None:
    async with store.database.writing() as connection:
        await connection.execute(insert(metadata.tables[table]).values(values))


async def test_people_of_before_stay_known_and_others_unknown(tmp_path: Path) -> None:
    """Over the migration: who has memories said yes in deed; what was noted of bystanders goes."""
    path = tmp_path / "a.db"
    async with open_store(path, clock=VirtualClock()) as store:
        await told(store, "I like tea")
        await store.people.set_setting(ANN, "days:mika", "1 2026-03-01")
        await store.people.set_setting(BEN, "days:mika", "1 2026-03-01")
        await store.people.set_setting(BEN, "persona", "noor")
        await store.diary.record(Decision(person=BEN, act="silent", reason="two others talk", at=START))
    with closing(sqlite3.connect(path)) as old:
        old.execute("ALTER TABLE outbox DROP COLUMN audience")  # 0008
        for column in ("participants", "place", "ends_at", "recurs"):
            old.execute(f"ALTER TABLE memories DROP COLUMN {column}")  # 0009
        old.execute("UPDATE alembic_version SET version_num = '0006'")
        old.commit()
    async with open_store(path, clock=VirtualClock(), asks_first=True) as store:
        assert await store.people.setting(ANN, "consent") == "yes"
        assert await store.people.setting(ANN, "days:mika") is not None
        (known,) = await store.memories.browse(ANN)
        assert await store.memories.keep(replace(known, id=0, gist="again"), []) is not None
        assert await _known(store, BEN) == {"settings": {"persona": "noor"}}
