"""A whole companion on fakes: everything between a message and what is stored about it is real."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta

from bot.errors import ModelFailed
from bot.flows.attend import Attend
from bot.flows.converse import Converse
from bot.flows.forget import Forget
from bot.flows.inbox import Asks, Inbox, Incoming
from bot.flows.keep import Keep
from bot.flows.lore import Lore
from bot.flows.permission import Permission
from bot.flows.reach_out import ReachOut
from bot.flows.recollect import Recollect
from bot.flows.reflect import Reflect
from bot.flows.remember import Remember
from bot.flows.speak import Speak
from bot.flows.supervise import Supervisor
from bot.flows.template_words import TemplateWords
from bot.flows.wardrobe import Wardrobe
from bot.mind.events import Memory, Turn, private_audience
from bot.mind.proposals.follow_up import FollowUp
from bot.ports import Completion, Messenger, Vectors
from tests.fakes.clock import VirtualClock
from tests.fakes.emotions import FakeEmotionReader
from tests.fakes.messenger import FakeMessenger
from tests.fakes.model import Answer, FakeEmbedder, FakeModel
from tests.fakes.personas import FakePersonas
from tests.fakes.store import FakeStore

ADA, BEN = "discord:1", "discord:2"
SERVER = "server:9"
NOTHING = '{"events": []}'


def noted(*quotes: str) -> str:
    """What a good model answers when it finds these."""
    events = ", ".join(
        f'{{"quote": "{q}", "kind": "experience", "gist": "They told this.", "emotion": "neutral", "importance": 4}}' for q in quotes
    )
    return f'{{"events": [{events}]}}'


class PacedModel(FakeModel):
    """Runs ``between`` before each piece of an answer: it may wait, change the world or raise."""

    between: Callable[[Completion], Awaitable[None]] | None = None

    async def stream(self, request: Completion) -> AsyncGenerator[str]:
        async with aclosing(super().stream(request)) as pieces:
            async for piece in pieces:
                if self.between is not None:
                    await self.between(request)
                yield piece


class BreakableEmbedder(FakeEmbedder):
    """Fails while it is ``broken``."""

    broken = False

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        if self.broken:
            raise ModelFailed("the embedder crashed")
        return await super().embed(texts, query=query)


class Channel:
    """Where answers arrive; ``fails`` is raised instead."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.pieces: list[str] = []
        self.nods: list[str] = []
        self.nods_fail = False
        self.places: list[int] = []
        self.streams = False
        """Whether pieces are seen as they come."""
        self.fails: Exception | None = None

    @asynccontextmanager
    async def thinking(self) -> AsyncIterator[None]:
        yield

    def waiting(self, ahead: int) -> None:
        self.places.append(ahead)

    async def nod(self, emoji: str) -> bool:
        self.nods.append(emoji)
        return not self.nods_fail

    async def piece(self, text: str) -> bool:
        self.pieces.append(text)
        return self.streams

    async def say(self, text: str) -> str:
        if self.fails is not None:
            raise self.fails
        self.said.append(text)
        return f"answer-{len(self.said)}-{id(self)}"

    async def ask(self, question: str, about: Asks) -> None:
        await self.say(question)


class Household:
    """``replies`` answers messages and ``notes`` extractions: a text, an error, or a function of the request."""

    def __init__(
        self, supervisor: Supervisor, store: FakeStore, *, context_tokens: int = 4096, clock: VirtualClock | None = None,
        messenger: Messenger | None = None,
    ) -> None:
        self.store = store
        self.clock = clock or VirtualClock()
        self.channel = Channel()
        self.replies: Answer | Callable[[Completion], Answer] = "Well, well."
        self.notes: Answer | Callable[[Completion], Answer] = NOTHING
        self.model = PacedModel(self._answer, context_tokens=context_tokens)
        self.embedder = BreakableEmbedder()
        self.personas = FakePersonas("mika", "noor")
        self.wardrobe = Wardrobe(store.people, self.personas, "mika")
        self.recollect = Recollect(store.memories, self.embedder, self.clock)
        words = TemplateWords(self.wardrobe)
        self.reach_out = ReachOut(
            clock=self.clock, people=store.people, memories=store.memories, proposals=store.proposals, outbox=store.outbox, diary=store.diary,
            turns=store.turns, messenger=messenger or FakeMessenger(), words=words, plain_words=words, sources=[FollowUp()],
        )
        self.emotions = FakeEmotionReader()
        self.attend = Attend(store.people, self.emotions)
        self.remember = Remember(
            model=self.model, embedder=self.embedder, turns=store.turns, memories=store.memories, people=store.people, reach_out=self.reach_out,
            supervisor=supervisor, attend=self.attend,
        )
        self.speak = Speak(self.model, self.recollect, self.clock, Lore(self.embedder))
        self.reflect = Reflect(
            clock=self.clock, memories=store.memories, people=store.people, fading=store.fading, summaries=store.summaries,
            embedder=self.embedder, model=self.model, supervisor=supervisor, turns_for=timedelta(days=365),
        )
        self.forget = Forget(store.forgetting, store.memories, store.people, self.remember.drop, self.remember.start, self.model)
        self.permission = Permission(
            clock=self.clock, people=store.people, memories=store.memories, forget=self.forget, remember=self.remember.start)
        self.converse = Converse(
            clock=self.clock, turns=store.turns, people=store.people, diary=store.diary, wardrobe=self.wardrobe, speak=self.speak,
            memories=store.memories, remember=self.remember, reach_out=self.reach_out, attend=self.attend,
            reflect=self.reflect, permission=self.permission,
        )
        self.supervisor = supervisor
        self.inbox = Inbox(supervisor, self.converse)
        self.keep = Keep(
            clock=self.clock, turns=store.turns, memories=store.memories, keeping=store.keeping, forgetting=store.forgetting, people=store.people,
            diary=store.diary, embedder=self.embedder, reach_out=self.reach_out,
        )

    def put(self, text: str, person: str = ADA, audience: str = "", conversation: str = "", message_id: str = "") -> None:
        """A message arrives."""
        turn = Turn(
            person=person, speaker={ADA: "Ada", BEN: "Ben"}[person], text=text, said_at=self.clock.now(),
            audience=audience or private_audience(person), conversation=conversation or f"dm-{person}", message_id=message_id,
        )
        self.inbox.put(Incoming(turn, self.channel))

    async def hear(self, text: str, person: str = ADA, audience: str = "", conversation: str = "") -> str:
        """A message arrives and is answered and thought over; the last answer, "" for none."""
        before = len(self.channel.said)
        self.put(text, person, audience, conversation)
        await self.supervisor.idle()
        await self.clock.advance(timedelta(minutes=5))
        return self.channel.said[-1] if len(self.channel.said) > before else ""

    async def memories(self, person: str = ADA) -> list[Memory]:
        return list(await self.store.memories.browse(person))

    def prompts(self) -> str:
        """Everything that the model was shown for replies, but not for extraction."""
        return "\n".join(m.content for request in self.model.asked if request.schema is None for m in request.messages)

    def shown_for_notes(self) -> list[str]:
        return [request.messages[-1].content for request in self.model.asked if request.schema is not None]

    def _answer(self, request: Completion) -> Answer:
        answer = self.notes if request.schema is not None else self.replies
        return answer(request) if callable(answer) else answer
