"""What is stored, and how to get rid of it."""

from bot.sdk import Host

from ._cog import PrivacyCog


async def setup(host: Host) -> None:
    await host.add_cog(PrivacyCog(host.companion))
