"""What every ``Archives`` promises: everything of one person goes out, and comes back once."""

import json
from datetime import timedelta

from bot.mind.archive import document, read_document
from bot.mind.events import Consent, Decision, Participant, private_audience
from tests.contracts.stores import (
    ANN,
    BEN,
    BENS_DM,
    DM,
    MODEL,
    SERVER,
    Either,
    direction,
    proposal,
    store,
    told,
    turn,
    unprompted,
)
from tests.fakes.clock import START

__all__ = ["store"]


async def _life(store: Either) -> None:
    """Some of everything for Ann, and something of Ben's."""
    bergen = await told(store, "I live in Bergen, canary-memory", "I live in Bergen", audience=SERVER, shareable=True)
    await told(store, "I moved to Oslo", replaces=[bergen.id], said_at=START + timedelta(days=1), pinned=True, participants=(Participant(name="Tom", role="cousin"),), place="Oslo", ends_at=START)
    await store.turns.add(turn("canary-reply", by_bot=True, recalled=(bergen.id,)))
    plan = await store.proposals.propose(proposal(bergen.id, reason="canary-plan"))
    assert plan is not None
    claimed = await store.outbox.claim(unprompted(plan))
    assert claimed is not None
    await store.outbox.settle(claimed.id, "sent", "canary-outbox")
    await store.diary.record(Decision(person=ANN, act="reply", reason="canary-reason", at=START))
    await store.people.set_consent(Consent(person=ANN, timezone="Europe/Oslo"))
    await store.people.set_setting(ANN, "persona", "canary-setting")
    await told(store, "foreign words", person=BEN, audience=BENS_DM, conversation="discord:12")
    await store.people.set_setting(BEN, "persona", "foreign setting")


async def test_everything_of_one_person_and_nothing_of_another(store: Either) -> None:
    await _life(store)
    words = document(ANN, await store.archives.everything(ANN), START)
    for canary in ("memory", "reply", "plan", "outbox", "reason", "setting"):
        assert f"canary-{canary}" in words, canary
    assert "Europe/Oslo" in words and "foreign" not in words and json.loads(words)["version"] == 1
    assert (await store.archives.everything("discord:99"))["memories"] == []


async def test_what_comes_back_is_private_theirs_and_whole_and_comes_back_once(store: Either) -> None:
    await _life(store)
    data = document(ANN, await store.archives.everything(ANN), START).encode()
    carl = "discord:3"
    archive = read_document(data, carl)
    vectors = {("memory", m.id): direction(1, 0) for m, _ in archive.memories}
    first = await store.archives.take_in(carl, archive, vectors, MODEL)
    assert (first.turns, first.memories, first.known) == (3, 2, 0)
    again = await store.archives.take_in(carl, archive, vectors, MODEL)
    assert (again.turns, again.memories, again.known) == (0, 0, 2)
    (oslo,) = await store.memories.browse(carl)
    (bergen,) = [m for m in await store.memories.browse(carl, past=True) if m.superseded_by]
    assert (oslo.quote, oslo.pinned, bergen.superseded_by) == ("I moved to Oslo", True, oslo.id)
    assert (oslo.participants, oslo.place, oslo.ends_at) == ((Participant(name="Tom", role="cousin"),), "Oslo", START)
    assert {m.audience for m in (oslo, bergen)} == {private_audience(carl)} and not bergen.shareable
    assert [s.words for s in await store.keeping.sources(carl, bergen.id)] == ["I live in Bergen"]
    found = await store.memories.search(carl, private_audience(carl), "oslo", direction(1, 0), MODEL)
    assert [(c.memory.id, round(c.dense, 3)) for c in found if c.memory] == [(oslo.id, 1)]
    assert await store.memories.search(carl, SERVER, "oslo bergen", direction(1, 0), MODEL) == ()
    assert await store.turns.waiting(carl) == ()
    assert len(await store.memories.browse(ANN, past=True)) == 2 and len(await store.memories.browse(BEN)) == 1


async def test_what_is_here_already_is_not_touched(store: Either) -> None:
    await _life(store)
    before = await store.memories.browse(ANN, past=True)
    archive = read_document(document(ANN, await store.archives.everything(ANN), START).encode(), ANN)
    taken = await store.archives.take_in(ANN, archive, {}, MODEL)
    assert (taken.turns, taken.memories, taken.known) == (0, 0, 2)
    assert await store.memories.browse(ANN, past=True) == before
    assert {m.audience for m in before} == {SERVER, DM}


async def test_everything_comes_back_after_everything_was_forgotten(store: Either) -> None:
    await _life(store)
    data = document(ANN, await store.archives.everything(ANN), START).encode()
    await store.forgetting.everything(ANN)
    taken = await store.archives.take_in(ANN, read_document(data, ANN), {}, MODEL)
    assert (taken.turns, taken.memories) == (3, 2)
    assert [m.quote for m in await store.memories.browse(ANN)] == ["I moved to Oslo"]
