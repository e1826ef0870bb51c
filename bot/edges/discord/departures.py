"""Who left a server, and wanted what they said there deleted then. Discord tells of departures only bots that may see all members; so it is
asked, once a day, about those alone who chose it."""

import logging
from datetime import datetime, timedelta

import discord

from bot.errors import OldfriendError
from bot.sdk import Companion

log = logging.getLogger(__name__)

_EVERY = timedelta(days=1)
_UNKNOWN_MEMBER, _UNKNOWN_USER = 10007, 10013


class Departures:
    """Looks after them, when something happens anyway."""

    def __init__(self, companion: Companion) -> None:
        self._companion = companion
        self._looked: datetime | None = None

    def look(self, client: discord.Client) -> None:
        """In the background, if the last time was long ago."""
        now = self._companion.clock.now()
        if self._looked is not None and now - self._looked < _EVERY:
            return
        self._looked = now
        self._companion.supervisor.start(self._look(client), name="departures", timeout=3600)

    async def closed(self, guild: discord.Guild) -> None:
        """The companion was sent away: nobody who chose it is there with it any more."""
        for person, server in await self._companion.residents.leavers():
            if server == f"server:{guild.id}":
                await self._forget(person, server)

    async def _look(self, client: discord.Client) -> None:
        for person, server in await self._companion.residents.leavers():
            guild = client.get_guild(int(server.rpartition(":")[2]))
            if guild is not None and not guild.unavailable and await _left(guild, int(person.rpartition(":")[2])):
                await self._forget(person, server)

    async def _forget(self, person: str, server: str) -> None:
        try:
            receipt = await self._companion.forget.everything(person, server)
        except OldfriendError as fault:
            log.error("what somebody said in a server that they left could not be deleted: %s", fault)
            return
        log.info("somebody left a server: %d messages and %d memories of it were deleted", receipt.turns, receipt.memories)


async def _left(guild: discord.Guild, user: int) -> bool:
    try:
        await guild.fetch_member(user)
    except discord.NotFound as fault:
        return fault.code in (_UNKNOWN_MEMBER, _UNKNOWN_USER)
    except discord.HTTPException as fault:
        log.info("whether somebody is still in a server cannot be told (status %s)", fault.status)
    return False
