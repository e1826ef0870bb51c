"""What follows on a message that tells of danger."""

from datetime import timedelta

from bot.errors import DeliveryError
from tests.flows.household import ADA, Household, noted

WORDS = "I want to kill myself"


async def test_plain_words_and_numbers_without_the_model(home: Household) -> None:
    await home.reach_out.set_timezone(ADA, "Europe/Berlin")
    said = await home.hear(WORDS)
    assert "0800 111 0 111" in said and "program" in said
    assert home.model.asked == []


async def test_nothing_is_remembered_but_a_flag_its_owner_can_delete(home: Household) -> None:
    await home.hear(WORDS)
    (flag,) = await home.memories()
    assert "self-harm" in flag.gist and not flag.quote and "kill" not in flag.gist
    assert await home.store.turns.waiting(ADA) == ()
    (decision,) = await home.store.diary.recent(ADA)
    assert decision.detail["crisis"] == "self-harm" and decision.memories == (flag.id,)
    await home.store.forgetting.memory(ADA, flag.id)
    assert await home.store.diary.recent(ADA) == () and await home.memories() == []
    assert all(WORDS not in t.text for t in await home.store.turns.recent(ADA, f"dm-{ADA}", 10))


async def test_the_flag_survives_a_second_alarm_after_its_deletion(home: Household) -> None:
    await home.hear(WORDS)
    await home.store.forgetting.memory(ADA, (await home.memories())[0].id)
    await home.hear("i can't go on, i want to die")
    assert len(await home.memories()) == 1


async def test_nothing_unprompted_for_days_and_a_longer_snooze_stays(home: Household) -> None:
    await home.hear(WORDS)
    consent = await home.store.people.consent(ADA)
    assert consent.snoozed_until is not None and consent.snoozed_until > home.clock.now() + timedelta(days=2)
    far = home.clock.now() + timedelta(days=30)
    await home.reach_out.snooze(ADA, far)
    await home.hear(WORDS)
    assert (await home.store.people.consent(ADA)).snoozed_until == far


async def test_the_next_ordinary_message_is_answered_as_ever(home: Household) -> None:
    await home.hear(WORDS)
    assert await home.hear("thank you, my sister is here now") == "Well, well."
    assert (await home.store.diary.recent(ADA))[0].detail["strategy"] == "comfort"
    assert all("kill" not in f"{m.gist} {m.quote}" for m in await home.memories())
    assert all("kill" not in shown for shown in home.shown_for_notes())


MAYBE = "the water looked so soft"


async def test_where_nothing_is_sure_they_are_asked_and_no_more_is_made_of_it(home: Household) -> None:
    home.emotions.danger[MAYBE] = 0.3
    said = await home.hear(MAYBE)
    assert "plainly" in said and "988" not in said and home.model.asked == []
    assert await home.memories() == []
    (decision,) = await home.store.diary.recent(ADA)
    assert decision.detail["crisis"] == "asked" and MAYBE not in decision.reason
    snoozed = (await home.store.people.consent(ADA)).snoozed_until
    assert snoozed is not None and snoozed <= home.clock.now() + timedelta(days=1)


async def test_no_is_believed_and_yes_brings_the_numbers(home: Household) -> None:
    home.emotions.danger[MAYBE] = 0.3
    await home.hear(MAYBE)
    assert await home.hear("no no, I was painting it") == "Well, well."
    assert await home.hear(MAYBE) == "Well, well."
    await home.clock.advance(timedelta(days=1))
    assert "plainly" in await home.hear(MAYBE)
    assert "a program" in await home.hear("i think so")
    assert len(await home.memories()) == 1


async def test_a_question_that_does_not_arrive_was_not_asked(home: Household) -> None:
    home.emotions.danger[MAYBE] = 0.3
    home.channel.fails = DeliveryError("the channel is gone")
    await home.hear(MAYBE)
    home.channel.fails = None
    assert (await home.store.diary.recent(ADA))[0].act == "silent"
    assert "plainly" in await home.hear(MAYBE)


DENIED = "the tablets are counted, my sister takes them in the morning"


def _noting(home: Household) -> None:
    home.emotions.danger[DENIED] = 0.3
    home.notes = noted(DENIED)


async def test_what_was_only_asked_about_is_remembered_once_they_say_no(home: Household) -> None:
    _noting(home)
    await home.hear(DENIED)
    assert await home.memories() == [] and home.shown_for_notes() == []
    await home.hear("no, I'm fine")
    assert [memory.quote for memory in await home.memories()] == [DENIED]
    assert await home.store.turns.waiting(ADA) == ()


async def test_it_waits_for_the_answer_while_other_things_are_remembered(home: Household) -> None:
    _noting(home)
    await home.hear(DENIED)
    home.remember.start(ADA)
    await home.supervisor.idle("remember")
    assert [turn.text for turn in await home.store.turns.waiting(ADA)] == [DENIED]


async def test_what_was_not_denied_is_never_looked_into(home: Household) -> None:
    for answer in ("yes", "what shall I cook?"):
        _noting(home)
        await home.hear(DENIED)
        await home.hear(answer)
        await home.hear("no, I'm fine")
        assert all(memory.quote != DENIED for memory in await home.memories())
        assert all(DENIED not in shown for shown in home.shown_for_notes()) and await home.store.turns.waiting(ADA) == ()
