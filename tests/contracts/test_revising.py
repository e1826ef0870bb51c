"""What every ``Forgetting`` does about messages that their authors edit or delete."""

from dataclasses import replace
from datetime import timedelta

from bot.mind.events import Decision, Evidence, Kind, Receipt
from tests.contracts.stores import (
    ANN,
    BEN,
    BENS_DM,
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
)
from tests.fakes.clock import START

__all__ = ["store"]

HERE = "discord:11"


async def _holding(store: Either) -> set[str]:
    return {m.quote for m in await store.memories.browse(ANN)}


async def _texts(store: Either) -> list[str]:
    return [t.text for t in await store.turns.recent(ANN, HERE, 99)]


async def test_a_deleted_message_takes_along_what_rests_on_it_alone(store: Either) -> None:
    said = await store.turns.add(turn("I live in Bergen and I like tea", message_id="m1"))
    bergen, tea = await kept(store, said, "I live in Bergen"), await kept(store, said, "I like tea")
    stays = await told(store, "I have a dog")
    await store.turns.add(turn("Bergen, nice.", by_bot=True, reply_to=said.id))
    await store.turns.add(turn("Tea?", by_bot=True, recalled=(tea.id,)))
    await store.proposals.propose(proposal(bergen.id))
    await store.diary.record(Decision(person=ANN, act="reply", reason="r", at=START, turn=said.id))
    assert await store.forgetting.message(HERE, "m1") == Receipt(turns=3, memories=2, proposals=1, decisions=1)
    assert await _holding(store) == {stays.quote}
    assert await _texts(store) == ["I have a dog"]
    assert await store.memories.search(ANN, DM, "Bergen tea", None) == ()
    assert await store.forgetting.message(HERE, "m1") is None


async def test_only_messages_of_people_in_their_place(store: Either) -> None:
    await store.turns.add(turn("I like tea", message_id="m1"))
    await store.turns.add(turn("me too", message_id="m2", by_bot=True))
    for place, message in (("discord:12", "m1"), (HERE, "m9"), (HERE, ""), (HERE, "m2")):
        assert await store.forgetting.message(place, message) is None
        assert await store.forgetting.reword(place, message, "I like coffee") is None
    assert await store.forgetting.reword(HERE, "m1", "I like tea") is None
    assert await _texts(store) == ["I like tea", "me too"]


async def test_what_a_deleted_message_had_replaced_holds_again(store: Either) -> None:
    bergen = await told(store, "I live in Bergen")
    said = await store.turns.add(turn("I live in Oslo", message_id="m1"))
    await kept(store, said, "I live in Oslo", replaces=[bergen.id])
    assert await _holding(store) == {"I live in Oslo"}
    await store.forgetting.message(HERE, "m1")
    assert await _holding(store) == {"I live in Bergen"}
    found = await store.memories.search(ANN, DM, "live", None)
    assert [c.memory.quote for c in found if c.memory] == ["I live in Bergen"]


async def test_what_a_message_in_between_had_replaced_is_replaced_by_what_replaced_it(store: Either) -> None:
    bergen = await told(store, "I live in Bergen")
    said = await store.turns.add(turn("I live in Oslo", message_id="m1"))
    oslo = await kept(store, said, "I live in Oslo", replaces=[bergen.id])
    rome = await told(store, "I live in Rome", replaces=[oslo.id])
    await store.forgetting.message(HERE, "m1")
    assert await _holding(store) == {"I live in Rome"}
    assert await store.memories.get(ANN, bergen.id) == replace(bergen, superseded_by=rome.id)


async def test_what_it_told_the_outcome_of_is_open_again(store: Either) -> None:
    exam = await told(store, "my exam is on Friday", happens_at=START)
    said = await store.turns.add(turn("passed!", message_id="m1", said_at=START + timedelta(hours=5)))
    await store.memories.change(replace(exam, resolved_at=said.said_at))
    await store.forgetting.message(HERE, "m1")
    assert await store.memories.get(ANN, exam.id) == exam


async def test_a_memory_with_other_evidence_goes_on_in_those_words(store: Either) -> None:
    said = await store.turns.add(turn("I live in Bergen", message_id="m1"))
    again = await store.turns.add(turn("living in Bergen is wet"))
    both = await store.memories.keep(memory("I live in Bergen"), [span(said, "I live in Bergen"), span(again, "living in Bergen is wet")])
    assert both is not None
    await store.forgetting.message(HERE, "m1")
    (left,) = await store.memories.browse(ANN)
    assert (left.id, left.quote) == (both.id, "living in Bergen is wet")
    assert [s.words for s in await store.keeping.sources(ANN, both.id)] == ["living in Bergen is wet"]


