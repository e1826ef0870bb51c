"""discord.Message -> Turn -> inbox, for messages that are meant for the companion. All others leave no trace. What is edited or deleted
later is revised in what was made of it."""

import asyncio
import logging

import discord

from bot.edges.discord.reading import mentions, words
from bot.edges.discord.reply import DiscordReply
from bot.errors import OldfriendError
from bot.mind.events import Turn, private_audience
from bot.mind.speech import clean
from bot.sdk import Companion, Incoming

log = logging.getLogger(__name__)

_SAID_BY_PEOPLE = {discord.MessageType.default, discord.MessageType.reply}


class Listener:
    """Hears what people write."""

    def __init__(self, companion: Companion) -> None:
        self._companion = companion
        # Whether a channel was given to us is asked of the database; messages must not overtake each other meanwhile.
        self._in_order = asyncio.Lock()

    async def hear(self, message: discord.Message, me: int) -> None:
        """Put it into the inbox if a person says it to us (``me`` is our user id)."""
        if message.author.bot or message.author.system or message.webhook_id or message.type not in _SAID_BY_PEOPLE:
            return
        if message.guild is None and not isinstance(message.channel, discord.DMChannel):
            return  # From a server that we do not see at the moment: it must never pass for a private message.
        async with self._in_order:
            try:
                meant = await self._addressed(message, me)
            except OldfriendError as fault:
                log.error("a message was passed over: %s", fault)
                return
            text = words(message, me) if meant else ""
            if text:
                self._companion.inbox.put(Incoming(_turn(message, text), self._reply_to(message)))

    def _reply_to(self, message: discord.Message) -> DiscordReply:
        return DiscordReply(message, self._companion.clock, self._companion.supervisor)

    async def amend(self, message: discord.Message, me: int) -> None:
        """It was edited, or Discord added a preview, which changes no words."""
        text = words(message, me)
        if text:
            await self._revise(message.channel.id, message.id, text)

    async def withdraw(self, channel: int, message: int) -> None:
        """It was deleted, by its author or by somebody who may."""
        await self._revise(channel, message, "")

    async def _revise(self, channel: int, message: int, text: str) -> None:
        conversation = f"discord:{channel}"
        async with self._in_order:
            try:
                self._companion.inbox.amend(conversation, str(message), text)
                if text:
                    await self._companion.forget.reword(conversation, str(message), text)
                else:
                    await self._companion.forget.message(conversation, str(message))
            except OldfriendError as fault:
                log.error("an edited or deleted message could not be revised: %s", fault)

    async def _addressed(self, message: discord.Message, me: int) -> bool:
        if message.guild is None or mentions(message, me) or _replies_to(message, me):
            return True
        channels = [message.channel.id]
        if isinstance(message.channel, discord.Thread):
            channels.append(message.channel.parent_id)
        people = self._companion.people
        for channel in channels:
            if await people.setting(f"server:{message.guild.id}", f"channel:{channel}") == "on":
                return True
        return False


def _replies_to(message: discord.Message, me: int) -> bool:
    answered = message.reference.resolved if message.reference else None
    return isinstance(answered, discord.Message) and answered.author.id == me


def _turn(message: discord.Message, text: str) -> Turn:
    person = f"discord:{message.author.id}"
    return Turn(
        person=person,
        speaker=clean(message.author.display_name) or message.author.name,
        text=text,
        said_at=message.created_at,
        audience=f"server:{message.guild.id}" if message.guild else private_audience(person),
        conversation=f"discord:{message.channel.id}",
        message_id=str(message.id),
    )
