"""What becomes of what people said, whatever the model makes of it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import ModelFailed
from bot.flows.supervise import Supervisor
from bot.mind.events import Consent, Kind, Turn
from bot.mind.proposals.own_promise import OwnPromise
from bot.ports import Completion
from tests.fakes.store import FakeStore
from tests.flows.household import ADA, BEN, NOTHING, SERVER, Household, noted

FINAL = "my chemistry final is on friday at 10"


async def said(home: Household, text: str, person: str = ADA, by_bot: bool = False, audience: str = "") -> Turn:
    """Stored, as after a crash: nobody has thought it over yet."""
    return await home.store.turns.add(Turn(
        person=person, speaker="Mika" if by_bot else "Ada", text=text, said_at=home.clock.now(), audience=audience or f"dm:{person}",
        conversation="discord:5", by_bot=by_bot,
    ))


@pytest.mark.parametrize("answer", [
    "", "I would love to!", '{"events": [{"quote": "my chemistry fi', "[]", "null", "{}", '{"events": null}', '{"events": ["final"]}',
    '{"events": [{"quote": 3, "kind": "party", "importance": "5"}]}', '{"events": [{"quote": "my chemistry final was cancelled"}]}',
    NOTHING, ModelFailed("it crashed"), noted("my biology final", "your chemistry final"),
    '{"events": [{"quote": "my chemistry final is on friday at 10", "kind": "holiday", "gist": 7, "emotion": "???", "importance": 99}]}',
])
async def test_their_words_survive_any_answer(home: Household, answer: str | ModelFailed) -> None:
    home.notes = answer
    (memory,) = await home.remember.turn(await said(home, FINAL))
    assert (memory.quote, memory.kind, memory.happens_at) == (FINAL, Kind.PLAN, datetime(2026, 3, 6, 10, tzinfo=UTC))
    assert await home.store.turns.waiting() == ()


async def test_a_stream_that_breaks_in_the_middle(home: Household) -> None:
    pieces = 0

    async def crash(request: Completion) -> None:
        nonlocal pieces
        pieces += 1
        if pieces > 3:
            raise ModelFailed("it crashed")

    home.model.between = crash
    home.notes = noted(FINAL)
    assert [m.quote for m in await home.remember.turn(await said(home, FINAL))] == [FINAL]


@pytest.mark.parametrize("text", ["hi", "what's up?", "lol", "😂😂", "", "tell me a joke", "do you like my hat?"])
async def test_chatter_costs_no_model(home: Household, text: str) -> None:
    assert await home.remember.turn(await said(home, text)) == ()
    assert home.model.asked == []
    assert await home.store.turns.waiting() == ()


async def test_what_the_companion_said_is_never_extracted(home: Household) -> None:
    await said(home, "i have a dog called Rex and i live in Oslo", by_bot=True)
    await home.hear("i like tea a lot")
    await home.remember.start_all()
    await home.supervisor.idle()
    assert home.shown_for_notes() == ["i like tea a lot"]
    assert not any("Rex" in m.quote for m in await home.memories())


async def test_the_times_of_somebody_far_away(home: Household) -> None:
    await home.store.people.set_consent(Consent(person=ADA, timezone="Asia/Tokyo", timezone_known=True))
    (memory,) = await home.remember.turn(await said(home, FINAL))
    assert memory.happens_at == datetime(2026, 3, 6, 1, tzinfo=UTC)


async def test_said_again_it_is_kept_once(home: Household) -> None:
    await home.hear(FINAL)
    await home.hear("btw my chemistry final is on friday at 10!")
    assert len(await home.memories()) == 1
    assert len(await home.store.memories.browse(ADA, past=True)) == 2


async def test_a_private_word_takes_no_public_ones_place(home: Household) -> None:
    await home.hear(FINAL, ADA, SERVER, "discord:5")
    await home.hear(FINAL)
    assert sorted(m.audience for m in await home.memories()) == [f"dm:{ADA}", SERVER]


async def test_a_plan_is_closed_when_they_tell_how_it_went(home: Household) -> None:
    await home.hear(FINAL)
    home.clock.set(datetime(2026, 3, 5, 23, 30, tzinfo=UTC))
    await home.hear("i had dinner with tom, still nervous about the chemistry final")
    assert [m.resolved_at for m in await home.memories() if m.happens_at] == [None]
    home.clock.set(datetime(2026, 3, 6, 15, tzinfo=UTC))
    await home.hear("the chemistry final went great")
    assert all(m.resolved_at for m in await home.memories() if m.kind is Kind.PLAN)


async def test_an_event_is_one_memory_from_plan_to_outcome(home: Household) -> None:
    await home.hear(FINAL)
    home.clock.set(datetime(2026, 3, 4, 20, 0, tzinfo=UTC))
    home.notes = noted("dreading my exam on friday so much")
    await home.hear("ugh, dreading my exam on friday so much")
    home.clock.set(datetime(2026, 3, 6, 15, tzinfo=UTC))
    home.notes = NOTHING
    await home.hear("it went ok!")
    (memory,) = await home.memories()
    assert (memory.quote, memory.resolved_at) == (FINAL, datetime(2026, 3, 6, 15, tzinfo=UTC))
    assert memory.gist.endswith("How it went: “it went ok!”")
    assert len(home.store.shelf.evidence[memory.id]) == 3


async def test_how_it_went_is_not_carried_to_where_it_was_not_told(home: Household) -> None:
    await home.hear(FINAL, ADA, SERVER, "discord:5")
    home.clock.set(datetime(2026, 3, 6, 15, tzinfo=UTC))
    await home.hear("it went ok!")
    (memory,) = await home.memories()
    assert memory.audience == SERVER and "ok" not in memory.gist
    assert memory.resolved_at is not None


async def test_after_a_restart_everything_that_waits_is_thought_over_in_order(home: Household) -> None:
    texts = [f"my {n}th cat is called Tom{n}" for n in range(30)]
    for text in texts:
        await said(home, text)
    await said(home, "i live in Bergen", BEN)
    await home.remember.start_all()
    await home.supervisor.idle()
    assert await home.store.turns.waiting() == ()
    assert [t for t in home.shown_for_notes() if "cat" in t] == texts
    assert [m.person for m in await home.memories(BEN)] == [BEN]


async def test_forgotten_while_it_is_thought_over(home: Household) -> None:
    await said(home, FINAL)
    await said(home, "i live in Bergen and i have two dogs")

    async def forget(request: Completion) -> None:
        home.model.between = None
        await home.forget.everything(ADA)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    home.model.between = forget
    home.notes = noted(FINAL)
    home.remember.start(ADA)
    home.remember.start(ADA)
    await home.supervisor.idle()
    shelf = home.store.shelf
    assert (shelf.turns, shelf.memories, shelf.proposals, shelf.decisions, shelf.turn_vectors) == ({}, {}, {}, {}, {})
    assert len(home.model.asked) == 1, "no work goes on about somebody who is forgotten"


async def test_one_memory_deleted_while_the_next_one_is_found(home: Household) -> None:
    turn = await said(home, FINAL)

    async def forget(request: Completion) -> None:
        await home.store.forgetting.everything(ADA)

    home.model.between = forget
    home.notes = noted(FINAL)
    assert await home.remember.turn(turn) == ()
    assert home.store.shelf.memories == {} and home.store.shelf.proposals == {}


async def test_it_is_cancelled_with_the_process_and_goes_on_after_the_next_start() -> None:
    store = FakeStore()
    async with Supervisor() as supervisor:
        first = Household(supervisor, store)
        begun = asyncio.Event()

        async def hang(request: Completion) -> None:
            begun.set()
            await asyncio.Event().wait()

        first.model.between = hang
        await said(first, FINAL)
        first.remember.start(ADA)
        await begun.wait()
    assert len(await store.turns.waiting()) == 1 and store.shelf.memories == {}
    async with Supervisor() as supervisor:
        second = Household(supervisor, store)
        await second.remember.start_all()
        await supervisor.idle()
    assert [m.quote for m in store.shelf.memories.values()] == [FINAL]


async def test_without_an_embedder_it_is_found_by_its_words(home: Household) -> None:
    home.embedder.broken = True
    await home.hear(FINAL)
    assert [m.quote for m in await home.recollect.memories(ADA, f"dm:{ADA}", "chemistry")] == [FINAL]


async def test_a_long_message_with_many_events(home: Household) -> None:
    events = [f"my friend Number{n} moved to Town{n} in the rainy year of {1900 + n}" for n in range(60)]
    text = ". ".join(events)[:4000]

    def first_event(request: Completion) -> str:
        return noted(request.messages[-1].content.split(". ")[0].rstrip("."))

    home.notes = first_event
    memories = await home.remember.turn(await said(home, text))
    assert len(memories) >= len(home.model.asked) == 4
    assert len("".join(home.shown_for_notes())) >= len(text) - 4
    assert all(m.quote in text for m in memories)


async def test_an_event_ahead_is_proposed_to_be_asked_about(home: Household) -> None:
    await home.hear(FINAL)
    (proposal,) = await home.store.proposals.open(ADA)
    assert proposal.due - datetime(2026, 3, 6, 10, tzinfo=UTC) < timedelta(days=1)


async def test_the_word_it_gave_is_kept_once_and_goes_with_the_message(home: Household) -> None:
    home.reach_out.add_source(OwnPromise())
    home.replies = "Poor thing. I'll ask you tomorrow how she is."
    await home.hear("my cat hurt her paw")
    [promise] = [m for m in await home.memories() if m.gist.startswith("I said that I would")]
    assert (promise.quote, promise.person) == ("my cat hurt her paw", ADA)
    assert [p.source for p in await home.reach_out.planned(ADA) if p.memory == promise.id] == ["own_promise"]
    [turn] = [t for t in home.store.shelf.turns.values() if t.text == "my cat hurt her paw"]
    await home.remember.turn(turn)
    assert len([m for m in await home.memories() if m.gist == promise.gist]) == 1
    await home.store.forgetting.memory(ADA, promise.id)
    assert not any(p.memory == promise.id for p in await home.reach_out.planned(ADA))


async def test_what_is_asked_about_anyway_needs_no_promise(home: Household) -> None:
    home.replies = "I'll ask you on Friday how it went."
    await home.hear(FINAL)
    assert not any(m.gist.startswith("I said that I would") for m in await home.memories())
