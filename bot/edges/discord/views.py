"""The buttons under every unprompted message. They work after a restart: all they need stands in their ids.

What is in an id is not trusted: the message is looked up among those that were written to whoever pressed.
"""

import re
from typing import Any, Self, cast

import discord

from bot.edges.discord.owned import pressed_by
from bot.errors import OldfriendError
from bot.flows.reactions import Reaction
from bot.mind.events import Unprompted
from bot.mind.speech import split
from bot.mind.tongue import language_of
from bot.mind.tongues import ENGLISH, Tongue, tongue_of
from bot.sdk import Companion

_LABELS: dict[Reaction, str] = {"why": "Why?", "later": "Later", "not-this": "Not this", "stop": "Stop"}


class ReactionButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"reachout:(?P<reaction>why|later|not-this|stop):(?P<person>\d{1,20}):(?P<message>\d{1,18})",
):
    """One of the four."""

    def __init__(self, reaction: Reaction, person: str, message: int, say: Tongue = ENGLISH) -> None:
        self._reaction = reaction
        self._person = person
        self._message = message
        style = discord.ButtonStyle.danger if reaction == "stop" else discord.ButtonStyle.secondary
        super().__init__(discord.ui.Button(
            label=say(_LABELS[reaction]), style=style, custom_id=f"reachout:{reaction}:{person}:{message}",
        ))

    @classmethod
    async def from_custom_id(cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(cast(Reaction, match["reaction"]), match["person"], int(match["message"]))

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        return await pressed_by(interaction, self._person)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        companion: Companion = interaction.client.companion
        person, say = f"discord:{interaction.user.id}", tongue_of(interaction.locale)
        try:
            words = await companion.reach_out.reactions.react(person, self._reaction, self._message, say)
        except OldfriendError:
            words = say("That did not work just now. Try again in a moment, or type `/reachout off`.")
        nobody = discord.AllowedMentions.none()
        for piece in split(words):
            await interaction.followup.send(discord.utils.escape_markdown(piece, as_needed=True), ephemeral=True, allowed_mentions=nobody)


def reactions_to(message: Unprompted) -> discord.ui.View:
    """The four buttons for this row of the outbox, in the language that it is written in."""
    say = tongue_of(language_of(message.text))
    view = discord.ui.View(timeout=None)
    for reaction in _LABELS:
        view.add_item(ReactionButton(reaction, message.person.rpartition(":")[2], message.id, say))
    return view
