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
from bot.mind.events import Consent, Evidence, Kind, Memory, Proposal, Turn
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


async def told_in(discord: LookAlike, store: FakeStore, ann: User, companion: Companion) -> Proposal:
    """Ann told of a final in the lounge; it is over now, and she wants to be asked."""
    now, text = companion.clock.now(), "my chemistry final is at ten"
    said = await store.turns.add(Turn(
        person=f"discord:{ann.id}", speaker="Ann", text=text, said_at=START, audience=f"server:{discord.world.guild}",
        conversation=f"discord:{discord.world.lounge.id}", message_id="1"))
    memory = await store.memories.keep(
        Memory(person=said.person, audience=said.audience, kind=Kind.PLAN, gist="Has a chemistry final.", quote=text, said_at=START,
               happens_at=now - timedelta(hours=4)), [Evidence(turn=said.id, start=0, end=len(text))])
    await store.people.set_consent(Consent(person=said.person, reach_out=True, timezone="UTC", timezone_known=True, quiet_start=START.time(), quiet_end=START.time()))
    assert memory is not None
    proposal = await store.proposals.propose(Proposal(
        person=said.person, memory=memory.id, source="follow_up", opens=now, best=now, closes=now + timedelta(days=2), worth=0.9,
        reason="You told me of a chemistry final.", due=now))
    assert proposal is not None
    return proposal


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


async def test_in_the_channel_where_they_told_of_it_calling_them_alone(discord: LookAlike) -> None:
    store, world = FakeStore(), discord.world
    ann, bob = world.add_user("ann"), world.add_user("bob")
    async with running(discord, store) as companion:
        await told_in(discord, store, ann, companion)
        chosen = await discord.ask(ann, "reachout where", world.lounge, place="channel")
        assert chosen.ephemeral and chosen.answer is not None
        assert "**Home**: in the channel where you told me" in chosen.answer.embeds[0]["description"]
        await companion.reach_out.consider_due(companion.clock.now())
        [message] = [m for m in world.messages if m.author is world.bot and not m.ephemeral]
        assert message.channel is world.lounge
        assert message.content.startswith(f"<@{ann.id}> ")
        assert [int(user) for user in message.sent["allowed_mentions"]["users"]] == [ann.id] and message.sent["allowed_mentions"]["parse"] == []
        assert message.sent["enforce_nonce"] is True
        foreign = await discord.press(bob, message, "Why?")
        assert foreign.answer is not None and "somebody else" in foreign.answer.content
        why = await discord.press(ann, message, "Why?")
        await discord.until(lambda: why.answer is not None)
        assert why.ephemeral and why.answer is not None and "chose to be asked there" in why.answer.content


async def test_where_they_are_no_more_it_is_held_back(discord: LookAlike) -> None:
    store, world = FakeStore(), discord.world
    ann = world.add_user("ann")
    async with running(discord, store) as companion:
        await told_in(discord, store, ann, companion)
        await discord.ask(ann, "reachout where", world.lounge, place="channel")
        world.left.add(ann.id)
        await companion.reach_out.consider_due(companion.clock.now())
        assert [m for m in world.messages if m.author is world.bot and not m.ephemeral] == []
        status = await discord.ask(ann, "reachout status")
        assert status.answer is not None
        assert "You are no longer in the server where you told me." in str(status.answer.embeds[0])
