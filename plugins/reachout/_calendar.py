"""The part of ``/reachout`` that draws a calendar."""

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.sdk import Companion, tongue_of


class Dates(commands.Cog):
    """Mixed into the cog."""

    companion: Companion

    @app_commands.command(description="A picture of when I wrote first, and when I plan to")
    async def calendar(self, interaction: discord.Interaction[discord.Client]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        picture = await self.companion.pictures.calendar(f"discord:{interaction.user.id}", say)
        words = say("`/reachout status` says why, `/reachout cancel` lets one go.") if picture.png else picture.words
        embed = discord.Embed(title=say("When I write first"), description=words)
        if not picture.png:
            await interaction.followup.send(embed=embed, ephemeral=True)
            return
        file = discord.File(io.BytesIO(picture.png), filename="calendar.png", description=picture.words)
        await interaction.followup.send(embed=embed, file=file, ephemeral=True)
