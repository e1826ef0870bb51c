"""Where the answer to one message goes."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp
import discord

from bot.edges.discord.delivery import write
from bot.edges.discord.invitation import question as buttons
from bot.edges.discord.place_note import PlaceNote
from bot.flows.supervise import Supervisor
from bot.ports import Clock


class DiscordReply:
    """The ``ReplyTo`` of a message in Discord: typing while thinking, a reply in servers, a plain message in private;
    and a word about the place in line to those who wait for long."""

    def __init__(self, message: discord.Message, clock: Clock, supervisor: Supervisor) -> None:
        self._message = message
        self._note = PlaceNote(message, clock, supervisor)

    @asynccontextmanager
    async def thinking(self) -> AsyncIterator[None]:
        async with _typing(self._message.channel):
            try:
                yield
            finally:
                await self._note.take_back()

    def waiting(self, ahead: int) -> None:
        self._note.place(ahead)

    async def piece(self, text: str) -> bool:
        """Discord shows whole messages only."""
        return False

    async def say(self, text: str) -> str:
        return await write(self._message.channel, text, answer_to=self._message if self._message.guild else None)

    async def ask(self, question: str) -> None:
        await write(self._message.channel, question, view=buttons(f"discord:{self._message.author.id}"))


@asynccontextmanager
async def _typing(channel: discord.abc.Messageable) -> AsyncIterator[None]:
    """Discord shows typing for ten seconds; discord.py repeats it. An answer without it is still an answer."""
    typing: AbstractAsyncContextManager[None] = channel.typing()
    try:
        await typing.__aenter__()
    except (discord.DiscordException, aiohttp.ClientError, OSError):
        yield
        return
    try:
        yield
    finally:
        await typing.__aexit__(None, None, None)
