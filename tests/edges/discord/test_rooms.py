"""Writing first in a channel of a server: who is called, and when it is not done."""

from datetime import UTC, datetime

import discord
import pytest
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.env import Env

from bot.edges.discord.messenger import DiscordMessenger
from bot.errors import DeliveryError, PlaceClosed
from bot.mind.events import Place, Unprompted
from tests.edges.discord.company import bodies


@pytest.fixture
def messenger(simcord_env: Env) -> DiscordMessenger:
    messenger = DiscordMessenger()
    messenger.use(simcord_env.bot)
    return messenger


@pytest.fixture
def lounge(simcord_env: Env) -> ChannelHandle:
    return simcord_env.create_guild().create_text_channel("lounge")


@pytest.fixture
def ann(simcord_env: Env, lounge: ChannelHandle) -> MemberActor:
    return simcord_env.guild.add_member(simcord_env.create_user("ann"))


def place(env: Env, channel: int) -> Place:
    return Place(conversation=f"discord:{channel}", audience=f"server:{env.guild.id}")


def nudge(person: int, where: Place) -> Unprompted:
    return Unprompted(
        person=f"discord:{person}", conversation=where.conversation, proposal=1, memory=1, nonce="a" * 25, reason="",
        at=datetime(2026, 3, 2, tzinfo=UTC), text="How did it go? @everyone", audience=where.audience, id=4,
    )


async def test_they_are_called_by_name_and_nobody_else(simcord_env: Env, messenger: DiscordMessenger, ann: MemberActor, lounge: ChannelHandle) -> None:
    here = place(simcord_env, lounge.id)
    assert await messenger.visit(f"discord:{ann.id}", here) == (lounge.id,)
    message_id = await messenger.send(nudge(ann.id, here))
    last = lounge.last_message
    assert last is not None and str(last.id) == message_id
    assert last.content == f"<@{ann.id}> How did it go? @everyone"
    [body] = bodies(simcord_env, "/messages")
    allowed = body["allowed_mentions"]
    assert allowed["parse"] == [] and [int(user) for user in allowed["users"]] == [ann.id] and not allowed.get("roles")
    assert (body["nonce"], body["enforce_nonce"]) == ("a" * 25, True)
    assert [b["label"] for row in body["components"] for b in row["components"]] == ["Why?", "Later", "Not this", "Stop"]


async def closed(messenger: DiscordMessenger, person: int, where: Place) -> str:
    """Why; the same for looking and for sending."""
    with pytest.raises(PlaceClosed) as looked:
        await messenger.visit(f"discord:{person}", where)
    with pytest.raises(PlaceClosed) as sent:
        await messenger.send(nudge(person, where))
    assert str(sent.value) == str(looked.value)
    return str(sent.value)


async def test_not_without_the_channel(simcord_env: Env, messenger: DiscordMessenger, ann: MemberActor) -> None:
    assert "gone" in await closed(messenger, ann.id, place(simcord_env, 42))


async def test_not_in_another_server_than_it_was_said(simcord_env: Env, messenger: DiscordMessenger, ann: MemberActor, lounge: ChannelHandle) -> None:
    other = simcord_env.create_guild(name="Other")
    wrong = Place(conversation=f"discord:{lounge.id}", audience=f"server:{other.id}")
    assert "gone" in await closed(messenger, ann.id, wrong)
    assert "no longer in the server" in await closed(messenger, ann.id, Place(conversation="discord:1", audience="server:2"))


async def test_not_when_they_left(simcord_env: Env, messenger: DiscordMessenger, ann: MemberActor, lounge: ChannelHandle) -> None:
    simcord_env.guild.remove_member(ann)
    assert "You are no longer" in await closed(messenger, ann.id, place(simcord_env, lounge.id))
    assert bodies(simcord_env, "/messages") == []


async def test_not_where_it_may_not_write(simcord_env: Env, messenger: DiscordMessenger, ann: MemberActor) -> None:
    me = simcord_env.guild.me
    assert me is not None
    silent = simcord_env.guild.create_text_channel("news", overwrites={me: discord.PermissionOverwrite(send_messages=False)})
    assert "may not write" in await closed(messenger, ann.id, place(simcord_env, silent.id))


async def test_not_where_they_cannot_read_it(simcord_env: Env, messenger: DiscordMessenger, ann: MemberActor) -> None:
    hidden = simcord_env.guild.create_text_channel("mods", overwrites={ann: discord.PermissionOverwrite(view_channel=False)})
    assert "no longer read" in await closed(messenger, ann.id, place(simcord_env, hidden.id))


async def test_before_its_servers_are_known_none_is_lost(simcord_env: Env, messenger: DiscordMessenger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simcord_env.bot, "is_ready", lambda: False)
    with pytest.raises(DeliveryError) as fault:
        await messenger.visit("discord:1", Place(conversation="discord:1", audience="server:2"))
    assert type(fault.value) is DeliveryError


@pytest.mark.parametrize("path", ["/channels/*", "/guilds/*/members/*"])
async def test_an_outage_is_no_closed_channel(simcord_env: Env, messenger: DiscordMessenger, ann: MemberActor, lounge: ChannelHandle, path: str) -> None:
    simcord_env.inject_error("GET", path, status=400, code=0)
    with pytest.raises(DeliveryError) as fault:
        await messenger.visit(f"discord:{ann.id}", place(simcord_env, lounge.id))
    assert type(fault.value) is DeliveryError
