"""Send a text to a channel, and say in our own errors why it could not be."""

import logging
from typing import Any

import aiohttp
import discord

from bot.errors import CannotReach, DeliveryError, TooFast
from bot.mind.speech import split

log = logging.getLogger(__name__)

NONCE_LIMIT = 25

_CLOSED = {50007: "their direct messages are closed", 50278: "they share no server with me any more"}
_TOO_FAST = 40003
_FORBIDDEN = {50001: "'View Channel'", 50013: "'Send Messages'"}
# Unknown message, invalid form (the reference), no permission to read the history: a plain message still works.
_NO_REFERENCE = {10008, 50035, 160002}


async def write(
    channel: discord.abc.Messageable, text: str, *, answer_to: discord.Message | None = None, nonce: str = "",
    view: discord.ui.View | None = None, called: int = 0,
) -> str:
    """Send ``text`` in as many messages as it needs; the id of the first, "" for an empty text.

    ``answer_to`` makes the first one a reply. ``nonce`` makes Discord refuse a repeated send. Nobody is ever pinged but
    ``called``, a user's id, where the text mentions them. ``view`` goes with the last one.
    Raises CannotReach or DeliveryError.
    """
    first = ""
    pieces = list(split(text))
    for number, piece in enumerate(pieces):
        last = view if number == len(pieces) - 1 else None
        try:
            sent = await _send(channel, piece, None if number else answer_to, _nonce(nonce, number), last, called)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as fault:
            raise delivery_error(fault) from fault
        first = first or str(sent.id)
    return first


async def _send(
    channel: discord.abc.Messageable, piece: str, answer_to: discord.Message | None, nonce: str | None,
    view: discord.ui.View | None, called: int,
) -> discord.Message:
    pinged = discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=[discord.Object(called)] if called else False)
    more: dict[str, Any] = ({"nonce": nonce} if nonce else {}) | ({"view": view} if view else {})
    if answer_to is not None:
        reference = answer_to.to_reference(fail_if_not_exists=False)
        try:
            return await channel.send(piece, reference=reference, mention_author=False, allowed_mentions=pinged, **more)
        except discord.HTTPException as fault:
            if fault.code not in _NO_REFERENCE:
                raise
    return await channel.send(piece, allowed_mentions=pinged, **more)


def _nonce(nonce: str, number: int) -> str | None:
    if not nonce:
        return None
    return nonce[:NONCE_LIMIT] if number == 0 else f"{nonce[:NONCE_LIMIT - 3]}.{number}"


def delivery_error(fault: Exception) -> DeliveryError:
    """What Discord's refusal means for us. A missing permission is also logged, for whoever runs the server."""
    if not isinstance(fault, discord.HTTPException):
        return DeliveryError(f"Discord could not be reached ({type(fault).__name__})")
    if fault.code in _CLOSED:
        return CannotReach(_CLOSED[fault.code])
    if fault.code == _TOO_FAST:
        return TooFast("Discord says that I open conversations too fast")
    if fault.code in _FORBIDDEN:
        path = fault.response.url.path if isinstance(fault.response, aiohttp.ClientResponse) else "a channel"
        log.warning("I may not write there: give me %s (%s)", _FORBIDDEN[fault.code], path)
    return DeliveryError(f"Discord refused the message (status {fault.status}, code {fault.code})")
