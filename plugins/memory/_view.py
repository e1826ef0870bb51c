"""Are you sure? Buttons that only the asker can press."""

from collections.abc import Awaitable, Callable
from typing import Self

import discord

from bot.sdk import OldfriendError

_TIMEOUT = 60.0

Client = discord.Client


class Confirm(discord.ui.View):
    """Asks once more before something is deleted. ``asked`` is the interaction that showed it, ``act`` says what it did."""

    def __init__(self, asked: discord.Interaction[Client], label: str, act: Callable[[], Awaitable[str]]) -> None:
        super().__init__(timeout=_TIMEOUT)
        self._asked = asked
        self._act = act
        self.do.label = label

    async def interaction_check(self, interaction: discord.Interaction[Client], /) -> bool:
        if interaction.user.id == self._asked.user.id:
            return True
        await interaction.response.send_message("These buttons belong to somebody else.", ephemeral=True)
        return False

    @discord.ui.button(style=discord.ButtonStyle.danger)
    async def do(self, interaction: discord.Interaction[Client], button: discord.ui.Button[Self]) -> None:
        await interaction.response.defer()
        self.stop()
        try:
            words = await self._act()
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
