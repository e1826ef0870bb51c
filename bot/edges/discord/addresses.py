"""Where Discord is: its own servers, or a compatible one such as a look-alike on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route


@contextmanager
def addresses(api_base: str, gateway_url: str) -> Iterator[None]:
    """Make discord.py talk to these addresses while the context lasts; "" leaves Discord's own.

    ``api_base`` is like ``https://discord.com/api/v10``, ``gateway_url`` like ``wss://gateway.discord.gg/``; plain http
    and ws work too. discord.py keeps both in one class variable each, for the whole process, and offers no other way.
    """
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = api_base.rstrip("/") or before[0]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url) if gateway_url else before[1]
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
