"""What every ``Forgetting`` promises. That nothing is left in any file is tested in ``tests/edges/store``."""

from dataclasses import replace
from datetime import time

from bot.mind.events import Consent, Decision, Receipt
from tests.contracts.stores import (
    ANN,
    BEN,
    DM,
    MODEL,
    Either,
    direction,
    kept,
    memory,
    proposal,
    span,
    store,
    told,
    turn,
    unprompted,
)
from tests.fakes.clock import START

__all__ = ["store"]


async def _texts(store: Either, person: str = ANN) -> list[str]:
    return [t.text for t in await store.turns.recent(person, "discord:11", 100)]


async def test_a_memory_goes_with_its_turn(store: Either) -> None:
    gone = await told(store, "I failed the chemistry exam", vector=direction(1, 0))
    stays = await told(store, "I like tea", vector=direction(0, 1))
    assert await store.forgetting.memory(ANN, gone.id) == Receipt(turns=1, memories=1)
    assert await store.memories.get(ANN, gone.id) is None
    assert await store.memories.browse(ANN, past=True) == (stays,)
    assert await _texts(store) == ["I like tea"]
    found = await store.memories.search(ANN, DM, "chemistry exam", direction(1, 0), MODEL)
    assert {c.memory.quote if c.memory else c.turn and c.turn.text for c in found} == {"I like tea"}


async def test_only_its_owner_can_delete_a_memory(store: Either) -> None:
    mine = await told(store, "I failed the exam")
    assert await store.forgetting.memory(BEN, mine.id) is None
    assert await store.forgetting.memory(ANN, 9999) is None
    assert await store.memories.get(ANN, mine.id) == mine


async def test_a_turn_with_another_memory_loses_only_the_words(store: Either) -> None:
    source = await store.turns.add(turn("I moved to Oslo, and I failed the exam, and I got a cat"))
    oslo = await kept(store, source, "I moved to Oslo")
    exam = await kept(store, source, "I failed the exam")
    cat = await kept(store, source, "I got a cat")
    assert await store.forgetting.memory(ANN, exam.id) == Receipt(turns=0, memories=1)
    assert await _texts(store) == ["I moved to Oslo, and , and I got a cat"]
    assert {m.id for m in await store.memories.browse(ANN)} == {oslo.id, cat.id}
    # What the others rest on has moved with its words.
    assert await store.forgetting.memory(ANN, cat.id) == Receipt(turns=0, memories=1)
    assert await _texts(store) == ["I moved to Oslo, and , and "]
    assert await store.forgetting.memory(ANN, oslo.id) == Receipt(turns=1, memories=1)
    assert await _texts(store) == []


async def test_words_that_two_memories_share_go_and_the_turn_with_the_last(store: Either) -> None:
    source = await store.turns.add(turn("I failed the exam on Friday, sadly"))
    whole = await kept(store, source, "failed the exam on Friday")
    part = await kept(store, source, "exam")
    await store.forgetting.memory(ANN, whole.id)
    assert await _texts(store) == ["I , sadly"]
    assert await store.memories.browse(ANN) == (part,)
    assert await store.forgetting.memory(ANN, part.id) == Receipt(turns=1, memories=1)
    assert await _texts(store) == []


async def test_a_cut_turn_is_no_longer_found_by_what_was_cut(store: Either) -> None:
    source = await store.turns.add(turn("I failed the exam and I got a kitten"), direction(1, 0), MODEL)
    exam = await kept(store, source, "I failed the exam")
    await kept(store, source, "I got a kitten")
    await store.memories.search(ANN, DM, "exam", direction(1, 0), MODEL)
    await store.forgetting.memory(ANN, exam.id)
    assert await store.memories.search(ANN, DM, "exam", direction(1, 0), MODEL) == ()
    assert len(await store.memories.search(ANN, DM, "a kitten", None)) == 2


async def test_replies_go_that_answered_the_turn_or_used_the_memory(store: Either) -> None:
    tea = await told(store, "I like tea")
    gone = await told(store, "I failed the exam")
    (source,) = await store.turns.recent(ANN, "discord:11", 1)
    await store.turns.add(turn("Oh no, the exam!", by_bot=True, reply_to=source.id))
    await store.turns.add(turn("After that exam, rest.", by_bot=True, recalled=(gone.id, tea.id)))
    await store.turns.add(turn("Good morning.", by_bot=True, recalled=(tea.id,)))
    assert await store.forgetting.memory(ANN, gone.id) == Receipt(turns=3, memories=1)
    assert await _texts(store) == ["I like tea", "Good morning."]


