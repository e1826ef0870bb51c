"""See, search and delete what the companion remembers about you."""

from bot.sdk import Host

from ._cog import MemoryCog


async def setup(host: Host) -> None:
    await host.add_cog(MemoryCog(host.companion))
