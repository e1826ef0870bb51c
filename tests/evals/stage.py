"""The real reply path for evaluations: store, embedder, recall, lore, plan, model, judge; a temporary database, a clock of its own."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.config import ROOT, load
from bot.edges.clock import SystemClock
from bot.edges.embedder import LocalEmbedder
from bot.edges.emotion import LocalEmotionReader
from bot.edges.llama import open_llama
from bot.edges.persona_files import PersonaFiles
from bot.edges.store import Store, open_store
from bot.flows.attend import Attend
from bot.flows.interview import Nowhere
from bot.flows.lore import Lore
from bot.flows.recollect import Recollect
from bot.flows.speak import Speak, Spoken
from bot.mind.events import Turn, private_audience
from bot.mind.persona import Persona
from bot.wiring import catalogue_of

START = datetime(2025, 6, 3, 18, 0, tzinfo=UTC)


def cards() -> dict[str, Persona]:
    """The personas that ship, by name."""
    files = PersonaFiles(ROOT / "personas")
    return {name: card for name in files.names() if (card := files.get(name)) is not None}


class Talk:
    """One person talking with one persona; each talk is with somebody new."""

    def __init__(self, stage: "Stage", persona: Persona, person: str) -> None:
        self._stage = stage
        self._persona = persona
        self._person = person
        self._at = START

    async def told(self, *texts: str) -> None:
        """What they said on days before."""
        vectors = await self._stage.embedder.embed(texts)
        for i, (text, vector) in enumerate(zip(texts, vectors, strict=True)):
            turn = self._turn(text, START - timedelta(days=len(texts) - i), "before")
            await self._stage.store.turns.add(turn, vector, self._stage.embedder.name)

    async def say(self, text: str) -> Spoken:
        """They say this, and get an answer."""
        self._at += timedelta(minutes=1)
        turn = await self._stage.store.turns.add(self._turn(text, self._at, "now"))
        history = [t for t in await self._stage.store.turns.recent(self._person, "now", 40) if t.id != turn.id]
        impression = await self._stage.attend.hear(turn, text)
        spoken = await self._stage.speak.reply(turn, text, {turn.id}, history, self._persona, "UTC", Nowhere(), impression)
        await self._stage.attend.answered(turn, impression, spoken.plan.did)
        await self._stage.store.turns.add(replace(turn, id=0, by_bot=True, speaker=self._persona.display, text=spoken.text, reply_to=turn.id))
        return spoken

    def _turn(self, text: str, at: datetime, conversation: str) -> Turn:
        return Turn(person=self._person, speaker="Sam", text=text, said_at=at, audience=private_audience(self._person), conversation=conversation)


class Stage:
    """What talks take place on."""

    def __init__(self, store: Store, speak: Speak, embedder: LocalEmbedder, attend: Attend) -> None:
        self.store = store
        self.attend = attend
        self.speak = speak
        self.embedder = embedder
        self._talks = 0

    def talk(self, persona: Persona) -> Talk:
        self._talks += 1
        return Talk(self, persona, f"eval:{self._talks}")


@asynccontextmanager
async def open_embedder() -> AsyncIterator[LocalEmbedder]:
    settings = load(None, {}, None)
    folder = await catalogue_of(settings).pull(settings.embedding.name, lambda done, total, what: None)
    embedder = LocalEmbedder(folder, name=settings.embedding.name)
    try:
        yield embedder
    finally:
        await embedder.aclose()


@asynccontextmanager
async def open_stage(model: str, seed: int = 7) -> AsyncIterator[Stage]:
    """``model`` is a name of the catalogue: ``small`` or ``tiny``."""
    file = await catalogue_of(load(None, {}, None)).pull(model, lambda done, total, what: None)
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        store = await stack.enter_async_context(open_store(home / "eval.db", clock=SystemClock()))
        embedder = await stack.enter_async_context(open_embedder())
        llama = await stack.enter_async_context(open_llama(file, patience=300))
        recollect = Recollect(store.memories, embedder, SystemClock())
        emotions = LocalEmotionReader(await catalogue_of(load(None, {}, None)).pull("bge-small", lambda done, total, what: None))
        stack.push_async_callback(emotions.aclose)
        attend = Attend(store.people, emotions)
        speak = Speak(llama, recollect, SystemClock(), Lore(embedder), seed=seed, attend=attend)
        yield Stage(store, speak, embedder, attend)
