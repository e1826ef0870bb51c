"""The form in which those who run a server write about whoever is worn there."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.sdk import LONGEST_GREETING, LONGEST_MANNER, LONGEST_NOTES, Colour, OldfriendError, Tongue

from ._logic import painted

Interaction = discord.Interaction[discord.Client]


class PaintPersona(discord.ui.Modal):
    """Shows what holds now; what comes back is checked by ``paint``, which raises OldfriendError."""

    def __init__(self, now: Colour, say: Tongue, paint: Callable[[str, str, str], Awaitable[Colour]]) -> None:
        super().__init__(title=say("Who I am in this server"))
        self._say = say
        self._paint = paint
        self.manner = _field(say("How I speak here"), now.manner, LONGEST_MANNER, say("Short and dry; football is taken seriously."))
        self.greeting = _field(say("How I greet here"), now.greeting, LONGEST_GREETING, say("Welcome aboard!"))
        self.notes = _field(say("What I know of this server"), now.notes, LONGEST_NOTES, say("One thing a line: Game night is on Fridays at eight."), long=True)
        for field in (self.manner, self.greeting, self.notes):
            self.add_item(field)

    async def on_error(self, interaction: Interaction, error: Exception, item: object = None, /) -> None:
        client: Any = interaction.client
        await client.tree.on_error(interaction, error)

    async def on_submit(self, interaction: Interaction, /) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            colour = await self._paint(self.manner.value, self.greeting.value, self.notes.value)
        except OldfriendError as fault:
            words = self._say(*fault.args)
        else:
            lines = [discord.utils.escape_markdown(line) for line in painted(colour, self._say)]
            words = "\n".join([self._say("Noted. From the next message on I am like that here, for everybody."), *lines])
        await interaction.followup.send(embed=discord.Embed(description=words), ephemeral=True)


def _field(label: str, now: str, longest: int, example: str, *, long: bool = False) -> "discord.ui.TextInput[Any]":
    style = discord.TextStyle.paragraph if long else discord.TextStyle.short
    return discord.ui.TextInput(label=label, style=style, default=now or None, placeholder=example[:100], max_length=longest, required=False)
