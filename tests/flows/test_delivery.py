"""From a permitted message to a delivered one: words, claim, crashes, closed doors."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.errors import CannotReach, DeliveryError, ModelFailed, TooFast
from bot.flows.delivery import TRY_AGAIN
from bot.flows.reach_out import CLOSED, ReachOut
from bot.flows.template_words import PLAIN
from bot.mind.events import Unprompted
from bot.mind.proposals.follow_up import FollowUp
from tests.fakes.messenger import FakeMessenger
from tests.fakes.store import FakeStore
from tests.flows.reaching import ADA, AFTERNOON, SUNDAY, AnyStore, Killed, Life, Machine, Mortal, Process, Scripted


class _Outbox:
    """An outbox whose claim is followed by something at once."""

    def __init__(self, store: AnyStore, claim: Callable[[Unprompted], Awaitable[Unprompted | None]]) -> None:
        self.claim = claim
        self.settle = store.outbox.settle


async def test_what_was_sent_is_part_of_the_conversation(willing: Process) -> None:
    proposal = await willing.told()
    await willing.live_until(SUNDAY)
    last = (await willing.store.turns.recent(ADA, "discord:5", 5))[-1]
    assert (last.by_bot, last.text, last.message_id, last.recalled) == (True, "So. How did it go?", "message-1", (proposal.memory,))


@pytest.mark.parametrize("what", ["writes", "stops", "deletes"])
async def test_what_happens_while_the_words_are_found_counts(willing: Process, what: str) -> None:
    proposal = await willing.told()

    async def meanwhile() -> object:
        willing.words.meanwhile = None
        if what == "writes":
            return await willing.say("hey, are you there?")
        if what == "stops":
            return await willing.reach_out.opt_in(ADA, False)
        return await willing.store.forgetting.memory(ADA, proposal.memory)

    willing.words.meanwhile = meanwhile
    await willing.live_until(AFTERNOON + timedelta(minutes=5))
    assert willing.messenger.sent == []
    await willing.live_until(SUNDAY)
    assert len(willing.messenger.sent) == (1 if what == "writes" else 0)


@pytest.mark.parametrize("text", ["", "How was it? Did you pass?", "I missed you. How was it?", "x" * 281])
async def test_a_draft_that_must_not_be_sent_is_replaced(willing: Process, text: str) -> None:
    willing.words.text = text
    await willing.told()
    await willing.live_until(SUNDAY)
    assert [sent.text for sent in willing.messenger.sent] == [PLAIN]


async def test_without_a_model_there_are_still_words(willing: Process) -> None:
    willing.words.fails = ModelFailed("the worker died")
    await willing.told()
    await willing.live_until(SUNDAY)
    assert [sent.text for sent in willing.messenger.sent] == [PLAIN]


async def test_somebody_who_cannot_be_reached_is_left_alone_until_they_write(willing: Process) -> None:
    await willing.told()
    willing.messenger.fails = CannotReach("closed")
    await willing.live_until(AFTERNOON + timedelta(hours=1))
    assert (await willing.store.people.consent(ADA)).unreachable
    willing.messenger.fails = None
    await willing.live_until(SUNDAY)
    assert willing.messenger.sent == []
    await willing.say("hi again")
    assert not (await willing.store.people.consent(ADA)).unreachable


async def test_a_failed_delivery_is_not_tried_again(willing: Process) -> None:
    await willing.told()
    willing.messenger.fails = DeliveryError("the network is down")
    await willing.live_until(AFTERNOON + timedelta(minutes=1))
    willing.messenger.fails = None
    await willing.live_until(SUNDAY)
    assert willing.messenger.sent == []
    assert await willing.why() == [("drop", "It could not be delivered, and I do not try twice.")]


async def test_two_processes_send_one_message(machine: Machine) -> None:
    one, two = await machine.start(), await machine.start()
    await one.reach_out.opt_in(ADA, True)
    await one.reach_out.set_timezone(ADA, "berlin")
    proposal = await one.told()
    machine.clock.set(AFTERNOON)

    async def the_other_one_is_as_fast() -> None:
        one.words.meanwhile = None
        await two.reach_out.consider(proposal.id)

    one.words.meanwhile = the_other_one_is_as_fast
    await one.reach_out.consider(proposal.id)
    assert len(machine.messenger.sent) == 1


async def test_two_processes_with_two_proposals_for_one_person_send_one_message(machine: Machine) -> None:
    one, two = await machine.start(), await machine.start()
    await one.reach_out.opt_in(ADA, True)
    await one.reach_out.set_timezone(ADA, "berlin")
    first, second = await one.told(), await one.told("my driving test is on Friday at 12", AFTERNOON - timedelta(hours=5))
    machine.clock.set(AFTERNOON)
    claim = one.store.outbox.claim

    async def claim_while_the_other_one_does(message: Unprompted) -> Unprompted | None:
        mine = await claim(message)
        await two.reach_out.consider(second.id)
        return mine

    one.reach_out._outbox = _Outbox(one.store, claim_while_the_other_one_does)  # type: ignore[assignment]  # only what is called
    await one.reach_out.consider(first.id)
    assert [sent.proposal for sent in machine.messenger.sent] == [first.id]


@pytest.mark.parametrize("delivered", [False, True])
async def test_a_process_that_dies_while_sending_loses_the_message_and_never_doubles_it(machine: Machine, delivered: bool) -> None:
    first = await machine.start()
    await first.reach_out.opt_in(ADA, True)
    await first.reach_out.set_timezone(ADA, "berlin")
    await first.told()
    other = await first.told("my driving test is on Friday at 12", AFTERNOON - timedelta(hours=5))

    async def die(message: Unprompted) -> None:
        if delivered:
            machine.messenger.sent.append(message)
        raise Killed

    machine.messenger.meanwhile = die
    with pytest.raises(Killed):
        await first.live_until(SUNDAY)
    await machine.stop()
    machine.messenger.meanwhile = None
    second = await machine.start()
    assert await second.reach_out.recover() == 1
    await second.live_until(AFTERNOON + timedelta(hours=2))
    assert len(machine.messenger.sent) == (1 if delivered else 0), "it may have arrived, so it counts as today's"
    await second.live_until(SUNDAY)
    assert [sent.proposal for sent in machine.messenger.sent[1 if delivered else 0:]] == [other.id]


async def test_deleting_what_was_asked_about_does_not_buy_a_second_message(willing: Process) -> None:
    first = await willing.told()
    await willing.told("my driving test is on Friday at 12", AFTERNOON - timedelta(hours=5))
    await willing.live_until(AFTERNOON + timedelta(minutes=1))
    assert len(willing.messenger.sent) == 1
    await willing.store.forgetting.memory(ADA, first.memory)
    await willing.live_until(AFTERNOON + timedelta(hours=3))
    assert len(willing.messenger.sent) == 1


@pytest.mark.parametrize("all_of_it", [False, True])
async def test_what_is_deleted_while_it_is_on_its_way_leaves_nothing_behind(willing: Process, all_of_it: bool) -> None:
    proposal = await willing.told()

    async def forget(_message: Unprompted) -> None:
        if all_of_it:
            await willing.store.forgetting.everything(ADA)
        else:
            await willing.store.forgetting.memory(ADA, proposal.memory)

    willing.messenger.meanwhile = forget
    await willing.live_until(SUNDAY)
    assert len(willing.messenger.sent) == 1
    assert await willing.why() == []
    assert await willing.store.turns.recent(ADA, "discord:5", 5) == ()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_wherever_a_process_dies_nothing_is_said_twice(after: bool) -> None:
    deaths = 0
    for dies_at in range(1, 60):
        machine = Machine(FakeStore())
        first = await machine.start()
        await first.reach_out.opt_in(ADA, True)
        await first.reach_out.set_timezone(ADA, "berlin")
        await first.told()
        await first.told("my driving test is on Friday at 12", AFTERNOON - timedelta(hours=5))
        life, store = Life(dies_at, after), first.store
        mortal = ReachOut(
            clock=machine.clock, people=Mortal(store.people, life), memories=Mortal(store.memories, life),  # type: ignore[arg-type]
            proposals=Mortal(store.proposals, life), outbox=Mortal(store.outbox, life), diary=Mortal(store.diary, life),  # type: ignore[arg-type]
            turns=Mortal(store.turns, life), messenger=Mortal(machine.messenger, life),  # type: ignore[arg-type]  # ports by name
            words=Scripted("How did it go?"), plain_words=Scripted(PLAIN), sources=[FollowUp()],
        )
        machine.clock.set(AFTERNOON)
        try:
            await mortal.consider_due(AFTERNOON)
        except Killed:
            deaths += 1
        second = await machine.start()
        await second.reach_out.recover()
        await second.live_until(AFTERNOON + timedelta(hours=5))
        assert len(machine.messenger.sent) <= 1, f"twice on one day, after dying at call {dies_at}"
        await second.live_until(SUNDAY)
        about = [sent.proposal for sent in machine.messenger.sent]
        assert len(about) == len(set(about)), f"twice about one event, after dying at call {dies_at}"
    assert 20 < deaths < 59, "it died at every call there is"


async def test_an_outage_postpones_and_loses_nothing(willing: Process) -> None:
    proposal = await willing.told()
    willing.messenger.unreachable = DeliveryError("not connected")
    await willing.live_until(AFTERNOON + timedelta(minutes=25))
    assert not willing.messenger.sent
    willing.messenger.unreachable = None
    await willing.live_until(AFTERNOON + timedelta(hours=1))
    assert [m.proposal for m in willing.messenger.sent] == [proposal.id]


async def test_closed_messages_found_before_the_words_end_it(willing: Process) -> None:
    await willing.told()
    willing.messenger.unreachable = CannotReach("closed")
    await willing.live_until(SUNDAY)
    assert not willing.messenger.sent
    assert (await willing.store.people.consent(ADA)).unreachable
    assert (await willing.why())[-1] == ("drop", CLOSED)


async def test_a_conversation_that_was_opened_for_it_is_where_it_goes_on(willing: Process) -> None:
    await willing.told()
    willing.messenger.room = "discord:77"
    await willing.live_until(SUNDAY)
    assert willing.messenger.sent[0].conversation == "discord:77"
    assert [t.by_bot for t in await willing.store.turns.recent(ADA, "discord:77", 5)] == [True]


async def test_asked_to_slow_down_it_leaves_everybody_alone_for_a_while(willing: Process) -> None:
    looked: list[str] = []

    class Counting(FakeMessenger):
        async def conversation(self, person: str) -> str:
            looked.append(person)
            return await super().conversation(person)

    messenger = Counting()
    messenger.unreachable = TooFast("too fast")
    process = Process(willing.store, willing.clock, messenger)
    await process.told()
    await process.told("my driving test is on Friday at 12", AFTERNOON - timedelta(hours=5))
    willing.clock.set(AFTERNOON)
    await process.reach_out.consider_due(AFTERNOON)
    assert looked == [ADA], "the second one was not even tried"
    assert {p.due for p in await process.reach_out.planned(ADA)} == {AFTERNOON + TRY_AGAIN}
    messenger.unreachable = None
    await process.live_until(AFTERNOON + timedelta(hours=1))
    assert len(messenger.sent) == 1
