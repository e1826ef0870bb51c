"""Whether, when and why the companion writes first."""

import asyncio

from bot.sdk import Host

from ._cog import ReachOutCog
from ._logic import zones


async def setup(host: Host) -> None:
    # Listing the zones reads a directory tree.
    await host.add_cog(ReachOutCog(host.companion, await asyncio.to_thread(zones)))
