"""Where Discord is: its own servers, or a compatible one such as a look-alike on loopback.

discord.py keeps both addresses in one class variable each, for the whole process, and offers no other way.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route


@contextmanager
def api_at(base: str) -> Iterator[None]:
    """Send requests to this address, like ``https://discord.com/api/v10``, while the context lasts; "" is Discord's."""
    before = Route.BASE
    Route.BASE = base.rstrip("/") or before
    try:
        yield
    finally:
        Route.BASE = before


@contextmanager
def gateway_at(url: str) -> Iterator[None]:
    """Connect to this gateway, like ``wss://gateway.discord.gg/``, while the context lasts."""
    before = DiscordWebSocket.DEFAULT_GATEWAY
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
    try:
        yield
    finally:
        DiscordWebSocket.DEFAULT_GATEWAY = before


async def gateway_named_by_api(client: discord.Client) -> tuple[str, int]:
    """The gateway that the API says to use, and in how many shards. The client must be logged in. Raises discord.GatewayNotFound."""
    shards, url, _ = await client.http.get_bot_gateway()
    return url, shards
