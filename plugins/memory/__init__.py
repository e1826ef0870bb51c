"""What the companion remembers about you: see it, search it, put it right, take it along, delete it."""

from bot.sdk import Host

from ._cog import MemoryCog


async def setup(host: Host) -> None:
    await host.add_cog(MemoryCog(host.companion))
