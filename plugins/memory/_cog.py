"""``/memory``: for the eyes of the person whose memories they are."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.sdk import Companion, Kind, Memory, private_audience

from ._logic import details, page_of, receipt_words, shorten
from ._view import ForgetEverything

Interaction = discord.Interaction[discord.Client]
MemoryId = app_commands.Range[int, 1, 2**53]

_KINDS = [app_commands.Choice(name=kind.value, value=kind.value) for kind in Kind]
_NOT_YOURS = "You have no memory with the number {}. `/memory list` shows those you have."


class MemoryCog(commands.GroupCog, group_name="memory", group_description="What I remember about you"):
    """Lists, searches, shows and deletes memories of the person who asks, and nobody else's."""

    def __init__(self, companion: Companion) -> None:
        self._companion = companion

    @app_commands.command(name="list", description="What I remember about you, newest first")
    @app_commands.describe(kind="Only memories of this kind", page="Which page, from 1")
    @app_commands.choices(kind=_KINDS)
    async def list_memories(
        self, interaction: Interaction, kind: str | None = None, page: app_commands.Range[int, 1, 1000] = 1
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await self._companion.memories.browse(_person(interaction), kind=Kind(kind) if kind else None)
        shown = page_of(found, page)
        embed = _listing("What I remember", shown.memories, "Nothing yet. Tell me about yourself, then look again.")
        if shown.pages > 1:
            embed.set_footer(text=f"Page {shown.number} of {shown.pages}, {len(found)} memories")
        await interaction.followup.send(embed=embed, ephemeral=True)

    @app_commands.command(description="Look for something you told me")
    @app_commands.describe(words="What to look for")
    async def search(self, interaction: Interaction, words: app_commands.Range[str, 1, 200]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        person = _person(interaction)
        found = await self._companion.recollect.memories(person, private_audience(person), words)
        embed = _listing(f"Memories of “{shorten(words, 60)}”", found, "Nothing comes to mind. Try other words.")
        await interaction.followup.send(embed=embed, ephemeral=True)

    @app_commands.command(description="All about one memory")
    @app_commands.describe(id="Its number, as /memory list shows it")
    async def show(self, interaction: Interaction, id: MemoryId) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        memory = await self._companion.memories.get(_person(interaction), id)
        if memory is None:
            await interaction.followup.send(embed=_note(_NOT_YOURS.format(id)), ephemeral=True)
            return
        embed = discord.Embed(title=f"Memory #{memory.id}", description=_plain(memory.gist))
        for name, value in details(memory):
            embed.add_field(name=name, value=_plain(value) if name == "In your words" else value, inline=False)
        embed.set_footer(text=f"/memory delete {memory.id} deletes it for good.")
        await interaction.followup.send(embed=embed, ephemeral=True)

    @app_commands.command(description="Delete one memory for good")
    @app_commands.describe(id="Its number, as /memory list shows it")
    async def delete(self, interaction: Interaction, id: MemoryId) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        receipt = await self._companion.forget.memory(_person(interaction), id)
        words = _NOT_YOURS.format(id) if receipt is None else f"Forgotten. Deleted: {receipt_words(receipt)}."
        await interaction.followup.send(embed=_note(words), ephemeral=True)

    @show.autocomplete("id")
    @delete.autocomplete("id")
    async def _ids(self, interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
        typed = current.casefold()
        found = await self._companion.memories.browse(_person(interaction))
        fitting = [m for m in found if str(m.id).startswith(typed) or typed in m.gist.casefold()]
        return [app_commands.Choice(name=shorten(f"{m.id}: {m.gist}", 100), value=m.id) for m in fitting[:25]]

    @app_commands.command(name="forget-everything", description="Delete all that I know of you, after asking once more")
    async def forget_everything(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        person = _person(interaction)
        embed = discord.Embed(
            title="Forget everything?",
            description="All our messages, memories, plans and your settings go, for good. I will not know you any more.",
            colour=discord.Colour.brand_red(),
        )
        view = ForgetEverything(interaction, lambda: self._companion.forget.everything(person))
        await interaction.followup.send(embed=embed, view=view, ephemeral=True)


def _person(interaction: Interaction) -> str:
    return f"discord:{interaction.user.id}"


def _plain(text: str) -> str:
    """People's words as they are, not as formatting."""
    return discord.utils.escape_markdown(text)


def _note(words: str) -> discord.Embed:
    return discord.Embed(description=words)


def _listing(title: str, memories: tuple[Memory, ...], none: str) -> discord.Embed:
    lines = [f"**#{m.id}** {_plain(shorten(m.gist))} ({m.kind.value})" for m in memories]
    return discord.Embed(title=title, description="\n".join(lines) or none)
