"""A companion whose plugins can be tried: the real flows over the fake store."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np

from bot.flows.floor import Floor
from bot.flows.forget import Forget
from bot.flows.inbox import Inbox
from bot.flows.keep import Keep
from bot.flows.permission import Permission
from bot.flows.pictures import Pictures
from bot.flows.reach_out import ReachOut
from bot.flows.recollect import Recollect
from bot.flows.supervise import Supervisor
from bot.flows.template_words import TemplateWords
from bot.flows.transfer import Transfer
from bot.flows.wardrobe import Wardrobe
from bot.mind.events import Evidence, Kind, Memory, Turn, private_audience
from bot.mind.persona import Persona, read_card
from bot.ports import Messenger, Vectors
from bot.sdk import Companion
from tests.edges.discord.company import Echo
from tests.fakes.clock import START, VirtualClock
from tests.fakes.messenger import FakeMessenger
from tests.fakes.model import FakeModel
from tests.fakes.painter import FakePainter
from tests.fakes.store import FakeStore

CARDS = Path(__file__).parents[2] / "personas"


async def remember(store: FakeStore, user: int, *gists: str, kind: Kind = Kind.PLAN) -> list[Memory]:
    """Memories of a Discord user, each from one message, the newest last."""
    person = f"discord:{user}"
    kept = []
    for gist in gists:
        said_at = START + timedelta(minutes=len(store.shelf.memories))
        turn = await store.turns.add(Turn(
            person=person, speaker="Ann", text=f"I said: {gist}", said_at=said_at, audience=private_audience(person),
            conversation="discord:1"))
        memory = await store.memories.keep(
            Memory(person=person, audience=turn.audience, kind=kind, gist=gist, quote=turn.text, said_at=said_at),
            [Evidence(turn=turn.id, start=0, end=len(turn.text))])
        assert memory is not None
        kept.append(memory)
    return kept


class Cards:
    """The personas that come with it."""

    def __init__(self) -> None:
        self._cards = {home.name: _card(home) for home in sorted(CARDS.iterdir()) if (home / "persona.toml").exists()}

    def get(self, name: str) -> Persona | None:
        return self._cards.get(name)

    def names(self) -> tuple[str, ...]:
        return tuple(self._cards)

    def faults(self) -> Mapping[str, str]:
        return {}


def _card(home: Path) -> Persona:
    return read_card(home.name, tomllib.loads((home / "persona.toml").read_text()), (home / "prompt.md").read_text())


class NoEmbedder:
    """All words mean the same."""

    name = "none"

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        return np.ones((len(texts), 1), np.float32)

    async def aclose(self) -> None: ...


def company(
    supervisor: Supervisor, store: FakeStore, clock: VirtualClock, messenger: Messenger | None = None, *, inbox: Inbox | None = None,
    forget: Forget | None = None, permission: Permission | None = None,
) -> Companion:
    """The real flows, and nobody who thinks: every message is answered with an echo, unless there is an ``inbox``."""
    people, memories, messenger = store.people, store.memories, messenger or FakeMessenger()
    wardrobe = Wardrobe(people, Cards(), "mika")
    embedder = NoEmbedder()
    forget = forget or Forget(store.forgetting, memories, people, lambda person: None, lambda person: None, FakeModel())
    reach_out = ReachOut(
        clock=clock, people=people, memories=memories, proposals=store.proposals, outbox=store.outbox, diary=store.diary,
        turns=store.turns, messenger=messenger, words=TemplateWords(wardrobe), plain_words=TemplateWords(wardrobe),
    )
    return Companion(
        clock=clock, turns=store.turns, memories=memories, people=people, diary=store.diary, proposals=store.proposals,
        outbox=store.outbox, inbox=inbox or Inbox(supervisor, Echo()), supervisor=supervisor, wardrobe=wardrobe,
        floor=Floor(people, wardrobe, store.diary),
        recollect=Recollect(memories, embedder, clock), forget=forget,
        residents=store.residents,
        permission=permission or Permission(clock=clock, people=people, memories=memories, forget=forget, remember=lambda person: None),
        reach_out=reach_out,
        transfer=Transfer(store.archives, embedder, people, clock),
        pictures=Pictures(
            FakePainter(), clock=clock, people=people, diary=store.diary, memories=memories, outbox=store.outbox, proposals=store.proposals
        ),
        keep=Keep(
            clock=clock, turns=store.turns, memories=memories, keeping=store.keeping, forgetting=store.forgetting, people=people,
            diary=store.diary, embedder=embedder, reach_out=reach_out,
        ),
    )
