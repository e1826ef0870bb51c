"""Unprompted messages and their buttons over real sockets, across a restart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.edges.discord import Gateway
from bot.edges.plugins import discover
from bot.flows.supervise import Supervisor
from bot.mind.events import Consent, Proposal
from bot.sdk import Companion
from tests.fakes.clock import START, VirtualClock
from tests.fakes.store import FakeStore
from tests.plugins.company import company, remember
from tests.wire.lookalike import LookAlike
from tests.wire.test_commands import PLUGINS
from tests.wire.world import Message, User


@asynccontextmanager
async def running(discord: LookAlike, store: FakeStore) -> AsyncIterator[Companion]:
    """One process, from connecting to its end."""
    async with Supervisor() as supervisor:
        gateway = Gateway(token=discord.token, api_base=discord.api_base, gateway_url=discord.gateway, plugins=discover(PLUGINS)[0])
        companion = company(supervisor, store, VirtualClock(START + timedelta(days=1)), gateway.messenger)
        before = discord.ready
        serving = asyncio.ensure_future(gateway.run(companion))
        await discord.until(lambda: discord.ready > before)
        yield companion
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


async def written_to(discord: LookAlike, store: FakeStore, ann: User, companion: Companion) -> Message:
    """The companion writes to Ann first, about a final that is over."""
    (memory,) = await remember(store, ann.id, "Has a chemistry final.")
    now = companion.clock.now()
    await store.people.set_consent(Consent(person=memory.person, reach_out=True, timezone="UTC", timezone_known=True, quiet_start=START.time(), quiet_end=START.time()))
    await store.memories.change(replace(memory, happens_at=now - timedelta(hours=4)))
    proposal = await store.proposals.propose(Proposal(
        person=memory.person, memory=memory.id, source="follow_up", opens=now, best=now, closes=now + timedelta(hours=9), worth=0.9,
        reason="You told me of a chemistry final.", due=now))
    assert proposal is not None
    before = len(discord.world.messages)
    await companion.reach_out.consider_due(now)
    [message] = discord.world.messages[before:]
    return message


@pytest.fixture
async def discord() -> AsyncIterator[LookAlike]:
    async with LookAlike() as discord:
        yield discord


async def test_every_button_works_after_a_restart_and_for_its_recipient_alone(discord: LookAlike) -> None:
    store = FakeStore()
    ann, bob = discord.world.add_user("ann"), discord.world.add_user("bob")
    async with running(discord, store) as companion:
        message = await written_to(discord, store, ann, companion)
    assert [b["label"] for row in message.components for b in row["components"]] == ["Why?", "Later", "Not this", "Stop"]
    async with running(discord, store) as companion:
        foreign = await discord.press(bob, message, "Stop")
        assert foreign.answer is not None and "somebody else" in foreign.answer.content
        forged = replace(message, components=[
            {**row, "components": [{**b, "custom_id": b["custom_id"].replace(str(ann.id), str(bob.id))} for b in row["components"]]}
            for row in message.components
        ])
        stolen = await discord.press(bob, forged, "Why?")
        await discord.until(lambda: stolen.answer is not None)
        assert stolen.answer is not None and "chemistry" not in stolen.answer.content
        why = await discord.press(ann, message, "Why?")
        await discord.until(lambda: why.answer is not None)
        assert why.ephemeral and why.answer is not None
        assert "chemistry final" in why.answer.content and "I said: Has a chemistry final." in why.answer.content
        assert "You asked me to write first" in why.answer.content and "number 1 of at most 1 that day" in why.answer.content
        person = f"discord:{ann.id}"
        later = await discord.press(ann, message, "Later")
        await discord.until(lambda: later.answer is not None)
        assert (await store.people.consent(person)).snoozed_until == companion.clock.now() + timedelta(days=1)
        not_this = await discord.press(ann, message, "Not this")
        await discord.until(lambda: not_this.answer is not None)
        assert "follow_up plan" in (await store.people.setting(person, "reach_out.reception") or "")
        stop = await discord.press(ann, message, "Stop")
        await discord.until(lambda: stop.answer is not None)
        assert not (await store.people.consent(person)).reach_out
