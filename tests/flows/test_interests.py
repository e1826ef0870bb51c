"""What somebody loves and their persona knows about is brought up, and nothing else."""

from dataclasses import replace
from datetime import timedelta

from bot.flows.interests import Interests
from bot.flows.reach_out import ReachOut
from bot.flows.wardrobe import Wardrobe
from bot.mind.events import Kind, Memory, private_audience
from bot.mind.persona import LoreNote
from tests.fakes.clock import VirtualClock
from tests.fakes.messenger import FakeMessenger
from tests.fakes.personas import CARD, FakePersonas
from tests.fakes.store import FakeStore
from tests.flows.reaching import ADA, MONDAY, Scripted

LOVES = Memory(
    person=ADA, audience=private_audience(ADA), kind=Kind.PREFERENCE, gist="Loves pudding.", quote="I love a good pudding", said_at=MONDAY, importance=0.8,
)


async def proposed_for(memory: Memory) -> tuple[str, ...]:
    store, clock = FakeStore(), VirtualClock(MONDAY)
    personas = FakePersonas()
    personas.cards["mika"] = replace(CARD, lore=(LoreNote("Duff is a pudding.", ("pudding",)),))
    reach_out = ReachOut(
        clock=clock, people=store.people, memories=store.memories, proposals=store.proposals, outbox=store.outbox, diary=store.diary, turns=store.turns,
        messenger=FakeMessenger(), words=Scripted("How did it begin?"), plain_words=Scripted("How did it begin?"),
        interests=Interests(Wardrobe(store.people, personas, CARD.name)),
    )
    kept = await store.memories.keep(memory, [])
    assert kept is not None
    return tuple(proposal.source for proposal in await reach_out.plan(kept))


async def test_it_comes_up_once_they_share_it() -> None:
    assert await proposed_for(LOVES) == ("shared_interest",)
    assert await proposed_for(replace(LOVES, quote="I love snooker")) == ()
    assert await proposed_for(replace(LOVES, kind=Kind.EXPERIENCE)) == ()
    assert await proposed_for(replace(LOVES, said_at=MONDAY - timedelta(days=30))) == ()
