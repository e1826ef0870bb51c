"""What every ``Memories`` promises."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.mind.events import Candidate, Evidence, Kind, Participant
from bot.mind.recall.lens import Aim, Sense
from tests.contracts.stores import (
    ANN,
    BEN,
    BENS_DM,
    DM,
    ELSEWHERE,
    MODEL,
    SERVER,
    Either,
    direction,
    kept,
    memory,
    span,
    store,
    told,
    turn,
)
from tests.fakes.clock import START

__all__ = ["store"]


def _said(found: tuple[Candidate, ...]) -> set[str]:
    return {c.memory.quote if c.memory else c.turn.text if c.turn else "" for c in found}


def _quotes(found: tuple[Candidate, ...]) -> set[str]:
    return {c.memory.quote for c in found if c.memory}


async def test_a_memory_comes_back_as_it_was(store: Either) -> None:
    source = await store.turns.add(turn("my exam is on Friday"))
    event = memory(
        "exam is on Friday",
        kind=Kind.PLAN,
        happens_at=START + timedelta(days=4, microseconds=1),
        importance=0.75,
        emotion="nervous",
        sensitive=True,
        shareable=True,
        resolved_at=START,
        participants=(Participant(name="Ana", role="sister"), Participant(role="teacher")),
        place="school",
        ends_at=START + timedelta(days=6),
        recurs="every year",
    )
    stored = await store.memories.keep(event, [span(source, event.quote)])
    assert stored is not None
    assert stored == replace(event, id=stored.id)
    assert await store.memories.get(ANN, stored.id) == stored
    assert await store.memories.get(BEN, stored.id) is None
    assert await store.memories.get(ANN, 9999) is None


@pytest.mark.parametrize(
    "piece",
    [
        Evidence(turn=9999, start=0, end=5),
        Evidence(turn=1, start=3, end=3),
        Evidence(turn=1, start=500, end=510),
        Evidence(turn=2, start=0, end=5),
        Evidence(turn=3, start=0, end=5),
    ],
    ids=["no such turn", "empty", "outside", "somebody else's", "the companion's"],
)
async def test_nothing_is_kept_without_its_evidence(store: Either, piece: Evidence) -> None:
    assert (await store.turns.add(turn("my exam is on Friday"))).id == 1
    assert (await store.turns.add(turn("my exam is on Friday", person=BEN))).id == 2
    assert (await store.turns.add(turn("my exam is on Friday", by_bot=True))).id == 3
    good = Evidence(turn=1, start=0, end=20)
    assert await store.memories.keep(memory("exam is on Friday"), [good, piece]) is None
    assert await store.memories.browse(ANN, past=True) == ()


async def test_a_quote_must_be_in_its_turn(store: Either) -> None:
    source = await store.turns.add(turn("my exam is on Friday"))
    assert await store.memories.keep(memory("exam is on Monday"), [span(source, "exam is on")]) is None


async def test_a_memory_supersedes_those_it_replaces(store: Either) -> None:
    old = await told(store, "my exam is on Friday")
    bens = await told(store, "my exam is on Friday", person=BEN)
    new = await told(store, "no, the exam is on Monday", replaces=[old.id, bens.id, 9999])
    assert await store.memories.get(ANN, old.id) == replace(old, superseded_by=new.id)
    assert await store.memories.get(BEN, bens.id) == bens
    assert await store.memories.browse(ANN) == (new,)
    assert {m.id for m in await store.memories.browse(ANN, past=True)} == {old.id, new.id}
    assert "my exam is on Friday" not in _quotes(await store.memories.search(ANN, DM, "exam friday", None))


async def test_a_memory_takes_over_the_evidence_of_earlier_mentions(store: Either) -> None:
    first = await told(store, "my exam is on Friday")
    source = await store.turns.add(turn("it went ok"))
    whole = memory("my exam is on Friday", gist="Their exam went ok.")
    kept_one = await store.memories.keep(whole, [span(source, "it went ok")], continues=[first.id, 9999])
    assert kept_one is not None
    assert await store.memories.browse(ANN) == (kept_one,)
    # Its quote stands in the turn of the first one only, whose words go with it.
    receipt = await store.forgetting.memory(ANN, kept_one.id)
    assert receipt is not None and (receipt.memories, receipt.turns) == (2, 2)


async def test_who_deletes_an_earlier_mention_deletes_what_was_made_of_it(store: Either) -> None:
    first = await told(store, "my exam is on Friday")
    source = await store.turns.add(turn("it went ok"))
    assert await store.memories.keep(memory("it went ok", gist="Their exam went ok."), [span(source, "it went ok")], continues=[first.id])
    receipt = await store.forgetting.memory(ANN, first.id)
    assert receipt is not None and receipt.memories == 2
    assert await store.memories.browse(ANN, past=True) == ()


@pytest.mark.parametrize("where", [{"audience": SERVER}, {"person": BEN, "audience": BENS_DM}, {"pinned": True}], ids=["elsewhere", "somebody else's", "pinned"])
async def test_evidence_is_never_taken_from_elsewhere(store: Either, where: dict[str, Any]) -> None:
    other = await told(store, "my exam is on Friday", **where)
    source = await store.turns.add(turn("it went ok", conversation="discord:12"))
    kept_one = await store.memories.keep(memory("it went ok"), [span(source, "it went ok")], continues=[other.id])
    assert kept_one is not None
    assert await store.memories.get(other.person, other.id) == other
    receipt = await store.forgetting.memory(ANN, kept_one.id)
    assert receipt is not None and (receipt.memories, receipt.turns) == (1, 1)
    assert await store.memories.get(other.person, other.id) == other


async def test_browsing_is_newest_first(store: Either) -> None:
    third = await told(store, "third", said_at=START + timedelta(days=2))
    first = await told(store, "first", kind=Kind.PLAN)
    second = await told(store, "second", said_at=START + timedelta(days=1))
    await told(store, "mine", person=BEN)
    assert await store.memories.browse(ANN) == (third, second, first)
    assert await store.memories.browse(ANN, limit=2) == (third, second)
    assert await store.memories.browse(ANN, kind=Kind.PLAN) == (first,)


async def test_change_writes_what_may_change(store: Either) -> None:
    kept_one = await told(store, "my exam is on Friday")
    wished = replace(
        kept_one,
        importance=0.9,
        shareable=True,
        resolved_at=START,
        gist="They passed the chemistry test",
        happens_at=START,
        quote="something else",
        emotion="joy",
    )
    await store.memories.change(wished)
    stored = await store.memories.get(ANN, kept_one.id)
    assert stored == replace(wished, quote=kept_one.quote, emotion=kept_one.emotion)
    assert _quotes(await store.memories.search(ANN, DM, "chemistry", None)) == {kept_one.quote}
    await store.memories.change(replace(wished, id=9999))
    await store.memories.change(replace(wished, person=BEN, gist="not yours"))
    assert await store.memories.get(ANN, kept_one.id) == stored


async def test_search_by_words_finds_memories_and_turns(store: Either) -> None:
    await told(store, "we adopted a puppy named Biscuit")
    await told(store, "the weather was dreadful", conversation="discord:12")
    found = await store.memories.search(ANN, DM, "how is the puppy?", None)
    assert _said(found) == {"we adopted a puppy named Biscuit"}
    assert {bool(c.memory) for c in found} == {True, False}
    assert all(c.lexical > 0 and c.dense == 0 for c in found)


async def test_search_by_meaning_gives_cosines_to_all(store: Either) -> None:
    await told(store, "we adopted a puppy", vector=direction(3, 0))
    await told(store, "work was dull", vector=direction(0, 0.1), conversation="discord:12")
    found = await store.memories.search(ANN, DM, "puppy", direction(2, 0), MODEL)
    cosines = {c.memory.quote: c.dense for c in found if c.memory}
    assert cosines == {"we adopted a puppy": pytest.approx(1), "work was dull": pytest.approx(0, abs=1e-6)}


async def test_words_are_looked_for_while_their_meaning_is_worked_out(store: Either) -> None:
    await told(store, "we adopted a puppy", vector=direction(3, 0))
    await told(store, "work was dull", vector=direction(0, 2), conversation="discord:12")

    async def later(sense: Sense | None) -> Sense | None:
        await asyncio.sleep(0)
        return sense

    aimed = Sense(direction(4, 0), Aim(direction(0, 1), direction(0, 0)))
    found = await store.memories.search(ANN, DM, "puppy", None, MODEL, soon=later(aimed))
    cosines = {c.memory.quote: [c.dense, c.aimed] for c in found if c.memory}
    assert cosines == {"we adopted a puppy": pytest.approx([1, 0], abs=1e-6), "work was dull": pytest.approx([0, 1], abs=1e-6)}
    assert _quotes(await store.memories.search(ANN, DM, "puppy", None, MODEL, soon=later(None))) == {"we adopted a puppy"}


async def test_vectors_of_another_model_are_never_compared(store: Either) -> None:
    await told(store, "we adopted a puppy", vector=direction(1, 0))
    assert await store.memories.search(ANN, DM, "", direction(1, 0), "another") == ()
    assert await store.memories.search(ANN, DM, "", direction(1, 0, 0), MODEL) == ()


async def test_search_takes_the_best_of_each(store: Either) -> None:
    for i in range(6):
        angle = direction(6 - i, i)
        await told(store, f"thing number{i}", vector=angle, conversation=f"discord:{100 + i}")
    found = await store.memories.search(ANN, DM, "number5", direction(1, 0), MODEL, limit=2)
    assert _quotes(found) == {"thing number0", "thing number1", "thing number5"}


async def test_the_messages_around_a_found_one_come_with_it(store: Either) -> None:
    for text in ("far before", "just before", "the zebra", "just after", "far after"):
        await store.turns.add(turn(text))
        await store.turns.add(turn("a reply about zebra", by_bot=True))
        await store.turns.add(turn("another room", conversation="discord:12"))
    found = await store.memories.search(ANN, DM, "zebra", None)
    assert _said(found) == {"just before", "the zebra", "just after"}


async def test_the_turn_of_a_found_memory_is_found(store: Either) -> None:
    await told(store, "Biscuit ate my shoes", gist="Their puppy chews things")
    found = await store.memories.search(ANN, DM, "puppy", None)
    assert [c.turn.text for c in found if c.turn] == ["Biscuit ate my shoes"]


async def test_the_companions_words_are_not_found(store: Either) -> None:
    await store.turns.add(turn("the zebra is mine", by_bot=True), direction(1, 0), MODEL)
    assert await store.memories.search(ANN, DM, "zebra", direction(1, 0), MODEL) == ()


@pytest.fixture
async def secrets(store: Either) -> Either:
    """A zebra in every audience."""
    places: dict[str, dict[str, Any]] = {
        "private": {},
        "here": {"audience": SERVER, "conversation": "discord:21"},
        "elsewhere": {"audience": ELSEWHERE, "conversation": "discord:22"},
        "shared": {"shareable": True, "conversation": "discord:23"},
        "bens": {"person": BEN, "audience": SERVER, "conversation": "discord:21"},
        "bens shared": {"person": BEN, "audience": BENS_DM, "shareable": True},
    }
    for name, more in places.items():
        await told(store, f"zebra {name}", vector=direction(1, 0), **more)
    return store


@pytest.mark.parametrize(
    ("person", "audience", "memories", "turns"),
    [
        (ANN, DM, {"private", "here", "elsewhere", "shared"}, {"private", "here", "elsewhere", "shared"}),
        (ANN, SERVER, {"here", "shared"}, {"here"}),
        (ANN, ELSEWHERE, {"elsewhere", "shared"}, {"elsewhere"}),
        (ANN, "server:99", {"shared"}, set()),
        (ANN, BENS_DM, {"shared"}, set()),
        (ANN, "", {"shared"}, set()),
        (BEN, SERVER, {"bens", "bens shared"}, {"bens"}),
        ("discord:3", SERVER, set(), set()),
        ("discord:3", "dm:discord:3", set(), set()),
    ],
)
@pytest.mark.parametrize("by", ["words", "meaning", "both"])
async def test_the_audience_rule(
    secrets: Either, person: str, audience: str, memories: set[str], turns: set[str], by: str
) -> None:
    words = "" if by == "meaning" else "zebra"
    vector = None if by == "words" else direction(1, 0)
    found = await secrets.memories.search(person, audience, words, vector, MODEL)
    assert {c.memory.quote.removeprefix("zebra ") for c in found if c.memory} == memories
    assert {c.turn.text.removeprefix("zebra ") for c in found if c.turn} == turns


async def test_sharing_takes_effect_at_once_and_can_be_taken_back(store: Either) -> None:
    mine = await told(store, "zebra", vector=direction(1, 0))
    for shareable in (True, False, True):
        await store.memories.change(replace(mine, shareable=shareable))
        found = await store.memories.search(ANN, SERVER, "", direction(1, 0), MODEL)
        assert _quotes(found) == ({"zebra"} if shareable else set())


@pytest.mark.parametrize(
    "words",
    ['"', "zebra AND", "NEAR(zebra", "zebra*", "-zebra", "owner:zebra", "zebra'); --", "{zebra}", "^ zebra + |", "zebra\0"],
)
async def test_whatever_somebody_types_is_only_words(store: Either, words: str) -> None:
    await told(store, "the zebra")
    found = await store.memories.search(ANN, DM, words, None)
    assert bool(found) == ("zebra" in words)


async def test_two_memories_may_share_a_turn(store: Either) -> None:
    source = await store.turns.add(turn("I moved to Oslo and got a job"))
    first = await kept(store, source, "moved to Oslo")
    second = await kept(store, source, "got a job")
    assert first.id != second.id


async def test_what_is_pinned_is_not_replaced_by_what_is_said_later(store: Either) -> None:
    pinned, loose = await told(store, "I live in Bergen", pinned=True), await told(store, "I like Bergen")
    newer = await told(store, "I live in Oslo", replaces=[pinned.id, loose.id])
    assert {m.id for m in await store.memories.browse(ANN)} == {pinned.id, newer.id}
