"""How to talk to the companion."""

from bot.sdk import Host

from ._cog import ChatCog


async def setup(host: Host) -> None:
    await host.add_cog(ChatCog())
