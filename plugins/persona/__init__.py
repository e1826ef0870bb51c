"""Choose who you talk to."""

from bot.sdk import Host

from ._cog import PersonaCog


async def setup(host: Host) -> None:
    await host.add_cog(PersonaCog(host.companion))
