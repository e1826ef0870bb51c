"""How somebody's words sounded, week by week, as a picture for themselves."""

from bot.sdk import Host

from ._cog import MoodCog


async def setup(host: Host) -> None:
    await host.add_cog(MoodCog(host.companion))
