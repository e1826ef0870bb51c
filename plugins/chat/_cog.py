"""``/help``: how to talk, and every command there is."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.sdk import tongue_of

_HOW = (
    "Just write. In private I answer everything; in a server, mention me, reply to me, or write in a channel that was given to "
    "me. I remember what you tell me once you say that I may: `/privacy`."
)


class ChatCog(commands.Cog):
    """Explains itself."""

    @app_commands.command(description="How to talk to me, and what you can type")
    async def help(self, interaction: discord.Interaction[commands.Bot]) -> None:
        found = [c for c in interaction.client.tree.walk_commands() if isinstance(c, app_commands.Command)]
        say = tongue_of(interaction.locale)
        lines = [f"`{say('/' + c.qualified_name)}` {say(c.description)}" for c in sorted(found, key=lambda c: c.qualified_name)]
        embed = discord.Embed(title=say("Hello"), description=say(_HOW) + "\n\n" + "\n".join(lines)[:3500])
        await interaction.response.send_message(embed=embed, ephemeral=True)
