"""``/memory``: for the eyes of the person whose memories they are."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.sdk import Companion, Kind, private_audience

from ._changes import Changes, choices
from ._logic import details, shorten
from ._map import Map
from ._menus import menus
from ._say import NOT_YOURS, Interaction, MemoryId, here, lines, note, person_of, plain, rows, speech
from ._sharing import Sharing
from ._transfer import Transfers
from ._view import Pages

_KINDS = [app_commands.Choice(name=kind.value, value=kind.value) for kind in Kind]


class MemoryCog(Changes, Sharing, Transfers, Map, commands.GroupCog, group_name="memory", group_description="What I remember about you"):
    """Lists, searches, shows, changes and deletes memories of the person who asks, and nobody else's."""

    def __init__(self, companion: Companion) -> None:
        self.companion = companion
        self.menus = menus(companion)

    @app_commands.command(name="list", description="What I remember about you, newest first")
    @app_commands.describe(kind="Only memories of this kind", page="Which page, from 1")
    @app_commands.choices(kind=_KINDS)
    async def list_memories(
        self, interaction: Interaction, kind: str | None = None, page: app_commands.Range[int, 1, 1000] = 1
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = speech(interaction)
        found = await self.companion.memories.browse(person_of(interaction), kind=Kind(kind) if kind else None)
        paused = await self.companion.keep.paused(person_of(interaction))
        pages = Pages(interaction, say("What I remember"), found, page, say("Remembering is paused: /memory resume") if paused else "")
        await interaction.followup.send(embed=pages.embed(), view=pages if pages.needed else discord.utils.MISSING, ephemeral=True)

    @app_commands.command(description="Look for something you told me")
    @app_commands.describe(words="What to look for")
    async def search(self, interaction: Interaction, words: app_commands.Range[str, 1, 200]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        person = person_of(interaction)
        found = await self.companion.recollect.memories(person, private_audience(person), words)
        say = speech(interaction)
        embed = discord.Embed(title=say("Memories of “{}”", shorten(words, 60)), description=rows(found, say) or say("Nothing comes to mind. Try other words."))
        await interaction.followup.send(embed=embed, ephemeral=True)

    @app_commands.command(description="All about one memory, with your words that it rests on")
    @app_commands.describe(id="Its number, as /memory list shows it")
    async def show(self, interaction: Interaction, id: MemoryId) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        person = person_of(interaction)
        say = speech(interaction)
        memory = await self.companion.memories.get(person, id)
        if memory is None:
            await interaction.followup.send(embed=note(say(NOT_YOURS, id)), ephemeral=True)
            return
        newer = await self.companion.keep.newer(memory) if memory.pinned else ()
        embed = discord.Embed(title=say("Memory #{}", memory.id), description=plain(memory.gist))
        for number, (name, value) in enumerate(details(memory, say, await self.companion.keep.sources(person, id), newer)):
            embed.add_field(name=name, value=value if number else plain(value), inline=False)
        embed.set_footer(text=say("/memory edit {0} puts it right, /memory delete {0} deletes it for good.", memory.id))
        await interaction.followup.send(embed=embed, ephemeral=True)

    @show.autocomplete("id")
    async def _shown(self, interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
        return await choices(self.companion, interaction, current)

    @app_commands.command(description="Why I said the last thing here: the memories I used, and my judge")
    async def why(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = speech(interaction)
        told = await self.companion.keep.why(person_of(interaction), here(interaction))
        await interaction.followup.send(embed=lines(say("Why I said that"), [say(line) for line in told]), ephemeral=True)
