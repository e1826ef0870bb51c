"""From a remark on Monday to a question on Friday evening, and everything that may come between."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.edges.store import Store, open_store
from bot.errors import CannotReach, DeliveryError, ModelFailed, OldfriendError
from bot.flows.reach_out import CLOSED, ReachOut
from bot.flows.template_words import PLAIN
from bot.mind.events import Evidence, Kind, Memory, Proposal, Turn, Unprompted, private_audience
from bot.mind.proposals.follow_up import FollowUp
from tests.fakes.clock import VirtualClock
from tests.fakes.messenger import FakeMessenger
from tests.fakes.store import FakeStore

AnyStore = Store | FakeStore

ADA = "discord:1"
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EVENING = datetime(2026, 3, 6, 18, 30, tzinfo=BERLIN).astimezone(UTC)
"""Of the Friday of the chemistry final."""


class Scripted:
    """Words as the tests put them; ``meanwhile`` runs while they are being found."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.fails: OldfriendError | None = None
        self.meanwhile: Callable[[], Awaitable[object]] | None = None

    async def follow_up(self, person: str, memory: Memory, now: datetime) -> str:
        if self.meanwhile is not None:
            await self.meanwhile()
        if self.fails is not None:
            raise self.fails
        return self.text


class Process:
    """One running program on the database."""

    def __init__(self, store: AnyStore, clock: VirtualClock, messenger: FakeMessenger) -> None:
        self.store = store
        self.clock = clock
        self.messenger = messenger
        self.words = Scripted("So. How did it go?")
        self.reach_out = ReachOut(
            clock=clock, people=store.people, memories=store.memories, proposals=store.proposals, outbox=store.outbox,
            diary=store.diary, turns=store.turns, messenger=messenger, words=self.words, plain_words=Scripted(PLAIN),
            sources=[FollowUp()],
        )

    async def say(self, text: str) -> Turn:
        turn = await self.store.turns.add(Turn(
            person=ADA, speaker="Ada", text=text, said_at=self.clock.now(), audience=private_audience(ADA), conversation="discord:5",
        ))
        await self.reach_out.heard(turn)
        return turn

    async def told(
        self, text: str = "my chemistry final is on Friday at 10", happens: datetime | None = None, importance: float = 0.9,
    ) -> Proposal:
        """Ada tells of an event, and it is remembered."""
        turn = await self.say(text)
        happens = happens or datetime(2026, 3, 6, 10, tzinfo=BERLIN)
        memory = await self.store.memories.keep(
            Memory(
                person=ADA, audience=turn.audience, kind=Kind.PLAN, gist="Has a chemistry final on Friday at 10.", quote=text,
                said_at=turn.said_at, happens_at=happens.astimezone(UTC), importance=importance,
            ),
            [Evidence(turn=turn.id, start=0, end=len(text))],
        )
        assert memory is not None
        [proposal] = await self.reach_out.plan(memory)
        return proposal

    async def live_until(self, end: datetime) -> None:
        """Consider what comes due, each at its time."""
        while (due := await self.reach_out.next_due()) is not None and due <= end:
            self.clock.set(max(due, self.clock.now()))
            await self.reach_out.consider_due(self.clock.now())
        self.clock.set(end)

    async def why(self) -> list[tuple[str, str]]:
        """The decisions, oldest first."""
        return [(d.act, d.reason) for d in reversed(await self.store.diary.recent(ADA))]


class Machine:
    """Where processes are started and die; the database and the messenger outlive them."""

    def __init__(self, database: Path | FakeStore) -> None:
        self.clock = VirtualClock(MONDAY)
        self.messenger = FakeMessenger()
        self._database = database
        self._running = AsyncExitStack()

    async def start(self) -> Process:
        return Process(await self._open(), self.clock, self.messenger)

    async def stop(self) -> None:
        await self._running.aclose()

    async def _open(self) -> AnyStore:
        if isinstance(self._database, FakeStore):
            return self._database
        return await self._running.enter_async_context(open_store(self._database, clock=self.clock))


@pytest.fixture(params=["fake", "sqlite"])
async def machine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Machine]:
    machine = Machine(tmp_path / "oldfriend.db" if request.param == "sqlite" else FakeStore())
    yield machine
    await machine.stop()


@pytest.fixture
async def bot(machine: Machine) -> Process:
    return await machine.start()


@pytest.fixture
async def willing(bot: Process) -> Process:
    await bot.reach_out.opt_in(ADA, True)
    await bot.reach_out.set_timezone(ADA, "berlin")
    return bot


SUNDAY = MONDAY + timedelta(days=6)


async def test_a_chemistry_final_is_asked_about_once_on_the_evening_of_the_day(willing: Process) -> None:
    proposal = await willing.told()
    assert await willing.reach_out.planned(ADA) == (proposal,)
    await willing.live_until(SUNDAY)
    [sent] = willing.messenger.sent
    assert (sent.at, sent.text, sent.conversation) == (EVENING, "So. How did it go?", "discord:5")
    assert await willing.reach_out.planned(ADA) == ()
    assert [row.state for row in await willing.store.outbox.history(ADA)] == ["sent"]
    [(act, reason)] = await willing.why()
    assert act == "speak" and "chemistry final" in reason


