"""For those who run a server: where the companion listens."""

from bot.sdk import Host

from ._cog import AdminCog


async def setup(host: Host) -> None:
    await host.add_cog(AdminCog(host.companion))
