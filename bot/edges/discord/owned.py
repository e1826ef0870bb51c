"""Buttons that belong to one person."""

from typing import Any

import discord

from bot.mind.tongues import tongue_of

_THEIRS = "These buttons belong to somebody else. Type the command yourself to get your own."


async def pressed_by(interaction: discord.Interaction[Any], owner: str) -> bool:
    """Did ``owner`` (a user id) press it? Whoever else did is told that it is not theirs."""
    if str(interaction.user.id) == owner:
        return True
    say = tongue_of(interaction.locale)
    await interaction.response.send_message(say(_THEIRS), ephemeral=True)
    return False
