"""What every ``Keeping`` promises."""

from dataclasses import replace

from tests.contracts.stores import ANN, BEN, BENS_DM, DM, MODEL, SERVER, Either, direction, proposal, store, told, turn
from tests.fakes.clock import START

__all__ = ["store"]


async def _found(store: Either, words: str, audience: str = DM) -> list[int]:
    found = await store.memories.search(ANN, audience, words, None)
    return sorted(c.memory.id for c in found if c.memory)


async def test_sources_are_their_words_and_theirs_alone(store: Either) -> None:
    known = await told(store, "well, I live in Bergen, mostly", "I live in Bergen")
    (source,) = await store.keeping.sources(ANN, known.id)
    assert (source.words, source.said_at, source.audience) == ("I live in Bergen", START, DM)
    assert await store.keeping.sources(BEN, known.id) == ()
    assert await store.keeping.sources(ANN, 9999) == ()


async def test_a_message_is_found_by_its_person_and_place(store: Either) -> None:
    said = await store.turns.add(turn("hello", message_id="m1"))
    answer = await store.turns.add(turn("hi", by_bot=True, message_id="m2"))
    assert await store.keeping.turn(ANN, "discord:11", "m1") == said
    assert await store.keeping.turn(ANN, "discord:11", "m2") == answer
    for person, place, message in ((BEN, "discord:11", "m1"), (ANN, "discord:12", "m1"), (ANN, "discord:11", "m3"), (ANN, "discord:11", "")):
        assert await store.keeping.turn(person, place, message) is None


async def test_a_correction_is_found_by_its_words_and_by_its_vector(store: Either) -> None:
    known = await told(store, "I live in Bergen", vector=direction(1, 0))
    await store.memories.search(ANN, DM, "", direction(1, 0), MODEL)
    await store.proposals.propose(proposal(known.id))
    right = replace(known, gist="They live in Oslo.", quote="I live in Oslo", importance=0.1)
    changed = await store.keeping.correct(right, direction(0, 1), MODEL)
    assert changed == replace(right, importance=known.importance, corrected=True)
    assert await store.memories.get(ANN, known.id) == changed
    assert await _found(store, "oslo") == [known.id] and await _found(store, "bergen") in ([], [known.id])
    near = {c.memory.id: c.dense for c in await store.memories.search(ANN, DM, "", direction(0, 1), MODEL) if c.memory}
    assert round(near[known.id], 3) == 1
    assert [s.words for s in await store.keeping.sources(ANN, known.id)] == ["I live in Bergen"]
    assert await store.proposals.open(ANN) == ()
    assert await store.proposals.propose(proposal(known.id)) is not None


async def test_nobody_corrects_or_merges_what_is_not_theirs(store: Either) -> None:
    known = await told(store, "I live in Bergen")
    theirs = await told(store, "I live in Rome", person=BEN, audience=BENS_DM, conversation="discord:12")
    assert await store.keeping.correct(replace(known, person=BEN, gist="x"), None, MODEL) is None
    assert await store.keeping.merge(known, theirs.id, None, MODEL) is None
    assert await store.keeping.merge(replace(known, person=BEN), theirs.id, None, MODEL) is None
    assert await store.keeping.merge(known, known.id, None, MODEL) is None
    assert await store.memories.browse(ANN) == (known,)
    assert await store.memories.browse(BEN) == (theirs,)


async def test_a_merged_memory_has_the_evidence_of_both_and_is_deleted_as_one(store: Either) -> None:
    sister = await told(store, "my sister Ana moved to Porto", audience=SERVER)
    nurse = await told(store, "Ana is a nurse")
    await store.proposals.propose(proposal(nurse.id))
    both = await store.keeping.merge(replace(sister, gist="Ana moved to Porto. Ana is a nurse.", audience=DM, pinned=True), nurse.id, None, MODEL)
    assert both is not None and both.pinned and await store.memories.browse(ANN) == (both,)
    assert [s.words for s in await store.keeping.sources(ANN, sister.id)] == ["my sister Ana moved to Porto", "Ana is a nurse"]
    assert await _found(store, "nurse") == [sister.id]
    assert await _found(store, "nurse porto", SERVER) == []
    assert await store.proposals.open(ANN) == ()
    assert await store.keeping.merge(both, nurse.id, None, MODEL) is None
    receipt = await store.forgetting.memory(ANN, both.id)
    assert receipt is not None and (receipt.turns, receipt.memories) == (2, 2)


async def test_only_ones_own_is_superseded_by_ones_own(store: Either) -> None:
    old, new = await told(store, "I live in Bergen", vector=direction(1, 0)), await told(store, "I live in Oslo")
    his = await told(store, "I live in Rome", person=BEN, audience=BENS_DM, conversation="discord:12")
    for person, one, by in ((BEN, old.id, new.id), (ANN, old.id, his.id), (ANN, old.id, old.id), (ANN, old.id, 9999)):
        await store.keeping.supersede(person, one, by)
    assert set(await store.memories.browse(ANN)) == {old, new}
    await store.memories.search(ANN, DM, "", direction(1, 0), MODEL)
    await store.keeping.supersede(ANN, old.id, new.id)
    assert await store.memories.browse(ANN) == (new,)
    assert [c.memory for c in await store.memories.search(ANN, DM, "bergen", direction(1, 0), MODEL) if c.memory] in ([], [new])
