"""A stage for writing first: somebody with a chemistry final, processes that start and die, and words that are given."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.edges.store import Store, open_store
from bot.errors import OldfriendError
from bot.flows.reach_out import ReachOut
from bot.flows.template_words import PLAIN
from bot.mind.events import Evidence, Kind, Memory, Place, Proposal, Turn, private_audience
from bot.mind.proposals.follow_up import FollowUp
from tests.fakes.clock import VirtualClock
from tests.fakes.messenger import FakeMessenger
from tests.fakes.store import FakeStore

AnyStore = Store | FakeStore

ADA = "discord:1"
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PRIVATE = Place(conversation="discord:5", audience=private_audience(ADA))
LOUNGE = Place(conversation="discord:21", audience="server:7")
"""A channel of a server."""
AFTERNOON = datetime(2026, 3, 6, 14, 0, tzinfo=BERLIN).astimezone(UTC)
"""Of the Friday of the chemistry final."""


class Scripted:
    """Words as the tests put them; ``meanwhile`` runs while they are being found."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.fails: OldfriendError | None = None
        self.meanwhile: Callable[[], Awaitable[object]] | None = None
        self.places: list[Place] = []
        """For which words were asked."""

    async def write(self, proposal: Proposal, memory: Memory, now: datetime, place: Place) -> str:
        self.places.append(place)
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

    async def say(self, text: str, place: Place = PRIVATE) -> Turn:
        turn = await self.store.turns.add(Turn(
            person=ADA, speaker="Ada", text=text, said_at=self.clock.now(), audience=place.audience, conversation=place.conversation,
            message_id=f"said at {self.clock.now()}" if place != PRIVATE else "",
        ))
        await self.reach_out.heard(turn)
        return turn

    async def told(
        self, text: str = "my chemistry final is on Friday at 10", happens: datetime | None = None, importance: float = 0.9,
        place: Place = PRIVATE,
    ) -> Proposal:
        """Ada tells of an event, and it is remembered."""
        turn = await self.say(text, place)
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


SUNDAY = MONDAY + timedelta(days=6)


class Killed(BaseException):
    """The process ends here."""


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
