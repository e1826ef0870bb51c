"""The part of ``/memory`` that changes something."""

from collections.abc import Awaitable, Callable
from typing import Self

import discord
from discord import app_commands
from discord.ext import commands

from bot.sdk import Companion, Memory, OldfriendError, Tongue

from ._logic import learned_words, receipt_words, shorten
from ._say import NOT_YOURS, Interaction, MemoryId, complain, note, person_of, plain, speech
from ._view import Confirm

_LONGEST = 300
_PINNED = "Pinned: “{}” It does not fade, and nothing you say later replaces it, until `/memory unpin`."
_UNPINNED = "Unpinned: “{}”"
_NOT_TWO = "I need two different memories of yours that still hold. `/memory list` shows their numbers."


class Changes(commands.Cog):
    """Mixed into the cog."""

    companion: Companion

    @app_commands.command(description="Put a memory right, in your own words")
    @app_commands.describe(id="Its number, as /memory list shows it")
    async def edit(self, interaction: Interaction, id: MemoryId) -> None:
        say, person = speech(interaction), person_of(interaction)
        memory = await self.companion.memories.get(person, id)
        if memory is None:
            await interaction.response.send_message(embed=note(say(NOT_YOURS, id)), ephemeral=True)
            return
        await interaction.response.send_modal(EditMemory(memory, say, lambda text: self.companion.keep.edit(person, id, text)))

    @app_commands.command(description="Keep a memory for good: it does not fade, and nothing replaces it")
    @app_commands.describe(id="Its number, as /memory list shows it")
    async def pin(self, interaction: Interaction, id: MemoryId) -> None:
        await self._pin(interaction, id, True, _PINNED)

    @app_commands.command(description="Let a pinned memory be like all others")
    @app_commands.describe(id="Its number, as /memory list shows it")
    async def unpin(self, interaction: Interaction, id: MemoryId) -> None:
        await self._pin(interaction, id, False, _UNPINNED)

    @app_commands.command(description="Make one memory of two; your words for both are kept")
    @app_commands.describe(id="The one to keep", other="The one that becomes part of it")
    async def merge(self, interaction: Interaction, id: MemoryId, other: MemoryId) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say, person, memories = speech(interaction), person_of(interaction), self.companion.memories
        kept, gone = await memories.get(person, id), await memories.get(person, other)
        if kept is None or gone is None or id == other or kept.superseded_by or gone.superseded_by:
            await interaction.followup.send(embed=note(say(_NOT_TWO)), ephemeral=True)
            return

        async def unite() -> str:
            both = await self.companion.keep.merge(person, id, other)
            return say(_NOT_TWO) if both is None else say("Now one, **#{}**: {}", both.id, plain(shorten(both.gist, 600)))

        words = say("Make one of these two? It cannot be undone.\n**#{}** {}\n**#{}** {}", id, plain(shorten(kept.gist)), other, plain(shorten(gone.gist)))
        await interaction.followup.send(embed=note(words), view=Confirm(interaction, say("Make one of them"), unite), ephemeral=True)

    @app_commands.command(description="Delete one memory for good")
    @app_commands.describe(id="Its number, as /memory list shows it")
    async def delete(self, interaction: Interaction, id: MemoryId) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = speech(interaction)
        person = person_of(interaction)
        memory = await self.companion.memories.get(person, id)
        if memory is None:
            await interaction.followup.send(embed=note(say(NOT_YOURS, id)), ephemeral=True)
            return

        async def forget() -> str:
            receipt = await self.companion.forget.memory(person, id)
            return say("It was deleted meanwhile.") if receipt is None else say("Forgotten. Deleted: {}.", receipt_words(receipt, say))

        words = say("Delete this for good, with your messages it came from?\n**#{}** {}", id, plain(shorten(memory.gist)))
        await interaction.followup.send(embed=note(words), view=Confirm(interaction, say("Delete"), forget), ephemeral=True)

    @edit.autocomplete("id")
    @pin.autocomplete("id")
    @unpin.autocomplete("id")
    @merge.autocomplete("id")
    @merge.autocomplete("other")
    @delete.autocomplete("id")
    async def _ids(self, interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
        return await choices(self.companion, interaction, current)

    @app_commands.command(description="Stop remembering what you tell me, until /memory resume")
    async def pause(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = speech(interaction)
        await self.companion.keep.pause(person_of(interaction), True)
        await interaction.followup.send(embed=note(say(
            "Paused. I go on talking with you, but what you say from now on makes no memories, is never searched, and is deleted an hour later "
            "or when you type `/memory resume`. What I know already stays; `/memory list` shows it.")), ephemeral=True)

    @app_commands.command(description="Remember again what you tell me")
    async def resume(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = speech(interaction)
        await self.companion.keep.pause(person_of(interaction), False)
        await interaction.followup.send(embed=note(say("I remember again. What you said in between is deleted.")), ephemeral=True)

    @app_commands.command(description="What I learned about what matters to you")
    async def learned(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = speech(interaction)
        told = await self.companion.keep.learned(person_of(interaction))
        await interaction.followup.send(embed=note(learned_words([say(line) for line in told], say)), ephemeral=True)

    @app_commands.command(name="reset-learning", description="Forget what I learned about what matters to you; memories stay")
    async def reset_learning(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = speech(interaction)
        person = person_of(interaction)

        async def unlearn() -> str:
            await self.companion.keep.unlearn(person)
            return say("Done. I judge what matters as with anybody new. Your memories are as they were.")

        words = say("Forget what I learned about what matters to you? Your memories stay.")
        await interaction.followup.send(embed=note(words), view=Confirm(interaction, say("Forget"), unlearn), ephemeral=True)

    @app_commands.command(name="forget-everything", description="Delete all that I know of you, after asking once more")
    async def forget_everything(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = speech(interaction)
        person = person_of(interaction)
        embed = discord.Embed(
            title=say("Forget everything?"),
            description=say("All our messages, memories, plans and your settings go, for good. I will not know you any more. "
                            "`/memory export` gives you a copy first."),
            colour=discord.Colour.brand_red(),
        )

        async def forget() -> str:
            return say("Done. Deleted: {}.", receipt_words(await self.companion.forget.everything(person), say))

        view = Confirm(interaction, say("Forget everything"), forget)
        await interaction.followup.send(embed=embed, view=view, ephemeral=True)

    async def _pin(self, interaction: Interaction, id: int, on: bool, words: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = speech(interaction)
        memory = await self.companion.keep.pin(person_of(interaction), id, on)
        told = say(NOT_YOURS, id) if memory is None else say(words, plain(shorten(memory.gist)))
        if memory is not None and memory.superseded_by:
            told += " " + say("What you said since holds now: #{}.", memory.superseded_by)
        await interaction.followup.send(embed=note(told), ephemeral=True)


async def choices(companion: Companion, interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
    """Their memories whose number or gist fits what was typed so far."""
    typed = current.casefold()
    found = await companion.memories.browse(person_of(interaction))
    fitting = [m for m in found if str(m.id).startswith(typed) or typed in m.gist.casefold()]
    return [app_commands.Choice(name=shorten(f"{m.id}: {m.gist}", 100), value=m.id) for m in fitting[:25]]


class EditMemory(discord.ui.Modal):
    """Shows the memory as it is; what comes back is how they want it."""

    def __init__(self, memory: Memory, say: Tongue, edit: Callable[[str], Awaitable[Memory | None]]) -> None:
        super().__init__(title=say("Memory #{}", memory.id))
        self._edit = edit
        self.words: discord.ui.TextInput[Self] = discord.ui.TextInput(
            label=say("As it should be"), style=discord.TextStyle.paragraph, default=memory.gist[:_LONGEST], max_length=_LONGEST
        )
        self.add_item(self.words)

    async def on_error(self, interaction: Interaction, error: Exception, item: object = None, /) -> None:
        await complain(interaction, error)

    async def on_submit(self, interaction: Interaction, /) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = speech(interaction)
        try:
            memory = await self._edit(self.words.value)
        except OldfriendError as fault:
            await interaction.followup.send(embed=note(say(*fault.args)), ephemeral=True)
            return
        words = say("It was deleted meanwhile.") if memory is None else say("Noted: {} What you had said at first stays as evidence.", plain(memory.gist))
        await interaction.followup.send(embed=note(words), ephemeral=True)