async def test_versions_it_replaced_go_too_and_newer_ones_stay(store: Either) -> None:
    first = await told(store, "the exam is on Monday")
    second = await told(store, "no, the exam is on Tuesday", replaces=[first.id])
    third = await told(store, "it is on Friday now", replaces=[second.id])
    assert await store.forgetting.memory(ANN, second.id) == Receipt(turns=2, memories=2)
    assert await store.memories.browse(ANN, past=True) == (third,)


async def test_what_was_to_be_said_and_why_goes_too(store: Either) -> None:
    gone = await told(store, "I failed the exam")
    other = await told(store, "I like tea")
    for event in (gone, other):
        idea = await store.proposals.propose(proposal(event.id))
        assert idea is not None
        await store.outbox.claim(unprompted(idea, f"nonce {event.id}"))
        thought = Decision(person=ANN, act="speak", reason="", at=START)
        for about in (replace(thought, memories=(event.id,)), replace(thought, proposal=idea.id)):
            await store.diary.record(about)
    receipt = await store.forgetting.memory(ANN, gone.id)
    assert receipt == Receipt(turns=1, memories=1, proposals=1, unprompted=1, decisions=2)
    assert len(await store.diary.recent(ANN)) == 2
    assert [m.memory for m in await store.outbox.history(ANN)] == [other.id]


async def test_a_deletion_that_overtakes_the_extraction_wins(store: Either) -> None:
    source = await store.turns.add(turn("I failed the exam and I got a cat"))
    evidence = [span(source, "I failed the exam")]
    gone = await kept(store, source, "I failed the exam")
    await kept(store, source, "I got a cat")
    await store.forgetting.memory(ANN, gone.id)
    assert await store.memories.keep(memory("I failed the exam"), evidence) is None
    assert await store.memories.keep(memory("failed the exam"), evidence) is None


async def test_a_deleted_quote_does_not_come_back_from_the_same_turn(store: Either) -> None:
    source = await store.turns.add(turn("the exam was hard, the exam was hard, and I got a cat"))
    gone = await kept(store, source, "the exam was hard")
    await kept(store, source, "I got a cat")
    await store.forgetting.memory(ANN, gone.id)
    (left,) = await store.turns.recent(ANN, "discord:11", 1)
    assert await store.memories.keep(memory("the exam was hard"), [span(left, "the exam was hard")]) is None
    assert await store.memories.keep(memory("THE EXAM was hard!"), [span(left, "exam was")]) is None
    assert await told(store, "well, the exam was hard", "the exam was hard")


async def test_everything_of_one_person(store: Either) -> None:
    for person in (ANN, BEN):
        event = await told(store, "I failed the exam", person=person, vector=direction(1, 0))
        await told(store, "I got a cat", person=person)
        idea = await store.proposals.propose(proposal(event.id, person=person))
        assert idea is not None
        await store.outbox.claim(unprompted(idea, f"nonce {person}"))
        await store.diary.record(Decision(person=person, act="reply", reason="asked", at=START))
        await store.people.set_consent(Consent(person=person, quiet_start=time(1)))
        await store.people.set_setting(person, "persona", "mika")
    receipt = await store.forgetting.everything(ANN)
    assert receipt == Receipt(turns=2, memories=2, proposals=1, decisions=1, unprompted=1)
    assert await _texts(store) == []
    assert await store.memories.browse(ANN, past=True) == ()
    assert await store.proposals.open(ANN) == ()
    assert await store.outbox.history(ANN) == ()
    assert await store.diary.recent(ANN) == ()
    assert await store.people.consent(ANN) == Consent(person=ANN)
    assert await store.people.settings(ANN) == {}
    assert await store.turns.last_spoke(ANN) is None
    assert len(await _texts(store, BEN)) == 2
    assert len(await store.memories.browse(BEN)) == 2
    assert await store.people.settings(BEN) == {"persona": "mika"}
    assert await store.forgetting.everything(ANN) == Receipt()


async def test_ids_are_never_used_again(store: Either) -> None:
    last = await told(store, "I failed the exam")
    (source,) = await store.turns.recent(ANN, "discord:11", 1)
    await store.forgetting.everything(ANN)
    again = await told(store, "I failed the exam")
    (fresh,) = await store.turns.recent(ANN, "discord:11", 1)
    assert again.id > last.id
    assert fresh.id > source.id
