"""Are you sure? Buttons that only the asker can press."""

from collections.abc import Awaitable, Callable
from typing import Self

import discord

from bot.sdk import OldfriendError, Receipt

from ._logic import receipt_words

_TIMEOUT = 60.0

Client = discord.Client


class ForgetEverything(discord.ui.View):
    """Asks once more before everything goes. ``asked`` is the interaction that showed it."""

    def __init__(self, asked: discord.Interaction[Client], forget: Callable[[], Awaitable[Receipt]]) -> None:
        super().__init__(timeout=_TIMEOUT)
        self._asked = asked
        self._forget = forget

    async def interaction_check(self, interaction: discord.Interaction[Client], /) -> bool:
        if interaction.user.id == self._asked.user.id:
            return True
        await interaction.response.send_message("These buttons belong to somebody else.", ephemeral=True)
        return False

    @discord.ui.button(label="Forget everything", style=discord.ButtonStyle.danger)
    async def forget(self, interaction: discord.Interaction[Client], button: discord.ui.Button[Self]) -> None:
        await interaction.response.defer()
        self.stop()
        try:
            words = f"Done. Deleted: {receipt_words(await self._forget())}."
        except OldfriendError as fault:
            words = f"Nothing was deleted: {fault}"
        await self._close(words)

    @discord.ui.button(label="Keep", style=discord.ButtonStyle.secondary)
    async def keep(self, interaction: discord.Interaction[Client], button: discord.ui.Button[Self]) -> None:
        await interaction.response.defer()
        self.stop()
        await self._close("Nothing was deleted.")

    async def on_timeout(self) -> None:
        await self._close("No answer within a minute, so nothing was deleted. Type the command again if you want to.")

    async def _close(self, words: str) -> None:
        try:
            await self._asked.edit_original_response(embed=discord.Embed(description=words), view=None)
        except discord.NotFound:
            return  # They dismissed it; there is nothing left to write on.
