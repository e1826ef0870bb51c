"""The part of ``/memory`` that says where a memory may be used."""

from discord import app_commands
from discord.ext import commands

from bot.sdk import Companion, is_private

from ._changes import choices
from ._logic import shorten
from ._say import NOT_YOURS, Interaction, MemoryId, note, person_of, plain, speech

_EVERYWHERE = "When I talk with you I may speak of this everywhere now, in servers too where others read along: “{0}”"
_KEPT_TO = "I keep this to {1}: “{0}”"


class Sharing(commands.Cog):
    """Mixed into the cog."""

    companion: Companion

    @app_commands.command(description="Let me use a memory everywhere we talk, not only where you told it")
    @app_commands.describe(id="Its number, as /memory list shows it")
    async def share(self, interaction: Interaction, id: MemoryId) -> None:
        await self._share(interaction, id, True, _EVERYWHERE)

    @app_commands.command(description="Use a memory only where you told it, and in private")
    @app_commands.describe(id="Its number, as /memory list shows it")
    async def unshare(self, interaction: Interaction, id: MemoryId) -> None:
        await self._share(interaction, id, False, _KEPT_TO)

    @share.autocomplete("id")
    @unshare.autocomplete("id")
    async def _shareable(self, interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
        return await choices(self.companion, interaction, current)

    async def _share(self, interaction: Interaction, id: int, on: bool, words: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = speech(interaction)
        memory = await self.companion.keep.share(person_of(interaction), id, on)
        if memory is None:
            await interaction.followup.send(embed=note(say(NOT_YOURS, id)), ephemeral=True)
            return
        place = say("our private talks" if is_private(memory.audience) else "the server where you told it, and our private talks")
        await interaction.followup.send(embed=note(say(words, plain(shorten(memory.gist, 600)), place)), ephemeral=True)
