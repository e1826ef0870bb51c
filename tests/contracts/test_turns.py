"""What every ``Turns`` promises."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.contracts.stores import ANN, BEN, BENS_DM, DM, MODEL, Either, direction, store, told, turn
from tests.fakes.clock import START

__all__ = ["store"]


async def test_a_turn_comes_back_as_it_was(store: Either) -> None:
    tea = await told(store, "I like tea")
    (asked,) = await store.turns.recent(ANN, "discord:11", 5)
    said = turn("hello 你好 \u200f", by_bot=True, message_id="m1", reply_to=asked.id, recalled=(tea.id,))
    stored = await store.turns.add(said)
    assert stored == replace(said, id=stored.id)
    assert stored.id > 0
    assert await store.turns.recent(ANN, "discord:11", 5) == (asked, stored)


async def test_what_the_companion_said_of_something_that_was_deleted_meanwhile_is_not_stored(store: Either) -> None:
    exam, tea = await told(store, "I failed the exam"), await told(store, "I like tea")
    asked, _ = await store.turns.recent(ANN, "discord:11", 5)
    await store.forgetting.memory(ANN, exam.id)
    for said in (turn("How was the exam?", by_bot=True, recalled=(tea.id, exam.id)), turn("The exam!", by_bot=True, reply_to=asked.id)):
        assert await store.turns.add(said) == said
    others = await store.turns.add(turn("Tea, Ben?", by_bot=True, person=BEN, audience=BENS_DM, recalled=(tea.id,)))
    assert others.id == 0 and [t.text for t in await store.turns.recent(ANN, "discord:11", 5)] == ["I like tea"]


async def test_a_message_is_stored_once(store: Either) -> None:
    first = await store.turns.add(turn("hello", message_id="m1"))
    assert await store.turns.add(turn("hello again", message_id="m1")) == first
    elsewhere = await store.turns.add(turn("hello", message_id="m1", conversation="discord:12"))
    assert elsewhere.id != first.id


async def test_messages_without_an_id_are_all_stored(store: Either) -> None:
    ids = {(await store.turns.add(turn("hm"))).id for _ in range(3)}
    assert len(ids) == 3


async def test_recent_are_the_last_ones_of_this_person_here_oldest_first(store: Either) -> None:
    mine = [await store.turns.add(turn(f"line {i}", by_bot=bool(i % 2))) for i in range(5)]
    await store.turns.add(turn("elsewhere", conversation="discord:12"))
    await store.turns.add(turn("somebody else", person=BEN))
    assert await store.turns.recent(ANN, "discord:11", 3) == tuple(mine[2:])
    assert await store.turns.recent(ANN, "discord:11", 0) == ()


async def test_what_people_wrote_waits_until_it_is_settled(store: Either) -> None:
    first = await store.turns.add(turn("one"))
    await store.turns.add(turn("a reply", by_bot=True))
    second = await store.turns.add(turn("two", person=BEN, audience=BENS_DM))
    assert await store.turns.waiting() == (first, second)
    assert await store.turns.waiting(BEN) == (second,)
    assert await store.turns.waiting(limit=1) == (first,)
    await store.turns.settle([first.id, 9999])
    assert await store.turns.waiting() == (second,)


async def test_settling_stores_vectors_and_passes_over_what_is_gone(store: Either) -> None:
    said = await store.turns.add(turn("something"))
    vectors = direction(0, 1, 1, 0).reshape(2, 2)
    await store.turns.settle([9999, said.id], vectors, MODEL)
    (found,) = await store.memories.search(ANN, DM, "", direction(1, 0), MODEL)
    assert found.turn == said
    assert found.dense == pytest.approx(1)
    assert found.lexical == 0


@pytest.mark.parametrize("model", [MODEL, "another"])
async def test_a_second_vector_replaces_the_first(store: Either, model: str) -> None:
    said = await store.turns.add(turn("something"), direction(1, 0), MODEL)
    assert len(await store.memories.search(ANN, DM, "", direction(1, 0), MODEL)) == 1
    await store.turns.settle([said.id], direction(0, 2).reshape(1, 2), model)
    (found,) = await store.memories.search(ANN, DM, "", direction(0, 3), model)
    assert found.dense == pytest.approx(1)


async def test_when_somebody_last_wrote(store: Either) -> None:
    assert await store.turns.last_spoke(ANN) is None
    await store.turns.add(turn("later", said_at=START + timedelta(microseconds=3), conversation="discord:12"))
    await store.turns.add(turn("earlier", said_at=START))
    await store.turns.add(turn("a reply", by_bot=True, said_at=START + timedelta(hours=1)))
    assert await store.turns.last_spoke(ANN) == START + timedelta(microseconds=3)
    assert await store.turns.last_spoke(BEN) is None


async def test_what_is_fleeting_is_there_for_the_conversation_and_soon_gone(store: Either) -> None:
    first = await store.turns.add(turn("a secret", fleeting=True))
    await store.turns.add(turn("an answer", fleeting=True, by_bot=True, said_at=START + timedelta(minutes=1)))
    assert [t.text for t in await store.turns.recent(ANN, "discord:11", 5)] == ["a secret", "an answer"]
    assert await store.turns.waiting() == ()
    await store.turns.settle([first.id], direction(1, 0).reshape(1, 2), MODEL)
    assert await store.memories.search(ANN, DM, "secret", direction(1, 0), MODEL) == ()
    await store.turns.add(turn("not fleeting", said_at=START + timedelta(hours=3)))
    await store.turns.add(turn("another", fleeting=True, said_at=START + timedelta(hours=3)))
    assert [t.text for t in await store.turns.recent(ANN, "discord:11", 5)] == ["not fleeting", "another"]
