"""After a start: what was not answered before the last end."""

import logging
from datetime import timedelta

import discord

from bot.edges.discord.listener import Listener
from bot.errors import OldfriendError
from bot.flows import owed
from bot.sdk import Companion

log = logging.getLogger(__name__)

_SOON = timedelta(hours=1)
"""An answer to anything older would come out of nowhere."""


async def answer_what_is_owed(client: discord.Client, me: discord.ClientUser, companion: Companion, listener: Listener) -> None:
    """As if it were said now. What was deleted meanwhile, or cannot be seen any more, is left alone."""
    try:
        places = await owed.take(companion.people)
    except OldfriendError as fault:
        log.error("what was not answered before the last end could not be looked up: %s", fault)
        return
    for conversation, message_id in places:
        message = await _found(client, int(conversation.rpartition(":")[2]), int(message_id))
        if message is not None and companion.clock.now() - message.created_at < _SOON:
            await listener.hear(message, me)


async def _found(client: discord.Client, channel: int, message: int) -> discord.Message | None:
    try:
        place = client.get_channel(channel) or await client.fetch_channel(channel)
        return await place.fetch_message(message) if isinstance(place, discord.abc.Messageable) else None
    except (discord.HTTPException, discord.InvalidData):
        return None
