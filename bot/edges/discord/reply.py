"""Where the answer to one message goes, and how it is sent: whole, in a few messages, or written before their eyes."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal

import aiohttp
import discord

from bot.edges.discord.delivery import write
from bot.edges.discord.emoji import with_emoji
from bot.edges.discord.invitation import question as buttons
from bot.edges.discord.permission import question as permission_buttons
from bot.edges.discord.place_note import PlaceNote
from bot.flows.inbox import Asks
from bot.flows.supervise import Supervisor
from bot.mind.breath import breaths, typing_time
from bot.mind.speech import closed, split
from bot.mind.tongue import language_of
from bot.mind.tongues import tongue_of
from bot.ports import Clock

log = logging.getLogger(__name__)

Replies = Literal["whole", "pieces", "stream"]

_FAULTS = (discord.DiscordException, aiohttp.ClientError, OSError)
_LOOK = 0.5
"""Seconds between two looks whether somebody waits."""
_BETWEEN_EDITS = 1.2
"""Seconds; Discord allows five edits in five in a channel."""


class DiscordReply:
    """The ``ReplyTo`` of a message in Discord: typing while thinking, a reply in servers, a plain message in private;
    and a word about the place in line to those who wait for long. The answer is sent as a whole."""

    _typing: asyncio.Task[None] | None = None

    def __init__(self, message: discord.Message, clock: Clock, supervisor: Supervisor) -> None:
        self._message = message
        self._clock = clock
        self._supervisor = supervisor
        self._note = PlaceNote(message, clock, supervisor)

    @asynccontextmanager
    async def thinking(self) -> AsyncIterator[None]:
        """Nothing waits for Discord to have taken the typing: what is thought about meanwhile is the answer."""
        self._typing = self._supervisor.start(_type(self._message.channel), name="typing", timeout=None)
        try:
            yield
        finally:
            self._typing.cancel()
            await self._note.take_back()

    def waiting(self, ahead: int) -> None:
        self._note.place(ahead)

    async def piece(self, text: str) -> bool:
        return False

    async def nod(self, emoji: str) -> bool:
        try:
            await self._message.add_reaction(emoji)
        except _FAULTS as fault:
            log.info("no reaction could be put under a message: %s", type(fault).__name__)
            return False
        return True

    async def say(self, text: str) -> str:
        if self._typing is not None:  # typing that arrives after the answer would stand there for ten seconds
            self._typing.cancel()
        return await self._send(text)

    async def _send(self, text: str) -> str:
        return await write(self._message.channel, self._worded(text), answer_to=self._answered)

    async def ask(self, question: str, about: Asks) -> None:
        say, author = tongue_of(language_of(self._message.content)), self._message.author.id
        view = buttons(f"discord:{author}", say) if about == "reach_out" else permission_buttons(author, say)
        await write(self._message.channel, question, answer_to=self._message if self._message.guild else None, view=view)

    def hurry(self) -> None:
        """They wrote again: nothing is drawn out any more."""

    @property
    def _answered(self) -> discord.Message | None:
        return self._message if self._message.guild else None

    def _worded(self, text: str) -> str:
        return with_emoji(text, self._message.guild.emojis if self._message.guild else ())


class InPieces(DiscordReply):
    """A thought at a time, as long after the last one as typing it takes."""

    _hurried = False

    async def _send(self, text: str) -> str:
        first, *others = breaths(self._worded(text)) or (text,)
        message_id = await write(self._message.channel, first, answer_to=self._answered)
        for thought in others:
            await self._pause(typing_time(thought))
            await write(self._message.channel, thought)
        return message_id

    def hurry(self) -> None:
        self._hurried = True

    async def _pause(self, seconds: float) -> None:
        with suppress(*_FAULTS):
            await self._message.channel.typing()
        while seconds > 0 and not self._hurried:
            await self._clock.sleep(min(seconds, _LOOK))
            seconds -= _LOOK


class Streamed(DiscordReply):
    """Shown as it is written, by edits of one message. What has to be judged as a whole first comes as a whole."""

    _telling: asyncio.Task[None] | None = None
    _sending = _over = False
    _shown: discord.Message | None = None
    _text = _seen = ""

    async def piece(self, text: str) -> bool:
        self._text += text
        if self._telling is None:
            self._telling = self._supervisor.start(self._tell(), name="stream", timeout=None)
        return True

    async def _send(self, text: str) -> str:
        await self._stop()
        first, *others = split(self._worded(text)) or ("",)
        if self._shown is None or not await self._show(first):
            return await super()._send(text)
        for further in others:
            await write(self._message.channel, further)
        return str(self._shown.id)

    async def _stop(self) -> None:
        self._over = True
        if self._telling is not None:
            if not self._sending:  # cut off in the middle, a message could be left that nobody knows of
                self._telling.cancel()
            await asyncio.wait([self._telling])

    async def _tell(self) -> None:
        while not self._over:
            if shown := split(closed(self._worded(self._text))):
                self._sending = True
                await self._show(shown[0])
                self._sending = False
            await self._clock.sleep(_BETWEEN_EDITS)

    async def _show(self, text: str) -> bool:
        """Whether they see it now."""
        if text == self._seen:
            return True
        nobody = discord.AllowedMentions.none()
        try:
            if self._shown is not None:
                await self._shown.edit(content=text, allowed_mentions=nobody)
            elif self._answered is not None:
                reference = self._answered.to_reference(fail_if_not_exists=False)
                self._shown = await self._message.channel.send(text, reference=reference, mention_author=False, allowed_mentions=nobody)
            else:
                self._shown = await self._message.channel.send(text, allowed_mentions=nobody)
        except _FAULTS:
            return False
        self._seen = text
        return True


STYLES: dict[Replies, type[DiscordReply]] = {"whole": DiscordReply, "pieces": InPieces, "stream": Streamed}


async def _type(channel: discord.abc.Messageable) -> None:
    """Discord shows typing for ten seconds; discord.py repeats it, until cancelled. An answer without it is still an answer."""
    with suppress(*_FAULTS):
        async with channel.typing():
            await asyncio.Event().wait()
