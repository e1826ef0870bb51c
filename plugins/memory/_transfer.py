"""The part of ``/memory`` that takes everything along and brings it back."""

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.sdk import Companion

from ._logic import taken_words
from ._say import Interaction, note, person_of, speech

_LARGEST_UPLOAD = 10 * 2**20
"""Bytes that Discord takes from anybody; what one may bring is bounded the same."""


class Transfers(commands.Cog):
    """Mixed into the cog."""

    companion: Companion

    @app_commands.command(description="A file with everything I know about you")
    async def export(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = speech(interaction)
        data = await self.companion.transfer.export(person_of(interaction))
        if len(data) > _LARGEST_UPLOAD:
            words = say("Your file is larger than Discord takes. Whoever runs me can make it for you: `oldfriend memory export`.")
            await interaction.followup.send(embed=note(words), ephemeral=True)
            return
        await interaction.followup.send(
            embed=note(say("Everything I know about you: memories with your words, our messages, plans, what I wrote unasked, decisions, settings, and "
                           "what I learned. Keep it safe; `/memory import` brings it back.")),
            file=discord.File(io.BytesIO(data), filename="memories.json"), ephemeral=True)

    @app_commands.command(name="import", description="Bring back memories from a file that /memory export made")
    @app_commands.describe(file="memories.json, as it was exported")
    async def import_(self, interaction: Interaction, file: discord.Attachment) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = speech(interaction)
        if file.size > _LARGEST_UPLOAD:
            await interaction.followup.send(embed=note(say("That file is too large to be one of mine. Bring the file that `/memory export` made.")), ephemeral=True)
            return
        taken = await self.companion.transfer.take_in(person_of(interaction), await file.read())
        await interaction.followup.send(embed=note(taken_words(taken, say)), ephemeral=True)