async def test_an_edit_keeps_what_still_stands_and_waits_to_be_remembered(store: Either) -> None:
    said = await store.turns.add(turn("I live in Bergen. I like tea", message_id="m1"), direction(1, 0), MODEL)
    bergen, tea = await kept(store, said, "I live in Bergen"), await kept(store, said, "I like tea")
    await store.turns.settle([said.id])
    await store.turns.add(turn("Bergen!", by_bot=True, reply_to=said.id))
    edited = await store.forgetting.reword(HERE, "m1", "Well, I like tea. I live in Oslo")
    assert edited == replace(said, text="Well, I like tea. I live in Oslo")
    assert await store.memories.browse(ANN) == (tea,)
    assert await store.memories.get(ANN, bergen.id) is None
    assert [s.words for s in await store.keeping.sources(ANN, tea.id)] == ["I like tea"]
    assert await store.turns.waiting() == (edited,)
    assert await _texts(store) == ["Well, I like tea. I live in Oslo"]
    assert await store.memories.search(ANN, DM, "bergen", None) == ()
    assert len(await store.memories.search(ANN, DM, "oslo", None)) >= 1


async def test_an_edit_that_changes_nothing_of_weight_keeps_the_reply(store: Either) -> None:
    said = await store.turns.add(turn("teh sun. I like tea", message_id="m1"))
    tea = await kept(store, said, "I like tea")
    await store.turns.add(turn("Me too.", by_bot=True, reply_to=said.id))
    await store.forgetting.reword(HERE, "m1", "the sun. I like tea")
    assert await _texts(store) == ["the sun. I like tea", "Me too."]
    assert await store.memories.browse(ANN) == (tea,)


async def test_an_edit_taken_back_can_be_remembered(store: Either) -> None:
    said = await store.turns.add(turn("I live in Bergen", message_id="m1"))
    await kept(store, said, "I live in Bergen")
    await store.forgetting.reword(HERE, "m1", "I live in Oslo")
    back = await store.forgetting.reword(HERE, "m1", "I live in Bergen")
    assert back is not None
    assert await store.memories.keep(memory("I live in Bergen"), [span(back, "I live in Bergen")]) is not None


async def test_what_was_corrected_by_hand_outlives_an_edit_but_not_the_message(store: Either) -> None:
    said = await store.turns.add(turn("I live in Bergen", message_id="m1"))
    bergen = await kept(store, said, "I live in Bergen")
    await store.keeping.correct(replace(bergen, gist="They live in Oslo.", quote="I live in Oslo"), None, MODEL)
    await store.forgetting.reword(HERE, "m1", "I live in Berge")
    assert await _holding(store) == {"I live in Oslo"}
    said2 = await store.turns.add(turn("I like teas", message_id="m2"))
    tea = await kept(store, said2, "I like teas")
    await store.keeping.correct(replace(tea, quote="I like tea"), None, MODEL)
    await store.forgetting.message(HERE, "m2")
    assert await _holding(store) == {"I live in Oslo"}


async def test_what_is_fleeting_is_edited_deleted_and_let_go(store: Either) -> None:
    await store.turns.add(turn("a secret", fleeting=True, message_id="m1"))
    await store.turns.add(turn("another", fleeting=True, message_id="m2"))
    await store.turns.add(turn("an answer", fleeting=True, by_bot=True, said_at=START + timedelta(minutes=1)))
    await store.turns.add(turn("to stay"))
    await store.turns.add(turn("his", person=BEN, audience=BENS_DM, conversation="discord:12", fleeting=True))
    await store.forgetting.reword(HERE, "m1", "no secret")
    assert await store.turns.waiting(ANN) == tuple(t for t in await store.turns.recent(ANN, HERE, 9) if t.text == "to stay")
    assert await store.memories.search(ANN, DM, "secret", None) == ()
    await store.forgetting.message(HERE, "m2")
    assert await _texts(store) == ["no secret", "an answer", "to stay"]
    assert await store.forgetting.fleeting(ANN) == 2
    assert await _texts(store) == ["to stay"]
    assert len(await store.turns.recent(BEN, "discord:12", 9)) == 1


async def test_nothing_is_made_of_what_is_fleeting(store: Either) -> None:
    said = await store.turns.add(turn("a secret", fleeting=True))
    assert await store.memories.keep(memory("a secret"), [Evidence(turn=said.id, start=0, end=8)]) is None


async def test_how_it_went_goes_with_the_message_that_told_it(store: Either) -> None:
    plan = await told(store, "my exam is on Friday", kind=Kind.PLAN, happens_at=START + timedelta(days=4))
    source = await store.turns.add(turn("it went ok", message_id="m2", said_at=START + timedelta(days=4)))
    whole = memory("my exam is on Friday", gist="Their exam is on Friday. How it went: “it went ok”", happens_at=START + timedelta(days=4), resolved_at=source.said_at)
    assert await store.memories.keep(whole, [span(source, "it went ok")], continues=[plan.id])
    assert await store.forgetting.reword(HERE, "m2", "never mind")
    (left,) = await store.memories.browse(ANN)
    assert "ok" not in left.gist and left.quote == plan.quote and left.resolved_at is None
