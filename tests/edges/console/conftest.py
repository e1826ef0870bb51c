"""A room for each test."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.config import ROOT
from bot.edges.console import NobodyThere
from bot.edges.persona_files import PersonaFiles
from bot.edges.store import open_store
from bot.flows.floor import Floor
from bot.flows.forget import Forget
from bot.flows.inbox import Inbox
from bot.flows.keep import Keep
from bot.flows.permission import Permission
from bot.flows.pictures import Pictures
from bot.flows.reach_out import ReachOut
from bot.flows.recollect import Recollect
from bot.flows.supervise import Supervisor
from bot.flows.transfer import Transfer
from bot.flows.wardrobe import Wardrobe
from bot.sdk import Companion
from tests.edges.console.room import Echo, NoEmbedder, NoWords, Room
from tests.fakes.clock import VirtualClock
from tests.fakes.model import FakeModel
from tests.fakes.painter import FakePainter


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    clock, echo, personas = VirtualClock(), Echo(), tmp_path / "personas"
    shutil.copytree(ROOT / "personas", personas)
    (personas / "broken").mkdir()
    (personas / "broken" / "persona.toml").write_text("greeting = ")
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(tmp_path / "oldfriend.db", clock=clock, asks_first=True))
        supervisor = await stack.enter_async_context(Supervisor())
        reach_out = ReachOut(
            clock=clock, people=store.people, memories=store.memories, proposals=store.proposals, outbox=store.outbox,
            diary=store.diary, turns=store.turns, messenger=NobodyThere(), words=NoWords(), plain_words=NoWords(),
        )  # fmt: skip
        forget = Forget(store.forgetting, store.memories, store.people, lambda person: None, lambda person: None, FakeModel())
        yield Room(
            Companion(
                clock=clock,
                turns=store.turns,
                memories=store.memories,
                people=store.people,
                diary=store.diary,
                proposals=store.proposals,
                outbox=store.outbox,
                inbox=Inbox(supervisor, echo),
                floor=Floor(store.people, Wardrobe(store.people, PersonaFiles(personas), "mika"), store.diary),
                recollect=Recollect(store.memories, NoEmbedder(), clock),
                forget=forget,
                residents=store.residents,
                permission=Permission(clock=clock, people=store.people, memories=store.memories, forget=forget, remember=lambda person: None),
                transfer=Transfer(store.archives, NoEmbedder(), store.people, clock),
                pictures=Pictures(
                    FakePainter(), clock=clock, people=store.people, diary=store.diary, memories=store.memories, outbox=store.outbox,
                    proposals=store.proposals,
                ),
                keep=Keep(
                    clock=clock, turns=store.turns, memories=store.memories, keeping=store.keeping, forgetting=store.forgetting,
                    people=store.people, diary=store.diary, embedder=NoEmbedder(), reach_out=reach_out,
                ),
                reach_out=reach_out,
                wardrobe=Wardrobe(store.people, PersonaFiles(personas), "mika"),
                supervisor=supervisor,
            ),
            echo,
        )
