"""The question whether to write first, and the buttons under what was written first, pressed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from simcord.env import Env
from simcord.results import InteractionResult, ResponseMessage

from bot.edges.discord.client import Client
from bot.edges.discord.messenger import DiscordMessenger
from bot.flows.inbox import Inbox, ReplyTo
from bot.flows.supervise import Supervisor
from bot.mind.events import Consent, Proposal, Turn, private_audience
from bot.mind.invitation import QUESTION
from tests.edges.discord.company import Echo
from tests.fakes.clock import START, VirtualClock
from tests.fakes.store import FakeStore
from tests.plugins.company import company, remember

NOW = START + timedelta(days=20)


@pytest.fixture
async def simcord_bot(store: FakeStore) -> AsyncIterator[Client]:
    """A companion that asks at once, and writes through Discord."""
    async with Supervisor() as supervisor:
        messenger = DiscordMessenger()
        companion = company(supervisor, store, VirtualClock(NOW), messenger, inbox=Inbox(supervisor, Echo(first=_ask)))
        client = Client(companion, [])
        messenger.use(client)
        yield client


def said(result: InteractionResult) -> ResponseMessage:
    """What a press was answered with, for nobody else's eyes."""
    answer = [message for message in (result.response, *result.followups) if message is not None][-1]
    assert answer.ephemeral
    return answer


async def _ask(reply_to: ReplyTo) -> None:
    await reply_to.ask(QUESTION, "reach_out")


async def wrote_from(store: FakeStore, user: int, zone: str) -> None:
    """Somebody who writes from seven to midnight where they live."""
    person = f"discord:{user}"
    await store.people.set_consent(replace(await store.people.consent(person), conversation="discord:1"))
    for day in range(10):
        for hour in (7, 9, 12, 15, 18, 20, 22, 23):
            at = datetime(2026, 3, 9 + day, hour, 30, tzinfo=ZoneInfo(zone)).astimezone(UTC)
            await store.turns.add(Turn(
                person=person, speaker="Ann", text="hi", said_at=at, audience=private_audience(person), conversation="discord:1"))


async def test_a_yes_leads_to_the_zone_and_the_quiet_hours(simcord_env: Env, store: FakeStore) -> None:
    ann = simcord_env.create_user("ann")
    person = f"discord:{ann.id}"
    await wrote_from(store, ann.id, "Asia/Tokyo")
    await ann.send_dm("hi")
    question = next(m for m in ann.dm_channel.history() if m.content == QUESTION)
    assert not (await store.people.consent(person)).reach_out
    yes = await ann.click(question, label="Yes, please")
    assert (await store.people.consent(person)).reach_out
    assert "where do you live" in said(yes).content and not (await store.people.consent(person)).timezone_known
    zone = await ann.click(said(yes), label="Tokyo")
    assert (await store.people.consent(person)).timezone == "Asia/Tokyo"
    assert (await store.people.consent(person)).quiet_start == Consent(person="").quiet_start, "offered, not assumed"
    await ann.click(said(zone), label="Quiet 00:00 to 07:00")
    consent = await store.people.consent(person)
    assert (consent.quiet_start, consent.quiet_end) == (time(0), time(7))


async def test_a_no_is_a_no(simcord_env: Env, store: FakeStore) -> None:
    ann, bob = simcord_env.create_user("ann"), simcord_env.create_user("bob")
    await ann.send_dm("hi")
    question = next(m for m in ann.dm_channel.history() if m.content == QUESTION)
    answer = await ann.click(question, label="No, thank you")
    assert "not ask again" in said(answer).content
    assert not (await store.people.consent(f"discord:{ann.id}")).reach_out
    assert await store.people.setting(f"discord:{ann.id}", "reach_out.asked") is not None
    assert not (await store.people.consent(f"discord:{bob.id}")).reach_out


async def test_the_four_buttons(simcord_env: Env, simcord_bot: Client, store: FakeStore) -> None:
    ann = simcord_env.create_user("ann")
    person, reach_out = f"discord:{ann.id}", simcord_bot.companion.reach_out
    await store.people.set_consent(Consent(
        person=person, reach_out=True, timezone="UTC", timezone_known=True, quiet_start=time(0), quiet_end=time(0)))
    (memory,) = await remember(store, ann.id, "Has a chemistry final.")
    await store.memories.change(replace(memory, happens_at=NOW - timedelta(hours=4)))
    assert await store.proposals.propose(Proposal(
        person=person, memory=memory.id, source="follow_up", opens=NOW, best=NOW, closes=NOW + timedelta(hours=9), worth=0.9,
        reason="You told me of a chemistry final.", due=NOW))
    await reach_out.consider_due(NOW)
    message = ann.dm_channel.history()[-1]
    why = await ann.click(message, label="Why?")
    assert "chemistry final" in said(why).content and "You asked me to write first" in said(why).content
    await ann.click(message, label="Later")
    assert (await store.people.consent(person)).snoozed_until == NOW + timedelta(days=1)
    await ann.click(message, label="Not this")
    assert "follow_up plan" in (await store.people.setting(person, "reach_out.reception") or "")
    await ann.click(message, label="Stop")
    assert not (await store.people.consent(person)).reach_out


async def test_a_yes_offers_the_servers_in_which_they_told_something(simcord_env: Env, simcord_bot: Client, store: FakeStore) -> None:
    ann, bob = simcord_env.create_user("ann"), simcord_env.create_user("bob")
    home, person = simcord_env.create_guild(name="Home"), f"discord:{ann.id}"
    (memory,) = await remember(store, ann.id, "Has a chemistry final.")
    store.shelf.memories[memory.id] = replace(memory, audience=f"server:{home.id}")
    await ann.send_dm("hi")
    await bob.send_dm("hi")
    question = next(m for m in ann.dm_channel.history() if m.content == QUESTION)
    yes = await ann.click(question, label="Yes, please")
    assert "everybody there reads it" in said(yes).content
    assert await simcord_bot.companion.reach_out.servers(person) == {f"server:{home.id}": False}, "offered, not assumed"
    there = await ann.click(said(yes), label="Ask there: Home")
    assert "in a channel of Home" in said(there).content
    assert await simcord_bot.companion.reach_out.servers(person) == {f"server:{home.id}": True}
    no_servers = await bob.click(next(m for m in bob.dm_channel.history() if m.content == QUESTION), label="Yes, please")
    assert "everybody there" not in said(no_servers).content
