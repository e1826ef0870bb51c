"""``/memory``: for the eyes of the person whose memories they are."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.sdk import Companion, Kind, private_audience

from ._changes import Changes, choices
from ._logic import details, page_of, shorten
from ._menus import menus
from ._say import NOT_YOURS, Interaction, MemoryId, here, lines, listing, note, person_of, plain
from ._transfer import Transfers

_KINDS = [app_commands.Choice(name=kind.value, value=kind.value) for kind in Kind]


class MemoryCog(Changes, Transfers, commands.GroupCog, group_name="memory", group_description="What I remember about you"):
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
        found = await self.companion.memories.browse(person_of(interaction), kind=Kind(kind) if kind else None)
        shown = page_of(found, page)
        embed = listing("What I remember", shown.memories, "Nothing yet. Tell me about yourself, then look again.")
        footer = [f"Page {shown.number} of {shown.pages}, {len(found)} memories"] if shown.pages > 1 else []
        if await self.companion.keep.paused(person_of(interaction)):
            footer.append("Remembering is paused: /memory resume")
        embed.set_footer(text="\n".join(footer) or None)
        await interaction.followup.send(embed=embed, ephemeral=True)

    @app_commands.command(description="Look for something you told me")
    @app_commands.describe(words="What to look for")
    async def search(self, interaction: Interaction, words: app_commands.Range[str, 1, 200]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        person = person_of(interaction)
        found = await self.companion.recollect.memories(person, private_audience(person), words)
        embed = listing(f"Memories of “{shorten(words, 60)}”", found, "Nothing comes to mind. Try other words.")
        await interaction.followup.send(embed=embed, ephemeral=True)

    @app_commands.command(description="All about one memory, with your words that it rests on")
    @app_commands.describe(id="Its number, as /memory list shows it")
    async def show(self, interaction: Interaction, id: MemoryId) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        person = person_of(interaction)
        memory = await self.companion.memories.get(person, id)
        if memory is None:
            await interaction.followup.send(embed=note(NOT_YOURS.format(id)), ephemeral=True)
            return
        newer = await self.companion.keep.newer(memory) if memory.pinned else ()
        embed = discord.Embed(title=f"Memory #{memory.id}", description=plain(memory.gist))
        for name, value in details(memory, await self.companion.keep.sources(person, id), newer):
            embed.add_field(name=name, value=plain(value) if name == "In your words" else value, inline=False)
        embed.set_footer(text=f"/memory edit {memory.id} puts it right, /memory delete {memory.id} deletes it for good.")
        await interaction.followup.send(embed=embed, ephemeral=True)

    @show.autocomplete("id")
    async def _shown(self, interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
        return await choices(self.companion, interaction, current)

    @app_commands.command(description="Why I said the last thing here: the memories I used, and my judge")
    async def why(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        told = await self.companion.keep.why(person_of(interaction), here(interaction))
        await interaction.followup.send(embed=lines("Why I said that", told), ephemeral=True)
