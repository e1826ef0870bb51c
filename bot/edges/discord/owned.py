"""Buttons that belong to one person."""

from typing import Any

import discord

_YOURS = "These buttons belong to somebody else."


async def pressed_by(interaction: discord.Interaction[Any], owner: str) -> bool:
    """Did ``owner`` (a user id) press it? Whoever else did is told that it is not theirs."""
    if str(interaction.user.id) == owner:
        return True
    await interaction.response.send_message(_YOURS, ephemeral=True)
    return False
