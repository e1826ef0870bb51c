"""A message that tells somebody their place in line, there only for as long as they wait."""

import asyncio
import logging
from contextlib import suppress

import aiohttp
import discord

from bot.flows.supervise import Supervisor
from bot.mind.tongue import language_of
from bot.mind.tongues import tongue_of
from bot.mind.waiting import place_in_line
from bot.ports import Clock

log = logging.getLogger(__name__)

_WORTH_A_WORD = 4.0
"""Seconds of waiting after which it is shown, and then changed at most once."""

_FAULTS = (discord.DiscordException, aiohttp.ClientError, OSError)


class PlaceNote:
    """For one message that waits for its answer."""

    def __init__(self, message: discord.Message, clock: Clock, supervisor: Supervisor) -> None:
        self._message = message
        self._clock = clock
        self._supervisor = supervisor
        self._ahead = 0
        self._telling: asyncio.Task[None] | None = None
        self._showing = self._over = False
        self._note: discord.Message | None = None

    def place(self, ahead: int) -> None:
        """So many come first; 0 is that it is their turn."""
        self._ahead = ahead
        if ahead and self._telling is None:
            self._telling = self._supervisor.start(self._tell(), name="place in line", timeout=None)

    async def take_back(self) -> None:
        """Their answer is there, or there will be none."""
        self._over = True
        if self._telling is not None:
            if not self._showing:  # cut off in the middle, a message could be left that nobody knows of
                self._telling.cancel()
            await asyncio.wait([self._telling])
        if self._note is not None:
            with suppress(*_FAULTS):
                await self._note.delete()

    async def _tell(self) -> None:
        shown = 0
        while not self._over:
            await self._clock.sleep(_WORTH_A_WORD)
            if self._ahead not in (0, shown):
                shown, self._showing = self._ahead, True
                await self._show(place_in_line(shown, tongue_of(language_of(self._message.content))))
                self._showing = False

    async def _show(self, text: str) -> None:
        nobody = discord.AllowedMentions.none()
        try:
            if self._note is not None:
                await self._note.edit(content=text, allowed_mentions=nobody)
            elif self._message.guild is not None:
                self._note = await self._message.reply(text, mention_author=False, allowed_mentions=nobody, silent=True)
            else:
                self._note = await self._message.channel.send(text, allowed_mentions=nobody, silent=True)
        except _FAULTS as fault:
            log.debug("no word about the place in line: %s", type(fault).__name__)
