"""What a right click on a message offers: remember this, forget this, why did you say that."""

import discord
from discord import app_commands

from bot.sdk import Companion, Turn, private_audience

from ._logic import receipt_words, shorten
from ._say import Interaction, here, lines, note, person_of, plain
from ._view import Confirm

_SOMEBODY_ELSES = "That message is not yours. I only keep or forget what you write yourself."


def menus(companion: Companion) -> list[app_commands.ContextMenu]:
    """The three, for the command tree."""

    async def remember(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        if message.author.id != interaction.user.id:
            await _answer(interaction, _SOMEBODY_ELSES)
            return
        kept = await companion.keep.remember(_turn(interaction, message))
        told = "\n".join(f"**#{m.id}** {plain(shorten(m.gist))}" for m in kept)
        await _answer(interaction, f"I remember that:\n{told}" if kept else "There are no words in it that I could keep. Choose another message.")

    async def forget(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        if message.author.id == interaction.user.id:
            receipt = await companion.forget.message(here(interaction), str(message.id))
            await _answer(interaction, "I had kept nothing of it." if receipt is None else f"Forgotten. Deleted: {receipt_words(receipt)}.")
            return
        used = await companion.keep.used(person_of(interaction), here(interaction), str(message.id))
        if not used:
            await _answer(interaction, _SOMEBODY_ELSES if _me(interaction) != message.author.id else "I used no memory of yours for that.")
            return
        person = person_of(interaction)

        async def act() -> str:
            receipts = [await companion.forget.memory(person, memory.id) for memory in used]
            return "Forgotten. Deleted: " + "; ".join(receipt_words(r) for r in receipts if r is not None) + "."

        told = "\n".join(f"**#{m.id}** {plain(shorten(m.gist))}" for m in used)
        view = Confirm(interaction, "Forget", act)
        await interaction.followup.send(embed=note(f"For that I used:\n{told}\nForget it, with your messages it came from?"), view=view, ephemeral=True)

    async def why(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        told = await companion.keep.why(person_of(interaction), here(interaction), str(message.id))
        await interaction.followup.send(embed=lines("Why I said that", told), ephemeral=True)

    return [
        app_commands.ContextMenu(name="Remember this", callback=remember),
        app_commands.ContextMenu(name="Forget this", callback=forget),
        app_commands.ContextMenu(name="Why did you say that?", callback=why),
    ]


def _me(interaction: Interaction) -> int:
    return interaction.client.user.id if interaction.client.user else 0


def _turn(interaction: Interaction, message: discord.Message) -> Turn:
    person = person_of(interaction)
    return Turn(
        person=person, speaker=message.author.display_name, text=message.clean_content, said_at=message.created_at,
        audience=f"server:{interaction.guild_id}" if interaction.guild_id else private_audience(person),
        conversation=here(interaction), message_id=str(message.id),
    )


async def _answer(interaction: Interaction, words: str) -> None:
    await interaction.followup.send(embed=note(words), ephemeral=True)
