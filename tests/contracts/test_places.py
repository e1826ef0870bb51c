"""Which channel may hear of a memory unasked: what every ``Outbox`` promises about places."""

from dataclasses import replace
from typing import Any

import pytest

from bot.mind.events import Kind, Memory, Place, is_private
from bot.mind.there import YES, key
from tests.contracts.stores import (
    ANN,
    BEN,
    DM,
    ELSEWHERE,
    SERVER,
    Either,
    kept,
    memory,
    proposal,
    span,
    store,
    turn,
    unprompted,
)

__all__ = ["store"]

LOUNGE = Place(conversation="discord:21", audience=SERVER)
EXAM = "my exam is on Friday"


async def told_there(store: Either, text: str = EXAM, place: Place = LOUNGE, message_id: str = "m1", **more: Any) -> Memory:
    """Said in a message to a channel."""
    said = await store.turns.add(turn(text, audience=place.audience, conversation=place.conversation, message_id=message_id))
    return await kept(store, said, text, audience=place.audience, **more)


async def chooses(store: Either, person: str = ANN, server: str = SERVER) -> None:
    await store.people.set_setting(person, key(server), YES)


async def test_in_private_until_they_choose(store: Either) -> None:
    event = await told_there(store)
    assert await store.outbox.place(ANN, event.id) is None
    await chooses(store)
    assert await store.outbox.place(ANN, event.id) == LOUNGE
    await store.people.set_setting(ANN, key(SERVER), None)
    assert await store.outbox.place(ANN, event.id) is None


async def test_a_choice_is_for_one_person_and_one_server(store: Either) -> None:
    here = await told_there(store)
    there = await told_there(store, "my move is on Monday", Place(conversation="discord:22", audience=ELSEWHERE), "m2")
    await chooses(store, BEN)
    await chooses(store, server=ELSEWHERE)
    assert await store.outbox.place(ANN, here.id) is None
    assert await store.outbox.place(ANN, there.id) == Place(conversation="discord:22", audience=ELSEWHERE)
    assert await store.outbox.place(BEN, there.id) is None


async def test_what_was_said_in_private_goes_to_no_channel(store: Either) -> None:
    said = await store.turns.add(turn(EXAM, message_id="m1"))
    private = await kept(store, said, EXAM)
    await store.memories.change(replace(private, shareable=True))
    await store.people.set_setting(ANN, f"reach_out.there {DM}", YES)
    await chooses(store)
    assert await store.outbox.place(ANN, private.id) is None


async def test_one_private_word_among_its_sources_makes_it_private(store: Either) -> None:
    event = await told_there(store)
    whisper = await store.turns.add(turn("the exam is on Friday, and I am scared", message_id="m2"))
    secret = await kept(store, whisper, "I am scared")
    await chooses(store)
    assert await store.keeping.merge(event, secret.id, None, "") is not None
    assert await store.outbox.place(ANN, event.id) is None


async def test_what_was_said_in_two_channels_goes_to_neither(store: Either) -> None:
    first = await told_there(store)
    text = "my exam on Friday is in room 4"
    again = await store.turns.add(turn(text, audience=SERVER, conversation="discord:23", message_id="m2"))
    whole = await store.memories.keep(memory(text, audience=SERVER), [span(again, text)], continues=[first.id])
    assert whole is not None
    await chooses(store)
    assert await store.outbox.place(ANN, whole.id) is None


async def test_words_that_nobody_else_saw_go_to_no_channel(store: Either) -> None:
    await chooses(store)
    typed = await told_there(store, message_id="")
    assert await store.outbox.place(ANN, typed.id) is None
    event = await told_there(store, "my move is on Monday")
    assert await store.outbox.place(ANN, event.id) == LOUNGE
    right = await store.keeping.correct(replace(event, gist="Their divorce is on Monday."), None, "")
    assert right is not None
    assert await store.outbox.place(ANN, event.id) is None


@pytest.mark.parametrize("more", [{"sensitive": True}, {"superseded_by": 77}])
async def test_nor_what_is_tender_or_holds_no_more(store: Either, more: dict[str, Any]) -> None:
    await chooses(store)
    event = await told_there(store, kind=Kind.PLAN, **more)
    assert await store.outbox.place(ANN, event.id) is None


async def test_only_its_own_place_can_be_claimed_for_it(store: Either) -> None:
    event = await told_there(store)
    idea = await store.proposals.propose(proposal(event.id))
    assert idea is not None
    here = unprompted(idea, audience=SERVER, conversation=LOUNGE.conversation)
    assert await store.outbox.claim(here) is None, "they did not choose it"
    await chooses(store)
    assert await store.outbox.claim(replace(here, conversation="discord:99")) is None
    assert await store.outbox.claim(replace(here, audience=ELSEWHERE)) is None
    row = await store.outbox.claim(here)
    assert row is not None
    assert (await store.outbox.history(ANN))[0] == row
    exported = (await store.archives.everything(ANN))["outbox"][0]
    assert exported["audience"] == SERVER and not is_private(exported["audience"])


async def test_what_is_private_is_claimed_for_no_channel(store: Either) -> None:
    said = await store.turns.add(turn(EXAM, message_id="m1"))
    private = await kept(store, said, EXAM)
    idea = await store.proposals.propose(proposal(private.id))
    assert idea is not None
    await chooses(store)
    assert await store.outbox.claim(unprompted(idea, audience=SERVER, conversation=said.conversation)) is None
    assert await store.outbox.claim(unprompted(idea, audience=DM, conversation=said.conversation)) is None
    assert await store.outbox.claim(unprompted(idea)) is not None
