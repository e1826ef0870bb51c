"""From a remark on Monday to a question on Friday afternoon, and everything that may come between."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.errors import OldfriendError
from bot.mind.events import Evidence
from tests.flows.reaching import ADA, AFTERNOON, BERLIN, MONDAY, SUNDAY, Machine, Process


async def test_a_chemistry_final_is_asked_about_once_on_the_afternoon_of_the_day(willing: Process) -> None:
    proposal = await willing.told()
    assert await willing.reach_out.planned(ADA) == (proposal,)
    await willing.live_until(SUNDAY)
    [sent] = willing.messenger.sent
    assert (sent.at, sent.text, sent.conversation) == (AFTERNOON, "So. How did it go?", "discord:5")
    assert await willing.reach_out.planned(ADA) == ()
    assert [row.state for row in await willing.store.outbox.history(ADA)] == ["sent"]
    [(act, reason)] = await willing.why()
    assert act == "speak" and "chemistry final" in reason


async def test_nobody_who_has_not_asked_for_it_is_written_to(bot: Process) -> None:
    await bot.reach_out.set_timezone(ADA, "Europe/Berlin")
    await bot.told()
    await bot.live_until(SUNDAY)
    assert bot.messenger.sent == []
    decisions = await bot.why()
    assert {act for act, _ in decisions[:-1]} == {"wait"} and decisions[-1][0] == "drop"
    assert "not asked" in decisions[0][1]


async def test_without_a_time_zone_it_waits_and_reads_the_times_anew_once_it_knows(bot: Process) -> None:
    await bot.reach_out.opt_in(ADA, True)
    # Read by the clock of UTC, as nobody knows better yet.
    proposal = await bot.told(happens=datetime(2026, 3, 6, 10, tzinfo=UTC))
    await bot.reach_out.set_timezone(ADA, "New York")
    memory = await bot.store.memories.get(ADA, proposal.memory)
    assert memory is not None and memory.happens_at == datetime(2026, 3, 6, 10, tzinfo=ZoneInfo("America/New_York"))
    await bot.live_until(SUNDAY)
    [sent] = bot.messenger.sent
    assert sent.at == datetime(2026, 3, 6, 14, 0, tzinfo=ZoneInfo("America/New_York"))


async def test_without_a_time_zone_nothing_is_sent(bot: Process) -> None:
    await bot.reach_out.opt_in(ADA, True)
    await bot.told()
    await bot.live_until(SUNDAY)
    assert bot.messenger.sent == []


async def test_hours_counted_from_the_moment_of_speaking_are_the_same_in_every_zone(bot: Process) -> None:
    happens = MONDAY + timedelta(hours=3)
    proposal = await bot.told("my exam is in three hours", happens)
    await bot.reach_out.set_timezone(ADA, "Tokyo")
    memory = await bot.store.memories.get(ADA, proposal.memory)
    assert memory is not None and memory.happens_at == happens


async def test_opting_in_late_is_early_enough(bot: Process) -> None:
    await bot.reach_out.set_timezone(ADA, "berlin")
    await bot.told()
    await bot.live_until(AFTERNOON + timedelta(hours=1))
    await bot.reach_out.opt_in(ADA, True)
    await bot.live_until(SUNDAY)
    assert [sent.at for sent in bot.messenger.sent] == [AFTERNOON + timedelta(hours=1)]


async def test_quiet_hours_are_kept(willing: Process) -> None:
    await willing.reach_out.set_quiet_hours(ADA, time(12), time(11))
    await willing.told()
    await willing.live_until(SUNDAY)
    assert [sent.at.astimezone(BERLIN) for sent in willing.messenger.sent] == [datetime(2026, 3, 7, 11, 0, tzinfo=BERLIN)]


async def test_a_snooze_is_kept(willing: Process) -> None:
    await willing.told()
    until = AFTERNOON + timedelta(hours=20)
    await willing.reach_out.snooze(ADA, until)
    await willing.live_until(SUNDAY)
    assert [sent.at for sent in willing.messenger.sent] == [until]


async def test_a_restart_changes_nothing(machine: Machine) -> None:
    first = await machine.start()
    await first.reach_out.opt_in(ADA, True)
    await first.reach_out.set_timezone(ADA, "berlin")
    await first.told()
    await first.live_until(MONDAY + timedelta(days=1))
    await machine.stop()
    second = await machine.start()
    assert await second.reach_out.recover() == 0
    await second.live_until(SUNDAY)
    assert [sent.at for sent in machine.messenger.sent] == [AFTERNOON]


async def test_a_memory_deleted_before_its_time_is_never_spoken_of(willing: Process) -> None:
    proposal = await willing.told()
    await willing.store.forgetting.memory(ADA, proposal.memory)
    await willing.live_until(SUNDAY)
    await willing.reach_out.consider(proposal.id)
    assert willing.messenger.sent == []
    assert await willing.why() == []


async def test_what_they_already_told_is_not_asked(willing: Process) -> None:
    proposal = await willing.told()
    memory = await willing.store.memories.get(ADA, proposal.memory)
    assert memory is not None
    await willing.store.memories.change(replace(memory, resolved_at=AFTERNOON - timedelta(hours=1)))
    await willing.live_until(SUNDAY)
    assert willing.messenger.sent == []
    assert await willing.why() == [("drop", "You already told me how it went.")]


@pytest.mark.parametrize("read", [AFTERNOON - timedelta(minutes=30), AFTERNOON + timedelta(hours=1), AFTERNOON + timedelta(days=3)])
async def test_what_is_read_late_takes_the_place_of_what_was_planned_and_is_asked_once(willing: Process, read: datetime) -> None:
    planned = await willing.told()
    again = await willing.say("my chemistry final is on Friday at 10, help")
    await willing.live_until(read)
    first = await willing.store.memories.get(ADA, planned.memory)
    assert first is not None
    whole = await willing.store.memories.keep(
        replace(first, id=0, said_at=again.said_at), [Evidence(turn=again.id, start=0, end=len(first.quote))], continues=[first.id]
    )
    assert whole is not None
    await willing.reach_out.plan(whole)
    await willing.live_until(SUNDAY + timedelta(days=3))
    assert len(willing.messenger.sent) == 1


async def test_a_conversation_is_not_interrupted(willing: Process) -> None:
    await willing.told()
    await willing.live_until(AFTERNOON - timedelta(minutes=10))
    await willing.say("phew, long day")
    await willing.live_until(SUNDAY)
    assert [sent.at for sent in willing.messenger.sent] == [AFTERNOON + timedelta(minutes=20)]


async def test_a_conversation_is_not_interrupted_even_if_its_words_were_deleted(willing: Process) -> None:
    await willing.told()
    await willing.live_until(AFTERNOON - timedelta(minutes=10))
    other = await willing.told("my driving test is on Sunday", AFTERNOON + timedelta(days=2))
    await willing.store.forgetting.memory(ADA, other.memory)
    await willing.live_until(SUNDAY)
    assert [sent.at for sent in willing.messenger.sent] == [AFTERNOON + timedelta(minutes=20)]


async def test_of_several_the_worthiest_goes_first(willing: Process) -> None:
    await willing.told("a haircut on Friday", importance=0.6)
    best = await willing.told(importance=0.9)
    await willing.told("pizza on Friday", importance=0.7)
    await willing.live_until(AFTERNOON + timedelta(minutes=1))
    assert [sent.proposal for sent in willing.messenger.sent] == [best.id]


async def test_planned_times_are_told_to_who_wants_to_know(willing: Process) -> None:
    heard: list[datetime] = []
    willing.reach_out.on_due(heard.append)
    await willing.told()
    assert heard == [AFTERNOON]
    await willing.reach_out.set_timezone(ADA, "London")
    assert heard[1:] == [datetime(2026, 3, 6, 14, 0, tzinfo=UTC)]


async def test_an_unknown_zone_is_explained_and_changes_nothing(willing: Process) -> None:
    with pytest.raises(OldfriendError, match="Europe/Berlin"):
        await willing.reach_out.set_timezone(ADA, "Berlinn")
    assert (await willing.store.people.consent(ADA)).timezone == "Europe/Berlin"


async def test_forgetting_everything_leaves_no_decision_behind(willing: Process) -> None:
    proposal = await willing.told()
    await willing.live_until(AFTERNOON + timedelta(minutes=1))
    await willing.store.forgetting.everything(ADA)
    await willing.reach_out.consider(proposal.id)
    assert await willing.why() == []
    assert dict(await willing.store.people.settings(ADA)) == {}


