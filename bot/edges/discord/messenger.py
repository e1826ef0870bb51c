"""Delivers unprompted messages: the ``Messenger`` port over Discord."""

import aiohttp
import discord

from bot.edges.discord.delivery import delivery_error, write
from bot.edges.discord.rooms import family, find_room
from bot.edges.discord.views import reactions_to
from bot.errors import CannotReach, DeliveryError
from bot.mind.events import Place, Unprompted

_UNKNOWN_CHANNEL = {10003, 50001}


class DiscordMessenger:
    """Sends to the conversation that is known, else opens the person's private one."""

    def __init__(self) -> None:
        self._client: discord.Client | None = None

    def use(self, client: discord.Client | None) -> None:
        """The connection to send through; None while there is none."""
        self._client = client

    async def conversation(self, person: str) -> str:
        return f"discord:{(await _private_channel(self._connected(), person)).id}"

    async def visit(self, person: str, place: Place) -> tuple[int, ...]:
        return family(await find_room(self._connected(), _discord_id(person), place))

    async def send(self, message: Unprompted) -> str:
        client = self._connected()
        if message.audience:
            return await _call(client, message)
        if channel := _discord_id(message.conversation):
            try:
                return await write(client.get_partial_messageable(channel), message.text, nonce=message.nonce, view=reactions_to(message))
            except DeliveryError as fault:
                if not _is_unknown_channel(fault):
                    raise
        return await write(await _private_channel(client, message.person), message.text, nonce=message.nonce, view=reactions_to(message))

    async def tell_owner(self, words: str) -> None:
        """To whoever owns the application, in private. Raises DeliveryError."""
        client = self._connected()
        try:
            about = await client.application_info()
        except (discord.DiscordException, aiohttp.ClientError, OSError) as fault:
            raise delivery_error(fault) from fault
        owner = about.team.owner_id if about.team is not None else about.owner.id
        if owner is None:
            raise DeliveryError("the application belongs to a team without an owner")
        await write(await _private_channel(client, f"discord:{owner}"), words)

    def _connected(self) -> discord.Client:
        client = self._client
        if client is None or client.is_closed() or client.user is None:
            raise DeliveryError("not connected to Discord")
        return client


async def _call(client: discord.Client, message: Unprompted) -> str:
    """In a channel of a server, by their name; nobody else is called."""
    user = _discord_id(message.person)
    room = await find_room(client, user, Place(conversation=message.conversation, audience=message.audience))
    return await write(room, f"<@{user}> {message.text}", nonce=message.nonce, view=reactions_to(message), called=user)


async def _private_channel(client: discord.Client, person: str) -> discord.DMChannel:
    user = _discord_id(person)
    if not user:
        raise CannotReach(f"{person} is not somebody in Discord")
    try:
        return await client.create_dm(discord.Object(user))
    except (discord.DiscordException, aiohttp.ClientError, OSError) as fault:
        raise delivery_error(fault) from fault


def _discord_id(name: str) -> int:
    """The number in ``discord:<number>``; 0 when it is not one."""
    platform, _, number = name.partition(":")
    return int(number) if platform == "discord" and number.isdecimal() else 0


def _is_unknown_channel(fault: DeliveryError) -> bool:
    return isinstance(fault.__cause__, discord.HTTPException) and fault.__cause__.code in _UNKNOWN_CHANNEL
