"""Commands that a persona brings work where it is worn, and nowhere else."""

import discord
from discord import app_commands

from bot.sdk import Companion, private_audience


class NotWornHere(app_commands.CheckFailure):
    """Another persona is worn here. Its text, with what fills its gaps, is for the person who typed the command."""


class WornHere:
    """The check of a persona's cog. Raises NotWornHere where another one is worn."""

    def __init__(self, companion: Companion, persona: str) -> None:
        self._wardrobe = companion.wardrobe
        self._persona = persona

    async def __call__(self, interaction: discord.Interaction[discord.Client]) -> bool:
        person = f"discord:{interaction.user.id}"
        audience = private_audience(person) if interaction.guild_id is None else f"server:{interaction.guild_id}"
        worn = await self._wardrobe.worn(person, audience, f"discord:{interaction.channel_id}")
        if worn.name == self._persona:
            return True
        owner = self._wardrobe.get(self._persona)
        name = self._persona if owner is None else owner.display
        raise NotWornHere("{} can do that, and here I am {}. `/persona use` changes who I am.", name, worn.display)
