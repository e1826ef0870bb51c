"""What every ``Proposals`` promises."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from tests.contracts.stores import ANN, BEN, Either, proposal, store, told
from tests.fakes.clock import START

__all__ = ["store"]


async def test_a_proposal_comes_back_as_it_was(store: Either) -> None:
    event = await told(store, "my exam is on Friday")
    idea = proposal(event.id, sensitive=True, worth=0.25)
    stored = await store.proposals.propose(idea)
    assert stored is not None
    assert stored == replace(idea, id=stored.id)
    assert await store.proposals.get(stored.id) == stored
    assert await store.proposals.get(9999) is None


async def test_one_proposal_for_a_memory_and_a_source(store: Either) -> None:
    event = await told(store, "my exam is on Friday")
    first = await store.proposals.propose(proposal(event.id))
    assert first is not None
    assert await store.proposals.propose(proposal(event.id)) is None
    await store.proposals.close(first.id, "dropped")
    assert await store.proposals.propose(proposal(event.id)) is None
    assert await store.proposals.propose(proposal(event.id, source="another")) is not None


async def test_proposals_about_nothing_in_particular_may_repeat(store: Either) -> None:
    assert await store.proposals.propose(proposal(0)) is not None
    assert await store.proposals.propose(proposal(0)) is not None


async def test_nothing_is_proposed_about_what_is_gone(store: Either) -> None:
    bens = await told(store, "my exam is on Friday", person=BEN)
    assert await store.proposals.propose(proposal(9999)) is None
    assert await store.proposals.propose(proposal(bens.id)) is None


async def test_open_ones_come_by_due_time(store: Either) -> None:
    due = [START + timedelta(hours=h) for h in (3, 1, 2)]
    third, first, second = [await store.proposals.propose(proposal(0, due=when)) for when in due]
    bens = await store.proposals.propose(proposal(0, person=BEN, due=START + timedelta(hours=9)))
    assert await store.proposals.open() == (first, second, third, bens)
    assert await store.proposals.open(ANN) == (first, second, third)
    assert await store.proposals.open(until=START + timedelta(hours=2)) == (first, second)
    assert await store.proposals.open(BEN, START) == ()
    assert await store.proposals.open(limit=2) == (first, second)


async def test_an_open_one_can_be_postponed(store: Either) -> None:
    idea = await store.proposals.propose(proposal(0))
    assert idea is not None
    later = START + timedelta(days=1)
    await store.proposals.postpone(idea.id, later)
    assert await store.proposals.open() == (replace(idea, due=later),)
    await store.proposals.close(idea.id, "dropped")
    await store.proposals.postpone(idea.id, START)
    assert await store.proposals.get(idea.id) == replace(idea, due=later, state="dropped")
    await store.proposals.postpone(9999, START)


@pytest.mark.parametrize("state", ["sent", "dropped"])
async def test_a_closed_one_stays_closed(store: Either, state: Literal["sent", "dropped"]) -> None:
    idea = await store.proposals.propose(proposal(0))
    assert idea is not None
    await store.proposals.close(idea.id, state)
    await store.proposals.close(idea.id, "dropped")
    assert await store.proposals.open() == ()
    assert await store.proposals.get(idea.id) == replace(idea, state=state)
