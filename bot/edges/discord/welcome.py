"""What it says when it comes into a server."""

import logging

import discord

from bot.edges.discord.delivery import write
from bot.errors import DeliveryError
from bot.mind.tongues import tongue_of
from bot.sdk import Companion

log = logging.getLogger(__name__)

HELLO = "Hello! I am **{}**, an AI and no human, to talk with: mention me, reply to me, or call me by name."
LOCAL = "I run on somebody's own computer, not in a cloud; of what you write, only what is said to me goes there."
ON_A_SERVER = "I run on somebody's own computer; what is said to me is answered by a language model on the server `{}`."
REMEMBERS = "I remember what somebody tells me only after they said yes to it; I ask each of you once. What you say to others I do not keep."
STAYS = "What is said here stays here: nobody's memories are used for anybody else, and those who run this server cannot see them either. `/privacy` tells more."
LESS = "To have me speak less or only in some channels: `/admin dial`, `/admin only-listed`. To be left alone: do not talk to me. To be rid of me: kick me."


async def welcome(guild: discord.Guild, companion: Companion) -> None:
    """Say five lines where everybody sees them, in the server's language. Nothing when there is no such place."""
    place = _place(guild)
    if place is None:
        return
    say, host = tongue_of(guild.preferred_locale), companion.model_server
    where = say(ON_A_SERVER, host) if host else say(LOCAL)
    try:
        await write(place, "\n".join((say(HELLO, guild.me.display_name), where, say(REMEMBERS), say(STAYS), say(LESS))))
    except DeliveryError as fault:
        log.warning("a server was not greeted: %s", fault)


def _place(guild: discord.Guild) -> discord.TextChannel | None:
    """The channel for such notices, else the first in which it may write."""
    chosen = [guild.system_channel] if guild.system_channel is not None else []
    for channel in (*chosen, *guild.text_channels):
        may = channel.permissions_for(guild.me)
        if may.view_channel and may.send_messages:
            return channel
    return None
