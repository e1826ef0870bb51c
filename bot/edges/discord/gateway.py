"""Connect to Discord, and stay connected until cancelled."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

import aiohttp
import discord

from bot.edges.discord.addresses import api_at, gateway_at, gateway_named_by_api
from bot.edges.discord.client import Client, ShardedClient
from bot.edges.discord.host import Gathered, Plugin, gather
from bot.edges.discord.messenger import DiscordMessenger
from bot.edges.discord.reply import Replies
from bot.errors import ConfigError, OldfriendError
from bot.flows import owed
from bot.sdk import Companion

log = logging.getLogger(__name__)

_FINISHING = 6.0
"""Seconds for answers that are under way when it is told to stop."""

_CLOSING = 3.0
_FIRST_WAIT, _LONGEST_WAIT = 5.0, 300.0
_UNREACHABLE = (OSError, TimeoutError, aiohttp.ClientError, discord.DiscordServerError, discord.GatewayNotFound)
_BAD_TOKEN, _SHARDING_REQUIRED = 4004, 4011
_CLOSED = {
    4010: "Discord refuses this number of shards; leave [discord] shards out, and it is asked how many it wants",
    4012: "Discord does not speak this version of its protocol any more; update Oldfriend",
    4013: "Discord does not know an intent that is asked for; update Oldfriend",
}

WRONG_TOKEN = (
    "DISCORD_TOKEN: Discord does not accept this token. Copy a new one (Discord Developer Portal, your application, Bot, "
    "Reset Token) into the environment variable DISCORD_TOKEN or into the token file."
)
NO_MESSAGE_CONTENT = (
    "the Message Content intent is off: I only understand direct messages and messages that mention me. To change it: "
    "Discord Developer Portal, your application, Bot, switch on 'Message Content Intent', then start me again."
)


class _MoreShards(Exception):
    """One connection is not enough."""

    def __init__(self, shards: int) -> None:
        super().__init__(shards)
        self.shards = shards


class Gateway:
    """The companion's place in Discord.

    ``api_base`` is "" for Discord's own; ``gateway_url`` is "" for the one that the API names. ``registered`` is a
    file that notes which commands Discord knows, so that it is told only when they changed. ``replies`` is how answers are sent, ``shards`` how
    many connections to make, 0 for as many as Discord says.
    """

    def __init__(
        self,
        *,
        token: str,
        api_base: str = "",
        gateway_url: str = "",
        plugins: Sequence[Plugin] = (),
        registered: Path | None = None,
        replies: Replies = "whole",
        shards: int = 0,
    ) -> None:
        self._shards = shards
        self._token = token.strip()
        self._api_base = api_base
        self._gateway_url = gateway_url
        self._plugins = plugins
        self._registered = registered
        self._replies = replies
        self._client: Client | None = None
        self.messenger = DiscordMessenger()
        """Delivers unprompted messages; raises DeliveryError while ``run`` is not connected."""

    async def check_token(self) -> None:
        """Ask Discord whether it knows the token. Raises ConfigError when it does not; silent while it cannot be reached."""
        client = discord.Client(intents=discord.Intents.none())
        with api_at(self._api_base):
            try:
                await client.login(self._token)
            except discord.LoginFailure as fault:
                raise ConfigError([WRONG_TOKEN]) from fault
            except (*_UNREACHABLE, discord.HTTPException) as fault:
                log.info("Discord could not be asked about the token yet (%s)", type(fault).__name__)
            finally:
                await _close(client)

    def answer_with(self, replies: Replies) -> None:
        """How answers are sent from now on."""
        self._replies = replies
        if self._client is not None:
            self._client.answer_with(replies)

    async def run(self, companion: Companion) -> None:
        """Serve until cancelled; then finish what is being answered and close, within ten seconds.

        Without the message-content intent it serves mentions and private messages, and says so in the log. While Discord
        cannot be reached it tries again. Raises ConfigError for a wrong token.
        """
        _keep_words_out_of_the_log()
        gathered = await gather(self._plugins, companion)
        message_content, wait = True, _FIRST_WAIT
        with api_at(self._api_base):
            while True:
                try:
                    return await self._serve(companion, gathered, message_content)
                except discord.PrivilegedIntentsRequired:
                    if not message_content:
                        raise
                    log.warning(NO_MESSAGE_CONTENT)
                    message_content = False
                except _MoreShards as more:
                    log.info("Discord wants %d connections (shards)", more.shards)
                    self._shards = more.shards
                except (OldfriendError, asyncio.CancelledError):
                    raise
                except Exception as fault:  # noqa: BLE001 - supervises the connection: discord.py lets through whatever a frame breaks in it; the companion comes again
                    what = "Discord cannot be reached" if isinstance(fault, _UNREACHABLE) else "the connection to Discord broke"
                    log.warning("%s (%s); trying again in %.0f s", what, type(fault).__name__, wait)
                    await companion.clock.sleep(wait)
                    wait = min(2 * wait, _LONGEST_WAIT)

    async def _serve(self, companion: Companion, gathered: Gathered, message_content: bool) -> None:
        kind = ShardedClient if self._shards > 1 else Client
        client = kind(
            companion, gathered.cogs, message_content=message_content, registered=self._registered, replies=self._replies,
            shard_count=self._shards or None,
        )
        self.messenger.use(client)
        self._client = client
        try:
            await client.login(self._token)
            url, shards = (self._gateway_url, 1) if self._gateway_url else await gateway_named_by_api(client)
            if not self._shards and shards > 1:
                raise _MoreShards(shards)
            with gateway_at(url):
                await client.connect()
        except discord.LoginFailure as fault:
            raise ConfigError([WRONG_TOKEN]) from fault
        except discord.DiscordServerError:
            raise
        except discord.HTTPException as fault:
            raise OldfriendError(f"Discord refused to log in (status {fault.status}); check [discord] api_base") from fault
        except discord.ConnectionClosed as fault:
            if fault.code == _BAD_TOKEN:
                raise ConfigError([WRONG_TOKEN]) from fault
            if fault.code == _SHARDING_REQUIRED:
                raise _MoreShards(max(2, self._shards * 2)) from fault
            raise OldfriendError(_CLOSED.get(fault.code or 0, f"Discord closed the connection for good (code {fault.code})")) from fault
        finally:
            await _finish(companion)
            self.messenger.use(None)
            self._client = None
            await _close(client)


def _keep_words_out_of_the_log() -> None:
    """At debug level discord.py logs whole messages; and of what fails in a button or a form the traceback, with the words of the fault."""
    library = logging.getLogger("discord")
    library.setLevel(max(library.getEffectiveLevel(), logging.INFO))
    for name in ("discord.ui.view", "discord.ui.modal"):
        logging.getLogger(name).addFilter(_without_words)


def _without_words(record: logging.LogRecord) -> bool:
    fault = record.exc_info[1] if record.exc_info else None
    if fault is not None:
        record.msg, record.args, record.exc_info, record.exc_text = f"a button or a form failed: {type(fault).__name__}", (), None, None
    return True


async def _finish(companion: Companion) -> None:
    """What is being answered still arrives; nothing new is heard meanwhile. What is not done by then is answered after the next start."""
    log.info("ending: what is being answered is finished first")
    try:
        async with asyncio.timeout(_FINISHING):
            await companion.inbox.idle()
    except TimeoutError:
        unanswered = companion.inbox.give_up()
        log.warning("%d messages were not answered within %.0f s; those of people who are remembered are taken up after the next start", len(unanswered), _FINISHING)
        try:
            await owed.note(companion.people, unanswered)
        except OldfriendError as fault:
            log.error("they could not be noted: %s", fault)


async def _close(client: discord.Client) -> None:
    try:
        async with asyncio.timeout(_CLOSING):
            await client.close()
    except TimeoutError:
        log.warning("Discord did not let go within %.0f s", _CLOSING)
