"""The part of ``/memory`` that draws a timeline."""

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.sdk import Companion

from ._say import Interaction, note, person_of, speech


class Map(commands.Cog):
    """Mixed into the cog."""

    companion: Companion

    @app_commands.command(name="map", description="A picture of what you told me of, along time")
    async def map_(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = speech(interaction)
        picture = await self.companion.pictures.events(person_of(interaction), say)
        if not picture.png:
            await interaction.followup.send(embed=note(picture.words), ephemeral=True)
            return
        file = discord.File(io.BytesIO(picture.png), filename="memories.png", description=picture.words)
        await interaction.followup.send(embed=note(say("Only you see this. `/memory show` tells all about one of them.")), file=file, ephemeral=True)
