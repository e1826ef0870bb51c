"""``/mood``: a person's own mood over weeks, for their eyes alone."""

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.sdk import Companion, tongue_of

Interaction = discord.Interaction[discord.Client]


class MoodCog(commands.Cog):
    """Draws what was noted of how their words sounded."""

    def __init__(self, companion: Companion) -> None:
        self._pictures = companion.pictures

    @app_commands.command(description="A picture of how your words sounded, week by week")
    async def mood(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        picture = await self._pictures.mood(f"discord:{interaction.user.id}", say)
        if not picture.png:
            await interaction.followup.send(embed=discord.Embed(title=say("Your mood"), description=picture.words), ephemeral=True)
            return
        embed = discord.Embed(title=say("Your mood"), description=picture.words + "\n\n" + say("Only you see this. It is a guess from words, not a measurement."))
        file = discord.File(io.BytesIO(picture.png), filename="mood.png", description=picture.words)
        await interaction.followup.send(embed=embed, file=file, ephemeral=True)