async def test_what_was_sent_is_part_of_the_conversation(willing: Process) -> None:
    proposal = await willing.told()
    await willing.live_until(SUNDAY)
    last = (await willing.store.turns.recent(ADA, "discord:5", 5))[-1]
    assert (last.by_bot, last.text, last.message_id, last.recalled) == (True, "So. How did it go?", "message-1", (proposal.memory,))


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
    assert sent.at == datetime(2026, 3, 6, 18, 30, tzinfo=ZoneInfo("America/New_York"))


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
    await bot.live_until(EVENING + timedelta(hours=1))
    await bot.reach_out.opt_in(ADA, True)
    await bot.live_until(SUNDAY)
    assert [sent.at for sent in bot.messenger.sent] == [EVENING + timedelta(hours=1)]


async def test_quiet_hours_are_kept(willing: Process) -> None:
    await willing.reach_out.set_quiet_hours(ADA, time(12), time(11))
    await willing.told()
    await willing.live_until(SUNDAY)
    assert [sent.at.astimezone(BERLIN) for sent in willing.messenger.sent] == [datetime(2026, 3, 7, 11, 0, tzinfo=BERLIN)]


async def test_a_snooze_is_kept(willing: Process) -> None:
    await willing.told()
    until = EVENING + timedelta(hours=20)
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
    assert [sent.at for sent in machine.messenger.sent] == [EVENING]


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
    await willing.store.memories.change(replace(memory, resolved_at=EVENING - timedelta(hours=1)))
    await willing.live_until(SUNDAY)
    assert willing.messenger.sent == []
    assert await willing.why() == [("drop", "You already told me how it went.")]


async def test_a_conversation_is_not_interrupted(willing: Process) -> None:
    await willing.told()
    await willing.live_until(EVENING - timedelta(minutes=10))
    await willing.say("phew, long day")
    await willing.live_until(SUNDAY)
    assert [sent.at for sent in willing.messenger.sent] == [EVENING + timedelta(minutes=20)]


async def test_a_conversation_is_not_interrupted_even_if_its_words_were_deleted(willing: Process) -> None:
    await willing.told()
    await willing.live_until(EVENING - timedelta(minutes=10))
    other = await willing.told("my driving test is on Sunday", EVENING + timedelta(days=2))
    await willing.store.forgetting.memory(ADA, other.memory)
    await willing.live_until(SUNDAY)
    assert [sent.at for sent in willing.messenger.sent] == [EVENING + timedelta(minutes=20)]


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
    await willing.live_until(EVENING + timedelta(minutes=5))
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
    await willing.live_until(EVENING + timedelta(hours=1))
    assert (await willing.store.people.consent(ADA)).unreachable
    willing.messenger.fails = None
    await willing.live_until(SUNDAY)
    assert willing.messenger.sent == []
    await willing.say("hi again")
    assert not (await willing.store.people.consent(ADA)).unreachable


async def test_a_failed_delivery_is_not_tried_again(willing: Process) -> None:
    await willing.told()
    willing.messenger.fails = DeliveryError("the network is down")
    await willing.live_until(EVENING + timedelta(minutes=1))
    willing.messenger.fails = None
    await willing.live_until(SUNDAY)
    assert willing.messenger.sent == []
    assert await willing.why() == [("drop", "It could not be delivered, and I do not try twice.")]


async def test_two_processes_send_one_message(machine: Machine) -> None:
    one, two = await machine.start(), await machine.start()
    await one.reach_out.opt_in(ADA, True)
    await one.reach_out.set_timezone(ADA, "berlin")
    proposal = await one.told()
    machine.clock.set(EVENING)

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
    first, second = await one.told(), await one.told("my driving test is on Friday at 12", EVENING - timedelta(hours=5))
    machine.clock.set(EVENING)
    claim = one.store.outbox.claim

    async def claim_while_the_other_one_does(message: Unprompted) -> Unprompted | None:
        mine = await claim(message)
        await two.reach_out.consider(second.id)
        return mine

    one.reach_out._outbox = _Outbox(one.store, claim_while_the_other_one_does)  # type: ignore[assignment]  # only what is called
    await one.reach_out.consider(first.id)
    assert [sent.proposal for sent in machine.messenger.sent] == [first.id]


class _Outbox:
    """An outbox whose claim is followed by something at once."""

    def __init__(self, store: AnyStore, claim: Callable[[Unprompted], Awaitable[Unprompted | None]]) -> None:
        self.claim = claim
        self.settle = store.outbox.settle


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("delivered", [False, True])
async def test_a_process_that_dies_while_sending_loses_the_message_and_never_doubles_it(machine: Machine, delivered: bool) -> None:
    first = await machine.start()
    await first.reach_out.opt_in(ADA, True)
    await first.reach_out.set_timezone(ADA, "berlin")
    await first.told()
    other = await first.told("my driving test is on Friday at 12", EVENING - timedelta(hours=5))

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
    await second.live_until(EVENING + timedelta(hours=2))
    assert len(machine.messenger.sent) == (1 if delivered else 0), "it may have arrived, so it counts as today's"
    await second.live_until(SUNDAY)
    assert [sent.proposal for sent in machine.messenger.sent[1 if delivered else 0:]] == [other.id]


