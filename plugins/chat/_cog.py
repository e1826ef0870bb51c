"""``/help``: how to talk, and every command there is."""

import discord
from discord import app_commands
from discord.ext import commands

_HOW = (
    "Just write. In private I answer everything; in a server, mention me, reply to me, or write in a channel that was given to "
    "me. I remember what you tell me."
)


class ChatCog(commands.Cog):
    """Explains itself."""

    @app_commands.command(description="How to talk to me, and what you can type")
    async def help(self, interaction: discord.Interaction[commands.Bot]) -> None:
        found = [c for c in interaction.client.tree.walk_commands() if isinstance(c, app_commands.Command)]
        lines = [f"`/{c.qualified_name}` {c.description}" for c in sorted(found, key=lambda c: c.qualified_name)]
        embed = discord.Embed(title="Hello", description=_HOW + "\n\n" + "\n".join(lines)[:3500])
        await interaction.response.send_message(embed=embed, ephemeral=True)
