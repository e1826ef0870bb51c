"""Channels of a server in which somebody is to be written to unasked: looked up anew each time, at Discord itself."""

import aiohttp
import discord

from bot.edges.discord.delivery import delivery_error
from bot.errors import DeliveryError, PlaceClosed
from bot.mind.events import Place

Room = discord.abc.GuildChannel | discord.Thread

_NO_CHANNEL = "The channel where you told me is gone, or closed to me."
_NOT_MINE = "I am no longer in the server where you told me."
_MAY_NOT = "I may not write in the channel where you told me."
_NOT_THERE = "You are no longer in the server where you told me."
_NOT_SEEN = "You can no longer read the channel where you told me."


async def find_room(client: discord.Client, user: int, place: Place) -> discord.abc.Messageable:
    """The channel, when the companion may write there and ``user`` is in the server and reads it. Raises PlaceClosed, in words, when not,
    and DeliveryError when Discord cannot be asked now."""
    guild = _server(client, place)
    room = await _channel(client, guild, int(place.conversation.rpartition(":")[2]))
    member = await _member(guild, user)
    if not _may_write(room, room.permissions_for(guild.me)):
        raise PlaceClosed(_MAY_NOT)
    if not room.permissions_for(member).view_channel or not await _is_let_in(room, user):
        raise PlaceClosed(_NOT_SEEN)
    assert isinstance(room, discord.abc.Messageable)  # seen where it was fetched
    return room


def family(room: discord.abc.Messageable) -> tuple[int, ...]:
    """Its id, and that of the channel it is a thread of."""
    if isinstance(room, discord.Thread):
        return room.id, room.parent_id
    return (room.id,) if isinstance(room, discord.abc.GuildChannel) else ()


def _server(client: discord.Client, place: Place) -> discord.Guild:
    guild = client.get_guild(int(place.audience.rpartition(":")[2]))
    if guild is None and client.is_ready():
        raise PlaceClosed(_NOT_MINE)
    if guild is None or guild.unavailable:  # just connected, or an outage
        raise DeliveryError("that server is not available at the moment")
    return guild


async def _channel(client: discord.Client, guild: discord.Guild, number: int) -> Room:
    try:
        room = await client.fetch_channel(number)
    except (discord.NotFound, discord.Forbidden, discord.InvalidData) as fault:
        raise PlaceClosed(_NO_CHANNEL) from fault
    except (discord.DiscordException, aiohttp.ClientError, OSError) as fault:
        raise delivery_error(fault) from fault
    ours = isinstance(room, Room) and isinstance(room, discord.abc.Messageable) and room.guild.id == guild.id
    if not ours or (isinstance(room, discord.Thread) and (room.parent is None or room.locked)):
        raise PlaceClosed(_NO_CHANNEL)
    assert isinstance(room, Room)
    return room


async def _member(guild: discord.Guild, user: int) -> discord.Member:
    try:
        return await guild.fetch_member(user)
    except discord.NotFound as fault:
        raise PlaceClosed(_NOT_THERE) from fault
    except (discord.DiscordException, aiohttp.ClientError, OSError) as fault:
        raise delivery_error(fault) from fault


def _may_write(room: Room, may: discord.Permissions) -> bool:
    return may.view_channel and (may.send_messages_in_threads if isinstance(room, discord.Thread) else may.send_messages)


async def _is_let_in(room: Room, user: int) -> bool:
    """Into a private thread only those are let who were added to it."""
    if not isinstance(room, discord.Thread) or not room.is_private():
        return True
    try:
        await room.fetch_member(user)
    except discord.NotFound:
        return False
    except (discord.DiscordException, aiohttp.ClientError, OSError) as fault:
        raise delivery_error(fault) from fault
    return True