async def test_deleting_what_was_asked_about_does_not_buy_a_second_message(willing: Process) -> None:
    first = await willing.told()
    await willing.told("my driving test is on Friday at 12", EVENING - timedelta(hours=5))
    await willing.live_until(EVENING + timedelta(minutes=1))
    assert len(willing.messenger.sent) == 1
    await willing.store.forgetting.memory(ADA, first.memory)
    await willing.live_until(EVENING + timedelta(hours=3))
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


async def test_of_several_the_worthiest_goes_first(willing: Process) -> None:
    await willing.told("a haircut on Friday", importance=0.6)
    best = await willing.told(importance=0.9)
    await willing.told("pizza on Friday", importance=0.7)
    await willing.live_until(EVENING + timedelta(minutes=1))
    assert [sent.proposal for sent in willing.messenger.sent] == [best.id]


async def test_planned_times_are_told_to_who_wants_to_know(willing: Process) -> None:
    heard: list[datetime] = []
    willing.reach_out.on_due(heard.append)
    await willing.told()
    assert heard == [EVENING]
    await willing.reach_out.set_timezone(ADA, "London")
    assert heard[1:] == [datetime(2026, 3, 6, 18, 30, tzinfo=UTC)]


async def test_an_unknown_zone_is_explained_and_changes_nothing(willing: Process) -> None:
    with pytest.raises(OldfriendError, match="Europe/Berlin"):
        await willing.reach_out.set_timezone(ADA, "Berlinn")
    assert (await willing.store.people.consent(ADA)).timezone == "Europe/Berlin"


async def test_forgetting_everything_leaves_no_decision_behind(willing: Process) -> None:
    proposal = await willing.told()
    await willing.live_until(EVENING + timedelta(minutes=1))
    await willing.store.forgetting.everything(ADA)
    await willing.reach_out.consider(proposal.id)
    assert await willing.why() == []
    assert dict(await willing.store.people.settings(ADA)) == {}


class Mortal:
    """A port whose process dies before or after its n-th call, counted over all ports."""

    def __init__(self, port: object, life: "Life") -> None:
        self._port = port
        self._life = life

    def __getattr__(self, name: str) -> Callable[..., Awaitable[object]]:
        async def call(*values: object, **named: object) -> object:
            self._life.count += 1
            if self._life.count == self._life.dies_at and not self._life.after:
                raise Killed
            result = await getattr(self._port, name)(*values, **named)
            if self._life.count == self._life.dies_at and self._life.after:
                raise Killed
            return result

        return call


class Life:
    def __init__(self, dies_at: int, after: bool) -> None:
        self.dies_at = dies_at
        self.after = after
        self.count = 0


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_wherever_a_process_dies_nothing_is_said_twice(after: bool) -> None:
    deaths = 0
    for dies_at in range(1, 60):
        machine = Machine(FakeStore())
        first = await machine.start()
        await first.reach_out.opt_in(ADA, True)
        await first.reach_out.set_timezone(ADA, "berlin")
        await first.told()
        await first.told("my driving test is on Friday at 12", EVENING - timedelta(hours=5))
        life, store = Life(dies_at, after), first.store
        mortal = ReachOut(
            clock=machine.clock, people=Mortal(store.people, life), memories=Mortal(store.memories, life),  # type: ignore[arg-type]
            proposals=Mortal(store.proposals, life), outbox=Mortal(store.outbox, life), diary=Mortal(store.diary, life),  # type: ignore[arg-type]
            turns=Mortal(store.turns, life), messenger=Mortal(machine.messenger, life),  # type: ignore[arg-type]  # ports by name
            words=Scripted("How did it go?"), plain_words=Scripted(PLAIN), sources=[FollowUp()],
        )
        machine.clock.set(EVENING)
        try:
            await mortal.consider_due(EVENING)
        except Killed:
            deaths += 1
        second = await machine.start()
        await second.reach_out.recover()
        await second.live_until(EVENING + timedelta(hours=5))
        assert len(machine.messenger.sent) <= 1, f"twice on one day, after dying at call {dies_at}"
        await second.live_until(SUNDAY)
        about = [sent.proposal for sent in machine.messenger.sent]
        assert len(about) == len(set(about)), f"twice about one event, after dying at call {dies_at}"
    assert 20 < deaths < 59, "it died at every call there is"


async def test_an_outage_postpones_and_loses_nothing(willing: Process) -> None:
    proposal = await willing.told()
    willing.messenger.unreachable = DeliveryError("not connected")
    await willing.live_until(EVENING + timedelta(minutes=25))
    assert not willing.messenger.sent
    willing.messenger.unreachable = None
    await willing.live_until(EVENING + timedelta(hours=1))
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
