"""Buttons that only the asker can press: are you sure, and turning the pages of a list."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Self

import discord

from bot.sdk import Memory, OldfriendError, Tongue, tongue_of

from ._logic import page_of
from ._say import complain, rows

_TIMEOUT = 60.0
_READING = 300.0
_THEIRS = "These buttons belong to somebody else. Type the command yourself to get your own."

Client = discord.Client


class _Owned(discord.ui.View):
    """``asked`` is the interaction that showed it."""

    def __init__(self, asked: discord.Interaction[Client], timeout: float) -> None:
        super().__init__(timeout=timeout)
        self.asked = asked
        self.say: Tongue = tongue_of(asked.locale)

    async def interaction_check(self, interaction: discord.Interaction[Client], /) -> bool:
        if interaction.user.id == self.asked.user.id:
            return True
        say = tongue_of(interaction.locale)
        await interaction.response.send_message(say(_THEIRS), ephemeral=True)
        return False

    async def on_error(self, interaction: discord.Interaction[Client], error: Exception, item: discord.ui.Item[Any], /) -> None:
        await complain(interaction, error)

    async def close(self, embed: discord.Embed) -> None:
        try:
            await self.asked.edit_original_response(embed=embed, view=None)
        except discord.NotFound:
            return  # They dismissed it; there is nothing left to write on.


class Confirm(_Owned):
    """Asks once more before something is changed for good. ``act`` says what it did."""

    def __init__(self, asked: discord.Interaction[Client], label: str, act: Callable[[], Awaitable[str]]) -> None:
        super().__init__(asked, _TIMEOUT)
        self._act = act
        say = self.say
        self.do.label = label
        self.keep.label = say("Keep")

    @discord.ui.button(style=discord.ButtonStyle.danger)
    async def do(self, interaction: discord.Interaction[Client], button: discord.ui.Button[Self]) -> None:
        await interaction.response.defer()
        self.stop()
        say = self.say
        try:
            words = await self._act()
        except OldfriendError as fault:
            words = say("Nothing was changed: {}", say(*fault.args))
        await self.close(discord.Embed(description=words))

    @discord.ui.button(style=discord.ButtonStyle.secondary)
    async def keep(self, interaction: discord.Interaction[Client], button: discord.ui.Button[Self]) -> None:
        await interaction.response.defer()
        self.stop()
        say = self.say
        await self.close(discord.Embed(description=say("Nothing was changed.")))

    async def on_timeout(self) -> None:
        say = self.say
        await self.close(discord.Embed(description=say("No answer within a minute, so nothing was changed. Type the command again if you want to.")))


class Pages(_Owned):
    """A list of memories, a page at a time, from page ``number``; ``below`` stands under each."""

    def __init__(self, asked: discord.Interaction[Client], title: str, memories: Sequence[Memory], number: int, below: str) -> None:
        super().__init__(asked, _READING)
        self._title = title
        self._memories = memories
        self._below = below
        say = self.say
        self.back.label, self.on.label = say("Back"), say("On")
        self._turn(number)

    @property
    def needed(self) -> bool:
        """Whether there is more than one page."""
        return self._page.pages > 1

    def embed(self) -> discord.Embed:
        """The page as it is now."""
        say = self.say
        shown = discord.Embed(title=self._title, description=rows(self._page.memories, say) or say("Nothing yet. Tell me about yourself, then look again."))
        counted = [say("Page {} of {}, {} memories", self._page.number, self._page.pages, len(self._memories))] if self.needed else []
        return shown.set_footer(text="\n".join(filter(None, (*counted, self._below))) or None)

    def _turn(self, number: int) -> None:
        self._page = page_of(self._memories, number)
        self.back.disabled = self._page.number == 1
        self.on.disabled = self._page.number == self._page.pages

    @discord.ui.button(style=discord.ButtonStyle.secondary)
    async def back(self, interaction: discord.Interaction[Client], button: discord.ui.Button[Self]) -> None:
        self._turn(self._page.number - 1)
        await interaction.response.edit_message(embed=self.embed(), view=self)

    @discord.ui.button(style=discord.ButtonStyle.secondary)
    async def on(self, interaction: discord.Interaction[Client], button: discord.ui.Button[Self]) -> None:
        self._turn(self._page.number + 1)
        await interaction.response.edit_message(embed=self.embed(), view=self)

    async def on_timeout(self) -> None:
        await self.close(self.embed())
