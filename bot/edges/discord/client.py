"""One connection to Discord: hears messages, offers the commands."""

import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.edges.discord.complaints import ComplainingTree
from bot.edges.discord.departures import Departures
from bot.edges.discord.invitation import InvitationButton
from bot.edges.discord.listener import Listener
from bot.edges.discord.owed import answer_what_is_owed
from bot.edges.discord.permission import PermissionButton
from bot.edges.discord.registration import register
from bot.edges.discord.reply import Replies
from bot.edges.discord.translator import Catalogue
from bot.edges.discord.views import ReactionButton
from bot.edges.discord.welcome import welcome
from bot.flows.supervise import places
from bot.sdk import Companion

log = logging.getLogger(__name__)

PERMISSIONS = discord.Permissions(
    view_channel=True, send_messages=True, send_messages_in_threads=True, read_message_history=True, embed_links=True, add_reactions=True,
)


def invitation(application: int) -> str:
    """The link by which somebody who manages a server lets the bot in."""
    return discord.utils.oauth_url(application, permissions=PERMISSIONS, scopes=("bot", "applications.commands"))


def intents(*, message_content: bool) -> discord.Intents:
    """Messages and the servers they are in, with their emoji; no member lists, no presences."""
    chosen = discord.Intents.none()
    chosen.guilds = True
    chosen.messages = True
    chosen.expressions = True
    chosen.message_content = message_content
    return chosen


_BETWEEN_SHARDS = 5.0


class Client(commands.Bot):
    """The companion's account. ``cogs_by_plugin`` holds what plugins brought, each with the plugin's name;
    ``registered`` is a file that notes which commands Discord knows; ``replies`` is how answers are sent."""

    def __init__(
        self, companion: Companion, cogs_by_plugin: Sequence[tuple[str, commands.Cog]], *, message_content: bool = True,
        registered: Path | None = None, replies: Replies = "whole", shard_count: int | None = None,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=ComplainingTree,
            intents=intents(message_content=message_content),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            max_messages=None,
            shard_count=shard_count,
        )
        self.companion = companion
        self._listener = Listener(companion, replies)
        self._departures = Departures(companion)
        self._cogs_by_plugin = cogs_by_plugin
        self._registered = registered
        parsers = self._connection.parsers
        parsers.update({event: _shielded(event, parse) for event, parse in parsers.items()})

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        if not initial:  # Discord lets so many shards in at a time
            await self.companion.clock.sleep(_BETWEEN_SHARDS)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(ReactionButton, InvitationButton, PermissionButton)
        for plugin, cog in self._cogs_by_plugin:
            try:
                await self.add_cog(cog)
                for menu in getattr(cog, "menus", ()):
                    self.tree.add_command(menu)
            except (discord.DiscordException, TypeError) as fault:
                log.error("plugin %s: its commands were skipped: %s", plugin, fault)
        await self.tree.set_translator(Catalogue())
        await register(self.tree, self._registered)

    def answer_with(self, replies: Replies) -> None:
        """How answers are sent from now on."""
        self._listener.answer_with(replies)

    async def on_ready(self) -> None:
        if self.user is None or self.application_id is None:
            return
        log.info("connected to Discord as %s, in %d servers", self.user, len(self.guilds))
        log.info("invite me to a server: %s", invitation(self.application_id))
        await answer_what_is_owed(self, self.user, self.companion, self._listener)

    async def on_guild_join(self, guild: discord.Guild, /) -> None:
        await welcome(guild, self.companion)

    async def on_guild_remove(self, guild: discord.Guild, /) -> None:
        await self._departures.closed(guild)

    async def on_message(self, message: discord.Message, /) -> None:
        if self.user is not None:
            await self._listener.hear(message, self.user)
        self._departures.look(self)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent, /) -> None:
        if self.user is not None and "content" in payload.data and not payload.message.author.bot:
            await self._listener.amend(payload.message, self.user.id)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent, /) -> None:
        await self._listener.withdraw(payload.channel_id, payload.message_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent, /) -> None:
        for message in sorted(payload.message_ids):
            await self._listener.withdraw(payload.channel_id, message)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """The default would log the arguments' traceback; what people wrote stays out of the log."""
        fault = sys.exc_info()[1]
        log.error("%s failed: %s", event_method, type(fault).__name__)
        if fault is not None:
            log.debug("that was in %s", places(fault))


def _shielded(event: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """discord.py lets the connection end over one event that it cannot read, such as a new kind of thing in it."""

    def attempt(data: Any) -> None:
        try:
            parse(data)
        except Exception as fault:  # noqa: BLE001 - supervises discord.py's parsers: on what was never sent before they raise anything, and the connection of all would end
            log.error("an event of Discord was passed over (%s): %s", event, type(fault).__name__)
            log.debug("that was in %s", places(fault))

    return attempt


class ShardedClient(Client, commands.AutoShardedBot):
    """The same account over several connections: Discord asks for that from some thousand servers on. Give it ``shard_count``."""
