"""From a message to its answer, and what is left behind."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import DeliveryError, ModelBusy, ModelFailed
from bot.flows.inbox import REPLY_TIMEOUT, Incoming
from bot.flows.speak import DRAFTS
from bot.flows.supervise import Supervisor
from bot.mind.events import Turn, private_audience
from bot.mind.persona import Model
from bot.mind.waiting import BUSY, LOST
from bot.ports import Completion
from tests.fakes.store import FakeStore
from tests.flows.household import ADA, BEN, NOTHING, SERVER, Household, noted

SECRET = "my brother Osvaldo owes me 900 dollars"


async def test_an_answer_is_said_stored_and_explained(home: Household) -> None:
    assert await home.hear("my chemistry final is on friday at 10") == "Well, well."
    told, answer = home.store.shelf.turns.values()
    assert (answer.by_bot, answer.speaker, answer.reply_to, answer.text) == (True, "Mika", told.id, "Well, well.")
    (decision,) = await home.store.diary.recent(ADA)
    assert (decision.act, decision.turn) == ("reply", told.id) and decision.reason
    assert [m.quote for m in await home.memories()] == ["my chemistry final is on friday at 10"]


async def test_a_burst_gets_few_answers_and_loses_no_word(home: Household) -> None:
    for n in range(50):
        home.put(f"my {n}th dog is called Rex{n}", message_id=f"m{n}")
    await home.supervisor.idle()
    assert len(home.channel.said) <= 2
    texts = [t.text for t in home.store.shelf.turns.values() if not t.by_bot]
    assert texts == [f"my {n}th dog is called Rex{n}" for n in range(50)]
    assert await home.store.turns.waiting() == ()
    assert all(f"Rex{n}" in home.prompts() for n in range(50))


async def test_what_comes_while_an_answer_is_thought_about_is_answered_with_it(home: Household) -> None:
    async def more(request: Completion) -> None:
        if request.schema is None and len(home.model.asked) == 1:
            home.put("and another thing", message_id="2")
            await asyncio.sleep(0)

    home.model.between = more
    home.put("the kettle is on", message_id="1")
    await home.supervisor.idle()
    assert [(t.text, t.by_bot) for t in home.store.shelf.turns.values()] == [
        ("the kettle is on", False), ("and another thing", False), ("Well, well.", True)]
    assert len(home.channel.said) == 1


async def test_what_is_deleted_while_it_is_thought_about_gets_no_answer_and_leaves_nothing(home: Household) -> None:
    async def deleted(request: Completion) -> None:
        if request.schema is None and not gone:
            gone.append(home.supervisor.start(_delete(home), name="deletion", timeout=None))
            await asyncio.sleep(0)

    gone: list[asyncio.Task[None]] = []
    home.model.between = deleted
    home.put("i moved to Oslo last year", message_id="1")
    await home.supervisor.idle()
    assert home.channel.said == [] and home.store.shelf.turns == {} and not await home.memories()


async def _delete(home: Household) -> None:
    async with home.inbox.amended(f"dm-{ADA}", "1", ""):
        await home.forget.message(f"dm-{ADA}", "1")


async def test_a_burst_behind_a_message_without_an_id_waits_for_its_answer(home: Household) -> None:
    async def more(request: Completion) -> None:
        if request.schema is None and len(home.model.asked) == 1 and not home.store.shelf.decisions:
            for text in ("and another thing", "or two"):
                if all(t.text != text for t in home.store.shelf.turns.values()):
                    home.put(text, message_id=text)

    home.model.between = more
    await home.hear("the kettle is on")
    assert len(home.channel.said) == 2
    order = [(t.text, t.by_bot) for t in home.store.shelf.turns.values()]
    assert order == [("the kettle is on", False), ("Well, well.", True), ("and another thing", False), ("or two", False), ("Well, well.", True)]


async def test_people_in_one_channel_are_answered_in_turn(home: Household) -> None:
    for text, person in (("one", ADA), ("two", ADA), ("three", BEN), ("four", ADA)):
        home.put(text, person, SERVER, "discord:5", message_id=text)
    await home.supervisor.idle()
    asked = [r.messages[-2].content for r in home.model.asked if r.schema is None]
    assert asked == ["one\ntwo", "three", "four"]


async def test_when_the_model_fails_they_hear_of_it_and_the_words_are_remembered_later(home: Household) -> None:
    home.replies = home.notes = ModelFailed("it crashed")
    home.embedder.broken = True
    assert await home.hear("i moved to Oslo last year") == home.personas.cards["mika"].trouble
    assert [t.text for t in home.store.shelf.turns.values()] == ["i moved to Oslo last year"]
    assert [m.quote for m in await home.memories()] == ["i moved to Oslo last year"]
    assert [d.act for d in await home.store.diary.recent(ADA)] == ["silent"]
    home.replies = "Oslo, still?"
    assert await home.hear("the kettle is on") == "Oslo, still?"


async def test_when_too_many_talk_at_once_they_are_told_that(home: Household) -> None:
    home.replies = ModelBusy("64 are waiting")
    assert await home.hear("the kettle is on") == BUSY
    (decision,) = await home.store.diary.recent(ADA)
    assert "too many" in decision.reason


async def test_the_model_hears_whom_it_is_for_who_speaks_and_how_long_it_may_take(home: Household) -> None:
    home.personas.cards["mika"] = replace(home.personas.cards["mika"], model=Model(lora="/cards/mika/voice.gguf"))

    async def an_hour(request: Completion) -> None:
        if request.on_wait is not None:
            request.on_wait(2)
        home.clock.set(home.clock.now() + timedelta(hours=1))

    home.model.between = an_hour
    home.replies = "As an AI language model, I cannot."  # nothing that could be said: the next draft is asked for
    await home.hear("do you remember my dog?")
    asked = [request for request in home.model.asked if request.schema is None]
    first, second = asked[0], asked[DRAFTS]
    assert (first.owner, first.adapter) == (second.owner, second.adapter) == (ADA, "/cards/mika/voice.gguf")
    assert first.seconds is not None and 60 < first.seconds < REPLY_TIMEOUT and second.seconds == 0
    assert home.channel.places and set(home.channel.places) == {2}


async def test_a_model_that_fails_in_the_middle_of_a_sentence(home: Household) -> None:
    async def crash(request: Completion) -> None:
        if request.schema is None and home.channel.pieces:
            raise ModelFailed("it crashed")

    home.model.between = crash
    home.replies = "That is something. And then it goes on. And on."
    assert await home.hear("the kettle is on") == home.personas.cards["mika"].trouble
    assert not any(t.by_bot for t in home.store.shelf.turns.values())


@pytest.mark.parametrize("answer", ["", "   \n ", "Note: Friday evening. Do: tease.", "As an AI language model, I can't.", "!!!", "user: hi\nassistant: hi"])
async def test_what_must_not_be_said_is_never_said(home: Household, answer: str) -> None:
    home.replies = answer
    for text in ("the kettle is on", "do you remember my dog?", "are you human?"):
        said = await home.hear(text)
        assert said and said.strip() not in (answer.strip(), "") and "Note" not in said and "AI language" not in said


async def test_honest_and_unsure_when_the_model_is_neither(home: Household) -> None:
    home.replies = "Of course I remember! I am a real human, we met in Lisbon."
    assert await home.hear("are you human?") in home.personas.cards["mika"].honest
    assert await home.hear("do you remember my dog's name") in home.personas.cards["mika"].unsure


async def test_a_message_without_words_is_passed_over(home: Household) -> None:
    assert await home.hear("\u200b \u2060") == ""
    assert not home.model.asked
    assert [d.act for d in await home.store.diary.recent(ADA)] == ["silent"]


async def test_an_answer_that_does_not_arrive_is_not_taken_for_said(home: Household) -> None:
    home.channel.fails = DeliveryError("closed")
    await home.hear("i moved to Oslo last year")
    assert not any(t.by_bot for t in home.store.shelf.turns.values())
    assert len(await home.memories()) == 1
    home.channel.fails = None
    assert await home.hear("the kettle is on")


async def test_a_bug_met_by_one_message_leaves_the_next_ones_alone(home: Household) -> None:
    def odd(request: Completion) -> str:
        if "first" in request.messages[-2].content:
            raise KeyError("a bug")
        return "Well, well."

    home.replies = odd
    home.put("first", ADA, SERVER, "discord:5")
    home.put("second", BEN, SERVER, "discord:5")
    await home.supervisor.idle()
    assert home.channel.said == [LOST, "Well, well."]


async def test_a_long_message_in_a_small_context(home: Household) -> None:
    async with Supervisor() as supervisor:
        small = Household(supervisor, FakeStore(), context_tokens=1024)
        long = "the rain in Bergen " * 210
        assert await small.hear(long + "is what I like") == "Well, well."
        assert "what I like" in small.prompts()


async def test_a_private_memory_never_reaches_a_server(home: Household) -> None:
    home.notes = noted(SECRET)
    await home.hear(SECRET)
    assert len(await home.memories()) == 1
    home.model.asked.clear()
    home.notes = NOTHING
    for text in ("do you remember what my brother Osvaldo owes me?", "my brother and dollars, again", "what do you know about me", "hi"):
        await home.hear(text, ADA, SERVER, "discord:5")
    assert "900" not in home.prompts()
    await home.hear("what does my brother Osvaldo owe me?")
    assert "900" in home.prompts()


async def test_what_was_said_in_one_server_stays_there(home: Household) -> None:
    home.notes = noted(SECRET)
    await home.hear(SECRET, ADA, SERVER, "discord:5")
    home.model.asked.clear()
    home.notes = NOTHING
    await home.hear("what does my brother Osvaldo owe me?", ADA, "server:10", "discord:6")
    assert "900" not in home.prompts()
    await home.hear("what does my brother Osvaldo owe me?", ADA, SERVER, "discord:7")
    assert "900" in home.prompts()


async def test_another_persons_memory_is_never_used(home: Household) -> None:
    home.notes = noted(SECRET)
    await home.hear(SECRET, ADA, SERVER, "discord:5")
    home.model.asked.clear()
    for text in ("what does Osvaldo owe me?", "do you remember what my brother Osvaldo owes me?", "what did Ada tell you about her brother?"):
        await home.hear(text, BEN, SERVER, "discord:5")
        await home.hear(text, BEN)
    assert "900" not in home.prompts()


async def test_what_still_stands_in_the_conversation_is_not_recalled_as_old(home: Household) -> None:
    await home.hear("the lighthouse keeper sings at night")
    home.model.asked.clear()
    await home.hear("does the lighthouse keeper sing")
    shown = home.model.asked[0].messages
    assert sum("lighthouse keeper sings at night" in m.content for m in shown) == 1


async def test_forgotten_while_the_answer_is_made(home: Household) -> None:
    async def forget(request: Completion) -> None:
        await home.forget.everything(ADA)

    home.model.between = forget
    home.notes = noted("i moved to Oslo")
    await home.hear("i moved to Oslo")
    assert (home.store.shelf.turns, home.store.shelf.memories, home.store.shelf.decisions) == ({}, {}, {})


async def test_a_memory_deleted_while_it_is_used_leaves_no_trace_in_the_answer(home: Household) -> None:
    home.notes = noted(SECRET)
    await home.hear(SECRET)
    (memory,) = await home.memories()
    home.replies = "Osvaldo owes you 900 dollars."
    await home.clock.advance(timedelta(days=3))

    async def forget(request: Completion) -> None:
        await home.forget.memory(ADA, memory.id)

    home.model.between = forget
    await home.hear("what does my brother Osvaldo owe me?", conversation="another")
    assert not any("900" in t.text for t in home.store.shelf.turns.values())


async def test_cancelled_while_streaming_it_keeps_what_they_said_and_says_nothing(home: Household) -> None:
    async with Supervisor() as supervisor:
        house = Household(supervisor, home.store)
        streaming, never = asyncio.Event(), asyncio.Event()

        async def hang(request: Completion) -> None:
            streaming.set()
            await never.wait()

        house.model.between = hang
        house.put("i moved to Oslo last year")
        await streaming.wait()
    assert house.channel.said == []
    assert [t.text for t in await home.store.turns.waiting()] == ["i moved to Oslo last year"]
    # The next start thinks it over.
    await home.remember.start_all()
    await home.supervisor.idle()
    assert await home.store.turns.waiting() == ()
    assert [m.quote for m in await home.memories()] == ["i moved to Oslo last year"]


async def test_a_card_that_goes_bad_is_replaced_at_the_next_message(home: Household) -> None:
    await home.wardrobe.use(ADA, f"dm:{ADA}", "noor")
    await home.hear("the kettle is on")
    home.personas.bad["noor"] = "persona.toml: voice: missing"
    await home.hear("the kettle is off")
    home.personas.cards["mika"] = replace(home.personas.cards["mika"], display="Mika the second")
    await home.hear("the kettle is on")
    speakers = [t.speaker for t in home.store.shelf.turns.values() if t.by_bot]
    assert speakers == ["Noor", "Mika", "Mika the second"]


async def test_what_is_for_adults_is_said_only_where_the_place_is_marked(home: Household) -> None:
    home.replies = "Honestly, I like oral sex. And tea."
    assert "oral" not in await home.hear("what do you like?")
    home.inbox.put(Incoming(_turn_of(home, "what do you like?"), home.channel, adult=True))
    await home.supervisor.idle()
    assert "oral" in home.channel.said[-1]


def _turn_of(home: Household, text: str) -> Turn:
    return Turn(person=ADA, speaker="Ada", text=text, said_at=home.clock.now(), audience=private_audience(ADA), conversation=f"dm-{ADA}")


async def test_thanks_among_others_get_an_emoji_and_no_words(home: Household) -> None:
    assert await home.hear("Thanks, Mika!", ADA, SERVER, "discord:5") == ""
    assert home.channel.nods == ["💛"] and home.model.asked == []
    (decision,) = await home.store.diary.recent(ADA)
    assert decision.act == "silent" and "emoji" not in decision.reason and "💛" in decision.reason
    assert await home.hear("Thanks, Mika!") == "Well, well.", "in private it is answered"


async def test_where_no_emoji_may_be_put_there_are_words(home: Household) -> None:
    home.channel.nods_fail = True
    assert await home.hear("good night", ADA, SERVER, "discord:5") == "Well, well."
