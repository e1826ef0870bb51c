"""The question whether to remember somebody, and its buttons. They work after a restart: all they need stands in their ids."""

import re
from contextlib import suppress
from typing import Any, Self, cast

import discord

from bot.edges.discord.owned import pressed_by
from bot.errors import OldfriendError
from bot.mind.permission import ALLOWED, LEAVING_DELETES, LEAVING_KEEPS, LOSES, REFUSED, Choice, permission_button
from bot.mind.tongues import ENGLISH, Tongue, tongue_of
from bot.sdk import Companion

_LABELS: dict[Choice, str] = {"yes": "Yes, remember", "no": "No, do not", "delete": "Delete all of it", "leave-delete": "Delete when I leave a server", "leave-keep": "Keep when I leave a server"}
_STYLES = {"yes": discord.ButtonStyle.success, "delete": discord.ButtonStyle.danger}
_FAILED = "That did not work just now. Try again in a moment, or type `/privacy`."


class PermissionButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"remember:(?P<choice>yes|no|delete|leave-delete|leave-keep):(?P<user>\d{1,20})"
):
    """A yes, a no, or a no to what it deletes."""

    def __init__(self, choice: Choice, user: int, say: Tongue = ENGLISH) -> None:
        self._choice = choice
        self._user = user
        super().__init__(discord.ui.Button(label=say(_LABELS[choice]), style=_STYLES.get(choice, discord.ButtonStyle.secondary), custom_id=permission_button(choice, user)))

    @classmethod
    async def from_custom_id(cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(cast(Choice, match["choice"]), int(match["user"]))

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        return await pressed_by(interaction, str(self._user))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """In a server the question was there for all to see: the answer is for them alone, and the question goes."""
        asked, say = interaction.message, tongue_of(interaction.locale)
        public = interaction.guild_id is not None and asked is not None and not asked.flags.ephemeral
        await interaction.response.defer(ephemeral=True, thinking=public)
        try:
            words, more = await self._carry_out(interaction.client.companion, f"discord:{interaction.user.id}", say)
        except OldfriendError:
            words, more = say(_FAILED), self._choice
        view = discord.ui.View(timeout=None)
        if more is not None:
            view.add_item(PermissionButton(more, self._user, say))
        if not public:
            await interaction.edit_original_response(content=words, embeds=[], view=view)
            return
        await interaction.followup.send(words, ephemeral=True, view=view)
        if asked is not None and more is None:
            with suppress(discord.HTTPException):
                await asked.delete()

    async def _carry_out(self, companion: Companion, person: str, say: Tongue) -> tuple[str, Choice | None]:
        """What to say, and what may be pressed then."""
        permission = companion.permission
        if self._choice in ("leave-delete", "leave-keep"):
            await permission.on_leaving(person, delete=self._choice == "leave-delete")
            return say(LEAVING_DELETES if self._choice == "leave-delete" else LEAVING_KEEPS), None
        if self._choice == "yes":
            await permission.allow(person)
            return say(ALLOWED), None
        if self._choice == "no" and (count := await permission.at_stake(person)):
            return say(LOSES, say("{} memory" if count == 1 else "{} memories", count)), "delete"
        await permission.refuse(person)
        return say(REFUSED), None


def question(user: int, say: Tongue = ENGLISH) -> discord.ui.View:
    """The two buttons under the question."""
    view = discord.ui.View(timeout=None)
    view.add_item(PermissionButton("yes", user, say))
    view.add_item(PermissionButton("no", user, say))
    return view
