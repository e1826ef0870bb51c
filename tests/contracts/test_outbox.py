"""What every ``Outbox`` promises."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.mind.events import OutboxState, Proposal, ProposalState
from tests.contracts.stores import ANN, BEN, Either, proposal, store, told, unprompted
from tests.fakes.clock import START

__all__ = ["store"]


async def _proposed(store: Either, about: int = 0) -> Proposal:
    idea = await store.proposals.propose(proposal(about))
    assert idea is not None
    return idea


async def _state(store: Either, idea: Proposal) -> ProposalState | None:
    found = await store.proposals.get(idea.id)
    return None if found is None else found.state


async def test_claiming_takes_the_proposal(store: Either) -> None:
    idea = await _proposed(store)
    row = await store.outbox.claim(unprompted(idea))
    assert row is not None
    assert row == replace(unprompted(idea), id=row.id)
    assert await _state(store, idea) == "claimed"
    assert await store.proposals.open() == ()
    assert await store.outbox.history(ANN) == (row,)


async def test_only_one_gets_it(store: Either) -> None:
    idea = await _proposed(store)
    claims = await asyncio.gather(*(store.outbox.claim(unprompted(idea, f"nonce {i}")) for i in range(5)))
    assert sum(claim is not None for claim in claims) == 1


async def test_what_is_not_open_or_not_theirs_cannot_be_claimed(store: Either) -> None:
    idea = await _proposed(store)
    assert await store.outbox.claim(unprompted(replace(idea, person=BEN))) is None
    assert await store.outbox.claim(unprompted(replace(idea, id=9999))) is None
    await store.proposals.close(idea.id, "dropped")
    assert await store.outbox.claim(unprompted(idea)) is None
    assert await store.outbox.history(ANN) == ()


async def test_a_deleted_memory_cannot_be_spoken_of(store: Either) -> None:
    event = await told(store, "my exam is on Friday")
    idea = await _proposed(store, event.id)
    await store.forgetting.memory(ANN, event.id)
    assert await store.outbox.claim(unprompted(idea)) is None


@pytest.mark.parametrize(
    ("state", "follows", "shown"),
    [("sent", "sent", True), ("failed", "dropped", False), ("lost", "dropped", False), ("claimed", "claimed", True)],
)
async def test_the_proposal_follows(store: Either, state: OutboxState, follows: str, shown: bool) -> None:
    idea = await _proposed(store)
    row = await store.outbox.claim(unprompted(idea))
    assert row is not None
    await store.outbox.settle(row.id, state, "How did it go?")
    assert await _state(store, idea) == follows
    assert await store.outbox.history(ANN) == ((replace(row, state=state, text="How did it go?"),) if shown else ())


async def test_what_is_settled_stays_settled(store: Either) -> None:
    idea = await _proposed(store)
    row = await store.outbox.claim(unprompted(idea))
    assert row is not None
    await store.outbox.settle(row.id, "sent", "How did it go?")
    await store.outbox.settle(row.id, "failed")
    await store.outbox.settle(9999, "sent")
    assert await store.outbox.history(ANN) == (replace(row, state="sent", text="How did it go?"),)
    assert await _state(store, idea) == "sent"


async def test_history_is_newest_first(store: Either) -> None:
    rows = []
    for i in (0, 2, 1):
        idea = await _proposed(store)
        rows.append(await store.outbox.claim(unprompted(idea, f"nonce {i}", at=START + timedelta(hours=i))))
    assert await store.outbox.history(ANN) == (rows[1], rows[2], rows[0])
    assert await store.outbox.history(ANN, 1) == (rows[1],)
    assert await store.outbox.history(BEN) == ()


async def test_what_a_dead_process_claimed_is_lost_not_sent_again(store: Either) -> None:
    sent, stale, untouched = [await _proposed(store) for _ in range(3)]
    row = await store.outbox.claim(unprompted(sent, "a"))
    assert row is not None
    await store.outbox.settle(row.id, "sent", "hi")
    await store.outbox.claim(unprompted(stale, "b"))
    assert await store.outbox.lose_stale() == 1
    assert await store.outbox.lose_stale() == 0
    assert await _state(store, stale) == "dropped"
    assert await _state(store, sent) == "sent"
    assert await store.proposals.open() == (untouched,)
    assert [m.state for m in await store.outbox.history(ANN)] == ["sent"]
