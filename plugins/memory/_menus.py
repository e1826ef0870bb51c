"""What a right click offers: on a message remember this, forget this, why did you say that; on a person, what do you know of me."""

from collections.abc import Callable, Coroutine
from typing import Any

import discord
from discord import app_commands

from bot.sdk import Companion, Turn, private_audience

from ._logic import receipt_words, shorten
from ._say import Interaction, here, lines, note, person_of, plain, rows, speech
from ._view import Confirm

_NEWEST = 8
_SOMEBODY_ELSES = "That message is not yours. I only keep or forget what you write yourself."


def menus(companion: Companion) -> list[app_commands.ContextMenu]:
    """Three for messages and one for people, for the command tree."""

    async def remember(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = speech(interaction)
        if message.author.id != interaction.user.id:
            await _answer(interaction, say(_SOMEBODY_ELSES))
            return
        kept = await companion.keep.remember(_turn(interaction, message))
        told = "\n".join(f"**#{m.id}** {plain(shorten(m.gist))}" for m in kept)
        await _answer(interaction, say("I remember that:\n{}", told) if kept else say("There are no words in it that I could keep. Choose another message."))

    async def forget(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = speech(interaction)
        if message.author.id == interaction.user.id:
            receipt = await companion.forget.message(here(interaction), str(message.id))
            await _answer(interaction, say("I had kept nothing of it.") if receipt is None else say("Forgotten. Deleted: {}.", receipt_words(receipt, say)))
            return
        used = await companion.keep.used(person_of(interaction), here(interaction), str(message.id))
        if not used:
            await _answer(interaction, say(_SOMEBODY_ELSES if _me(interaction) != message.author.id else "I used no memory of yours for that."))
            return
        person = person_of(interaction)

        async def act() -> str:
            receipts = [await companion.forget.memory(person, memory.id) for memory in used]
            return say("Forgotten. Deleted: {}.", "; ".join(receipt_words(r, say) for r in receipts if r is not None))

        told = "\n".join(f"**#{m.id}** {plain(shorten(m.gist))}" for m in used)
        view = Confirm(interaction, say("Forget"), act)
        await interaction.followup.send(embed=note(say("For that I used:\n{}\nForget it, with your messages it came from?", told)), view=view, ephemeral=True)

    async def why(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = speech(interaction)
        told = await companion.keep.why(person_of(interaction), here(interaction), str(message.id))
        await interaction.followup.send(embed=lines(say("Why I said that"), [say(line) for line in told]), ephemeral=True)

    return [
        app_commands.ContextMenu(name="What do you know of me?", callback=_about(companion)),
        app_commands.ContextMenu(name="Remember this", callback=remember),
        app_commands.ContextMenu(name="Forget this", callback=forget),
        app_commands.ContextMenu(name="Why did you say that?", callback=why),
    ]


def _about(companion: Companion) -> Callable[[Interaction, discord.User], Coroutine[Any, Any, None]]:
    async def about(interaction: Interaction, user: discord.User) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = speech(interaction)
        if user.id not in (interaction.user.id, _me(interaction)):
            await _answer(interaction, say("What I know of somebody is for them alone. Choose yourself or me to see what I know of you."))
            return
        found = await companion.memories.browse(person_of(interaction), limit=_NEWEST)
        embed = discord.Embed(title=say("What I remember"), description=rows(found, say) or say("Nothing yet. Tell me about yourself, then look again."))
        await interaction.followup.send(embed=embed.set_footer(text=say("/memory list shows all of it.")), ephemeral=True)

    return about


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
