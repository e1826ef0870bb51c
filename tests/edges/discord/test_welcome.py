"""What it says when it comes into a server, and where."""

import discord
from simcord.env import Env

from bot.edges.discord.client import Client
from tests.edges.discord.company import bodies


async def _joins(env: Env, *closed: bool) -> list[str]:
    """A server with a channel for each flag (whether it may not write there); what is said, with the channel's name."""
    guild = env.create_guild()
    channels = [
        guild.create_text_channel(f"room{n}", overwrites={guild.default_role: discord.PermissionOverwrite(send_messages=not is_closed)})
        for n, is_closed in enumerate(closed)
    ]
    client, joined = env.bot, env.bot.get_guild(guild.id)
    assert isinstance(client, Client) and joined is not None
    await client.on_guild_join(joined)
    return [f"{channel.name}: {message.content}" for channel in channels for message in channel.history()]


async def test_five_lines_in_the_first_channel_where_it_may_write(simcord_env: Env) -> None:
    (said,) = await _joins(simcord_env, True, False, False)
    assert said.startswith("room1: ")
    lines = said.splitlines()
    assert len(lines) == 5
    assert "an AI" in lines[0] and "own computer" in lines[1] and "only after they said yes" in lines[2]
    assert "`/privacy`" in lines[3] and "kick me" in lines[4]
    (body,) = bodies(simcord_env, "/messages")
    assert body["allowed_mentions"]["parse"] == []


async def test_nothing_where_it_may_write_nowhere(simcord_env: Env) -> None:
    assert await _joins(simcord_env, True) == []
