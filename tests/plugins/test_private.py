"""What one tells in private stays there, unless its owner shares it; and nobody else sees it, whatever they may do in a server."""

import discord
import pytest
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.env import Env

from bot.edges.discord.client import Client
from bot.sdk import private_audience
from tests.fakes.store import FakeStore
from tests.plugins.answers import text
from tests.plugins.company import remember

SECRET = "Moves to Oslo in May."


@pytest.fixture
def lounge(simcord_env: Env) -> ChannelHandle:
    return simcord_env.create_guild().create_text_channel("lounge")


@pytest.fixture
def ann(simcord_env: Env, lounge: ChannelHandle) -> MemberActor:
    return simcord_env.guild.add_member(simcord_env.create_user("ann"))


@pytest.fixture
def owner(simcord_env: Env, lounge: ChannelHandle) -> MemberActor:
    """May do everything in the server."""
    role = simcord_env.guild.create_role("Owners", permissions=discord.Permissions.all())
    return simcord_env.guild.add_member(simcord_env.create_user("olga"), roles=[role])


async def _found_in_server(store: FakeStore, env: Env, person: str) -> list[str]:
    found = await store.memories.search(person, f"server:{env.guild.id}", "moves to Oslo", None)
    return [c.memory.gist for c in found if c.memory is not None]


async def test_private_and_server_are_apart_until_its_owner_shares_a_memory(
    simcord_env: Env, ann: MemberActor, lounge: ChannelHandle, store: FakeStore
) -> None:
    (memory,) = await remember(store, ann.id, SECRET)
    assert await _found_in_server(store, simcord_env, memory.person) == []
    assert "servers too" in text(await ann.slash(lounge, "memory share", id=memory.id))
    assert await _found_in_server(store, simcord_env, memory.person) == [SECRET]
    assert "our private talks" in text(await ann.slash(lounge, "memory unshare", id=memory.id))
    assert await _found_in_server(store, simcord_env, memory.person) == []


async def test_nobody_shares_what_is_not_theirs(ann: MemberActor, owner: MemberActor, lounge: ChannelHandle, store: FakeStore) -> None:
    (memory,) = await remember(store, ann.id, SECRET)
    assert "you have no memory" in text(await owner.slash(lounge, "memory share", id=memory.id))
    assert store.shelf.memories[memory.id].shareable is False


async def test_who_runs_a_server_sees_nothing_of_its_members(
    simcord_env: Env, simcord_bot: Client, ann: MemberActor, owner: MemberActor, lounge: ChannelHandle, store: FakeStore
) -> None:
    """Every command that there is, by somebody who may do everything; none shows a word of Ann's."""
    (memory,) = await remember(store, ann.id, SECRET)
    given: dict[str, dict[str, object]] = {
        "memory search": {"words": "moves in May"}, "memory merge": {"id": memory.id, "other": memory.id}, "persona use": {"name": "noor"},
        "memory import": {"file": ("memories.json", b'{"format": "oldfriend person", "version": 1}')},
        "reachout quiet-hours": {"start": "22", "end": "8"}, "reachout timezone": {"name": "Berlin"}, "reachout cancel": {"id": 1},
        "reachout per-day": {"most": 2}, "reachout snooze": {"hours": 1},
        "admin channel-add": {"channel": lounge}, "admin channel-remove": {"channel": lounge}, "admin dial": {"level": "guest"},
        "admin only-listed": {"on": False}, "admin persona": {"name": "noor"}, "admin retention": {"days": 9},
    }
    tried = 0
    for name in owner.available_commands(lounge):
        options = given.get(name, {"id": memory.id} if name.startswith("memory") and _takes_id(simcord_bot, name) else {})
        result = await owner.slash(lounge, name, **options)
        said = repr([(m.content, [e.to_dict() for e in m.embeds], [a.filename for a in m.attachments]) for m in (result.response, *result.followups) if m])
        assert "Oslo" not in said, name
        for message in (m for m in (result.response, *result.followups) if m):
            for attachment in message.attachments:
                assert b"Oslo" not in await attachment.read(), name
        tried += 1
    assert tried > 30
    assert store.shelf.memories[memory.id].gist == SECRET, "nor change it"


def _takes_id(bot: Client, name: str) -> bool:
    command = bot.tree.get_command(name.split()[0])
    leaf = command.get_command(name.split()[1]) if isinstance(command, discord.app_commands.Group) else None
    return isinstance(leaf, discord.app_commands.Command) and any(p.name == "id" for p in leaf.parameters)


async def test_nothing_of_one_reaches_another(ann: MemberActor, owner: MemberActor, store: FakeStore) -> None:
    (memory,) = await remember(store, ann.id, SECRET)
    other = f"discord:{owner.id}"
    for audience in (private_audience(other), private_audience(memory.person), memory.audience):
        assert not [c for c in await store.memories.search(other, audience, "Oslo", None) if c.memory or c.turn]
    await store.memories.change(memory)
    assert await store.memories.get(other, memory.id) is None
