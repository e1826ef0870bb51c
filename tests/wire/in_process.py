"""The whole Discord edge in this process, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bot.edges.discord.gateway import Gateway
from bot.edges.plugins import discover
from bot.sdk import Companion
from tests.wire.lookalike import LookAlike


def gateway(discord: LookAlike, token: str = "") -> Gateway:
    plugins, faults = discover(Path(__file__).parents[2] / "plugins")
    assert not faults
    return Gateway(token=token or discord.token, api_base=discord.api_base, gateway_url=discord.gateway,
                   plugins=[p for p in plugins if p.name in ("chat", "privacy")])


@asynccontextmanager
async def connected(gateway: Gateway, companion: Companion, discord: LookAlike) -> AsyncIterator[None]:
    """Runs until the block ends, then is cancelled like on Ctrl-C."""
    before = discord.ready
    running = asyncio.ensure_future(gateway.run(companion))
    ready = asyncio.ensure_future(discord.until(lambda: discord.ready > before))
    try:
        await asyncio.wait([running, ready], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        ready.result()
        yield
    finally:
        ready.cancel()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
