"""What people say to unprompted messages, with buttons and in so many words."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from bot.flows.reactions import GONE
from bot.mind.events import Consent, Kind, Memory, Proposal
from tests.fakes.store import FakeStore
from tests.flows.reaching import ADA, AFTERNOON, MONDAY, SUNDAY, Machine, Process


@pytest.fixture
async def bot() -> AsyncIterator[Process]:
    bot = await Machine(FakeStore()).start()
    await bot.reach_out.opt_in(ADA, True)
    await bot.reach_out.set_timezone(ADA, "berlin")
    yield bot


async def test_why_quotes_what_they_said_and_what_let_it_pass(bot: Process) -> None:
    await bot.told()
    await bot.live_until(SUNDAY)
    why = await bot.reach_out.reactions.react(ADA, "why")
    assert "Has a chemistry final on Friday at 10." in why and "my chemistry final is on Friday at 10" in why
    assert "It was 14:00 where you are, outside your quiet hours (22:00 to 09:00)." in why
    assert "You had last written 4 days before" in why and "number 1 of at most 1 that day" in why


async def test_nobody_learns_why_somebody_else_was_written_to(bot: Process) -> None:
    await bot.told()
    await bot.live_until(SUNDAY)
    [sent] = bot.messenger.sent
    assert await bot.reach_out.reactions.react("discord:2", "why", sent.id) == GONE
    assert await bot.reach_out.reactions.react("discord:2", "why") == "I have not written to you first."


async def test_what_was_deleted_has_no_reason_any_more(bot: Process) -> None:
    proposal = await bot.told()
    await bot.live_until(SUNDAY)
    [sent] = bot.messenger.sent
    await bot.store.forgetting.memory(ADA, proposal.memory)
    assert await bot.reach_out.reactions.react(ADA, "why", sent.id) == GONE


async def test_later_is_a_day_and_never_shortens_a_longer_pause(bot: Process) -> None:
    await bot.reach_out.reactions.react(ADA, "later")
    assert (await bot.store.people.consent(ADA)).snoozed_until == MONDAY + timedelta(days=1)
    await bot.reach_out.snooze(ADA, MONDAY + timedelta(days=9))
    await bot.reach_out.reactions.react(ADA, "later")
    assert (await bot.store.people.consent(ADA)).snoozed_until == MONDAY + timedelta(days=9)


async def test_not_this_holds_back_with_things_like_that_and_recovers(bot: Process) -> None:
    await bot.told(happens=MONDAY + timedelta(hours=4))
    await bot.live_until(MONDAY + timedelta(days=2))
    await bot.reach_out.reactions.react(ADA, "not-this")
    await bot.say("thanks")
    await bot.told("my driving test is on Friday", importance=0.6)
    await bot.live_until(SUNDAY + timedelta(days=2))
    assert len(bot.messenger.sent) == 1
    bot.clock.set(MONDAY + timedelta(days=60))
    await bot.told("my swimming test is tomorrow", MONDAY + timedelta(days=61), importance=0.6)
    await bot.live_until(MONDAY + timedelta(days=65))
    assert len(bot.messenger.sent) == 2


async def test_stop_stops(bot: Process) -> None:
    await bot.told()
    await bot.reach_out.reactions.react(ADA, "stop")
    await bot.live_until(SUNDAY)
    assert bot.messenger.sent == []


@pytest.mark.parametrize(("words", "sent"), [("leave me alone", []), ("not now", [AFTERNOON + timedelta(hours=19)]), ("good night", [AFTERNOON + timedelta(hours=1)])])
async def test_words_in_a_chat_work_like_the_buttons(bot: Process, words: str, sent: list[datetime]) -> None:
    await bot.told()
    await bot.live_until(AFTERNOON - timedelta(hours=1))
    await bot.say(words)
    assert (await bot.store.people.consent(ADA)).reach_out == (words != "leave me alone")
    await bot.live_until(SUNDAY)
    # Twelve hours after "not now" it is one in the morning: quiet hours, until nine.
    assert [m.at for m in bot.messenger.sent] == sent


async def test_a_plan_can_be_cancelled_by_whose_it_is(bot: Process) -> None:
    proposal = await bot.told()
    assert not await bot.reach_out.cancel("discord:2", proposal.id)
    assert await bot.reach_out.cancel(ADA, proposal.id)
    assert not await bot.reach_out.cancel(ADA, proposal.id)
    await bot.live_until(SUNDAY)
    assert bot.messenger.sent == []
    assert await bot.why() == [("drop", "You told me to let it go.")]


async def test_what_is_held_back_says_why(bot: Process) -> None:
    proposal = await bot.told()
    await bot.reach_out.snooze(ADA, AFTERNOON + timedelta(days=1))
    await bot.reach_out.snooze(ADA, None)
    await bot.live_until(AFTERNOON - timedelta(minutes=5))
    await bot.reach_out.opt_in(ADA, False)
    await bot.store.proposals.postpone(proposal.id, AFTERNOON)
    await bot.live_until(AFTERNOON)
    assert await bot.reach_out.held_back(ADA) == {proposal.id: "You have not asked me to write first."}


@dataclass(frozen=True)
class Horoscope:
    """A source that a plugin brings."""

    name: str = "horoscope"

    def propose(self, memory: Memory, consent: Consent, now: datetime) -> Proposal | None:
        opens = now + timedelta(hours=8)
        return Proposal(
            person=memory.person, memory=memory.id, source=self.name, opens=opens, best=opens, closes=opens + timedelta(hours=4), worth=0.5,
            reason="The stars say so.", due=opens,
        )


async def test_a_source_of_a_plugin_is_asked_judged_and_worded_like_any_other(bot: Process) -> None:
    bot.reach_out.add_source(Horoscope())
    turn = await bot.say("I love my cat")
    memory = await bot.store.memories.keep(Memory(
        person=ADA, audience=turn.audience, kind=Kind.PREFERENCE, gist="Loves cats.", quote=turn.text, said_at=turn.said_at), [])
    assert memory is not None
    assert [p.source for p in await bot.reach_out.plan(memory)] == ["horoscope"]
    await bot.live_until(SUNDAY)
    [sent] = bot.messenger.sent
    assert sent.reason == "The stars say so." and sent.text == bot.words.text
