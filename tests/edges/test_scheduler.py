"""When the alarm clock rings, without waiting for it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.edges.scheduler import LONGEST, Scheduler
from bot.errors import StoreError
from bot.flows.reach_out import ReachOut
from bot.flows.supervise import Supervisor
from bot.mind.events import Consent, Evidence, Kind, Memory, Place, Proposal, Turn
from bot.mind.proposals.follow_up import FollowUp
from tests.fakes.clock import START, VirtualClock
from tests.fakes.messenger import FakeMessenger
from tests.fakes.store import FakeStore

ADA = "discord:1"
SECONDS = timedelta(seconds=1)


class OneLine:
    async def write(self, proposal: Proposal, memory: Memory, now: datetime, place: Place) -> str:
        return "How did it go?"


class House:
    """A companion with a person who wants to be written to."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.store = FakeStore()
        self.messenger = FakeMessenger()
        self.reach_out = ReachOut(
            clock=self.clock, people=self.store.people, memories=self.store.memories, proposals=self.store.proposals,
            outbox=self.store.outbox, diary=self.store.diary, turns=self.store.turns, messenger=self.messenger,
            words=OneLine(), plain_words=OneLine(), sources=[FollowUp()],
        )

    async def told(self, person: str = ADA) -> datetime:
        """They tell of an event, long ago; when it is to be asked about."""
        await self.store.people.set_consent(Consent(person=person, reach_out=True, timezone="UTC", timezone_known=True))
        turn = await self.store.turns.add(Turn(
            person=person, speaker="Ada", text="my exam", said_at=START - timedelta(days=3), audience=f"dm:{person}", conversation="c",
        ))
        memory = await self.store.memories.keep(
            Memory(
                person=person, audience=turn.audience, kind=Kind.PLAN, gist="Has an exam.", quote="my exam", said_at=turn.said_at,
                happens_at=self.clock.now() + timedelta(hours=2), importance=0.9,
            ),
            [Evidence(turn=turn.id, start=0, end=7)],
        )
        assert memory is not None
        [proposal] = await self.reach_out.plan(memory)
        return proposal.due


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def supervisor() -> AsyncIterator[Supervisor]:
    async with Supervisor() as supervisor:
        yield supervisor


@pytest.fixture
def scheduler(house: House, supervisor: Supervisor) -> Scheduler:
    return Scheduler(house.reach_out, house.clock, supervisor)


async def test_with_nothing_due_it_looks_again_in_a_while(house: House, scheduler: Scheduler) -> None:
    async with scheduler:
        assert scheduler.looks_at == START + LONGEST


async def test_it_looks_when_something_is_due(house: House, scheduler: Scheduler) -> None:
    due = await house.told()
    house.clock.set(due - 20 * SECONDS)
    async with scheduler:
        assert scheduler.looks_at == due
        house.clock.set(due)
        await scheduler.look()
        assert len(house.messenger.sent) == 1
        assert scheduler.looks_at == due + LONGEST


async def test_it_hears_of_what_becomes_due_earlier(house: House, scheduler: Scheduler) -> None:
    due = await house.told()
    house.clock.set(due - LONGEST / 2)
    [proposal] = await house.store.proposals.open(ADA)
    await house.store.proposals.postpone(proposal.id, due + timedelta(hours=1))
    async with scheduler:
        assert scheduler.looks_at == house.clock.now() + LONGEST
        await house.reach_out.snooze(ADA, None)
        assert scheduler.looks_at == due


async def test_at_the_start_it_gives_the_messenger_time_to_connect(house: House, scheduler: Scheduler) -> None:
    due = await house.told()
    house.clock.set(due + timedelta(hours=1))
    async with scheduler:
        assert scheduler.looks_at == house.clock.now() + LONGEST


async def test_an_alarm_really_rings(house: House, scheduler: Scheduler, supervisor: Supervisor) -> None:
    due = await house.told()
    house.clock.set(due - SECONDS / 50)
    rang = asyncio.Event()

    async def arrived(_message: object) -> None:
        rang.set()

    house.messenger.meanwhile = arrived
    async with scheduler:
        house.clock.set(due)
        await asyncio.wait_for(rang.wait(), timeout=30)
        await supervisor.idle("reach out")
    assert len(house.messenger.sent) == 1


async def test_after_a_long_absence_nobody_gets_a_burst(house: House, scheduler: Scheduler) -> None:
    due = max([await house.told() for _ in range(4)])
    house.clock.set(due + timedelta(hours=1))
    async with scheduler:
        await scheduler.look()
        await scheduler.look()
        assert len(house.messenger.sent) == 1


async def test_at_start_what_a_dead_process_claimed_is_lost(house: House, scheduler: Scheduler) -> None:
    due = await house.told()
    house.clock.set(due)

    async def die(_message: object) -> None:
        raise KeyboardInterrupt

    house.messenger.meanwhile = die
    with pytest.raises(KeyboardInterrupt):
        await house.reach_out.consider_due(due)
    house.messenger.meanwhile = None
    async with scheduler:
        await scheduler.look()
    assert house.messenger.sent == []
    assert [row.state for row in house.store.shelf.outbox.values()] == ["lost"]


async def test_a_clock_that_was_set_back_or_forward_does_no_harm(house: House, scheduler: Scheduler) -> None:
    due = await house.told()
    async with scheduler:
        house.clock.set(START - timedelta(days=1))
        await scheduler.look()
        assert scheduler.looks_at == START - timedelta(days=1) + LONGEST
        house.clock.set(due + timedelta(days=30))
        await scheduler.look()
        assert scheduler.looks_at == house.clock.now() + LONGEST
    assert house.messenger.sent == []


async def test_a_look_that_fails_is_followed_by_another_one(house: House, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch) -> None:
    due = await house.told()
    house.clock.set(due)

    async def broken(now: datetime) -> int:
        raise StoreError("the disk is full")

    async with scheduler:
        with monkeypatch.context() as patch:
            patch.setattr(house.reach_out, "consider_due", broken)
            with pytest.raises(StoreError):
                await scheduler.look()
        assert scheduler.looks_at == due + LONGEST, "what is still due is not tried again at once"
        house.clock.set(due + LONGEST)
        await scheduler.look()
    assert len(house.messenger.sent) == 1


async def test_nothing_rings_after_the_end(house: House, scheduler: Scheduler, supervisor: Supervisor) -> None:
    due = await house.told()
    house.clock.set(due)
    async with scheduler:
        pass
    await supervisor.idle()
    assert house.messenger.sent == []
