"""Where the answer to one message goes."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp
import discord

from bot.edges.discord.delivery import write


class DiscordReply:
    """The ``ReplyTo`` of a message in Discord: typing while thinking, a reply in servers, a plain message in private."""

    def __init__(self, message: discord.Message) -> None:
        self._message = message

    def thinking(self) -> AbstractAsyncContextManager[object]:
        return _typing(self._message.channel)

    async def piece(self, text: str) -> None:
        """Discord shows whole messages only."""

    async def say(self, text: str) -> str:
        return await write(self._message.channel, text, answer_to=self._message if self._message.guild else None)


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
