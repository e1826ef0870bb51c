"""How the commands of this plugin speak: to the asker alone, in their language, and people's words as they are."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands

from bot.sdk import Memory, Tongue, tongue_of

from ._logic import shorten

Interaction = discord.Interaction[discord.Client]
MemoryId = app_commands.Range[int, 1, 2**53]

NOT_YOURS = "You have no memory with the number {}. `/memory list` shows those you have."
_LONGEST = 4000


def person_of(interaction: Interaction) -> str:
    return f"discord:{interaction.user.id}"


def speech(interaction: Interaction) -> Tongue:
    """What answers whoever asked."""
    return tongue_of(interaction.locale)


def here(interaction: Interaction) -> str:
    """The conversation in which this was asked."""
    return f"discord:{interaction.channel_id}"


async def complain(interaction: Interaction, fault: Exception) -> None:
    """A button or a form failed: they are told as with a command."""
    client: Any = interaction.client
    await client.tree.on_error(interaction, fault)


def plain(text: str) -> str:
    """People's words as they are, not as formatting."""
    return discord.utils.escape_markdown(text)


def note(words: str) -> discord.Embed:
    return discord.Embed(description=words)


def lines(title: str, told: Sequence[str]) -> discord.Embed:
    return discord.Embed(title=title, description=plain("\n".join(told))[:_LONGEST])


def rows(memories: Sequence[Memory], say: Tongue) -> str:
    """A line each."""
    return "\n".join(f"**#{m.id}** {plain(shorten(m.gist))} ({say(m.kind.value)}{', ' + say('pinned') if m.pinned else ''})" for m in memories)
