"""The question whether to write first, with buttons; after a yes, the zone and the quiet hours that their hours suggest.

As with the buttons of messages, all that is needed stands in their ids, and whoever presses is asked about as whoever they are.
"""

import re
from collections.abc import Sequence
from datetime import time
from typing import Any, Self

import discord

from bot.edges.discord.owned import pressed_by
from bot.errors import OldfriendError
from bot.mind.tongues import ENGLISH, Tongue, tongue_of
from bot.sdk import Companion

_FAILED = "That did not work just now. Try again in a moment, or type `/reachout on`."
_NO = "All right. I will not ask again, and I never write first. `/reachout on` changes that, should you want it one day."
_YES = "Thank you. I will write when there is something to ask, and not often."
_WHERE = "One thing first, so that I know your nights: where do you live?"
_GUESS = "From the hours at which you write it could be one of these; if not:"
_TYPE = "Type `/reachout timezone` and a city; until then I wait."
_IN_PRIVATE = "I write in private. What you tell me in a server I can ask about in that channel instead, if you press its button; everybody there reads it."
_THERE = (
    "Noted: what you tell me in a channel of {} I ask about in that channel. What you tell me in private stays private. "
    "`/reachout where` changes that."
)
_SERVERS, _LONGEST_LABEL = 3, 80


class InvitationButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"reachout-ask:(?P<person>\d{1,20}):(?P<choice>yes|no|there-\d{1,20}|zone-[A-Za-z_/]{3,40}|quiet-\d{4}-\d{4})",
):
    """A yes, a no, a zone or quiet hours."""

    def __init__(self, person: str, choice: str, label: str = "", style: discord.ButtonStyle = discord.ButtonStyle.secondary) -> None:
        self._person = person
        self._choice = choice
        super().__init__(discord.ui.Button(label=label or choice, style=style, custom_id=f"reachout-ask:{person}:{choice}"))

    @classmethod
    async def from_custom_id(cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(match["person"], match["choice"])

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        return await pressed_by(interaction, self._person)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        companion: Companion = interaction.client.companion
        say = tongue_of(interaction.locale)
        try:
            words, more = await _carry_out(companion, interaction.client, f"discord:{interaction.user.id}", self._choice, say)
        except OldfriendError:
            words, more = say(_FAILED), ()
        if not more:
            await interaction.followup.send(words, ephemeral=True)
            return
        await interaction.followup.send(words, ephemeral=True, view=_view(InvitationButton(self._person, choice, label) for choice, label in more))


def question(person: str, say: Tongue = ENGLISH) -> discord.ui.View:
    """The two buttons under the question; ``person`` is "discord:<number>"."""
    number = person.rpartition(":")[2]
    return _view([
        InvitationButton(number, "yes", say("Yes, please"), discord.ButtonStyle.success), InvitationButton(number, "no", say("No, thank you")),
    ])


Offers = Sequence[tuple[str, str]]
"""Choices with their labels."""


async def _carry_out(companion: Companion, client: discord.Client, person: str, choice: str, say: Tongue) -> tuple[str, Offers]:
    reach_out = companion.reach_out
    kind, _, value = choice.partition("-")
    if kind == "no":
        await reach_out.opt_in(person, False)
        return say(_NO), ()
    if kind == "quiet":
        start, end = (time(int(clock[:2]), int(clock[2:])) for clock in value.split("-"))
        await reach_out.set_quiet_hours(person, start, end)
        return say("Noted: quiet from {} to {}.", f"{start:%H:%M}", f"{end:%H:%M}"), ()
    if kind == "there":
        await reach_out.ask_there(person, f"server:{value}", True)
        guild = client.get_guild(int(value))
        return say(_THERE, discord.utils.escape_markdown(guild.name) if guild else value), ()
    if kind == "zone":
        consent = await reach_out.set_timezone(person, value)
        return f"{say('Noted: {}.', consent.timezone)} {await _hours(companion, person, say)}", await _quiet(companion, person, say)
    consent = await reach_out.opt_in(person, True)
    there = await _servers(companion, client, person, say)
    public = [say(_IN_PRIVATE)] if there else []
    if consent.timezone_known:
        words = [say(_YES), await _hours(companion, person, say), *public]
        return " ".join(words), [*await _quiet(companion, person, say), *there]
    zones = await reach_out.invite.zones(person)
    found = [(f"zone-{zone}", zone.rpartition("/")[2].replace("_", " ")) for zone in zones]
    return " ".join([say(_YES), say(_WHERE), *([say(_GUESS)] if zones else []), say(_TYPE), *public]), [*found, *there]


async def _servers(companion: Companion, client: discord.Client, person: str, say: Tongue) -> Offers:
    """Servers in which they told something, where they may be asked about it."""
    numbers = [server.rpartition(":")[2] for server, there in (await companion.reach_out.servers(person)).items() if not there]
    guilds = [guild for number in numbers if (guild := client.get_guild(int(number)))]
    return [(f"there-{guild.id}", say("Ask there: {}", guild.name)[:_LONGEST_LABEL]) for guild in guilds[:_SERVERS]]


async def _quiet(companion: Companion, person: str, say: Tongue) -> Offers:
    found = await companion.reach_out.invite.quiet(person)
    return [(f"quiet-{found[0]:%H%M}-{found[1]:%H%M}", say("Quiet {} to {}", f"{found[0]:%H:%M}", f"{found[1]:%H:%M}"))] if found else ()


async def _hours(companion: Companion, person: str, say: Tongue) -> str:
    consent = await companion.people.consent(person)
    if consent.quiet_start == consent.quiet_end:
        return say("There are no quiet hours.")
    return say("I keep quiet from {} to {}; `/reachout quiet-hours` changes that.", f"{consent.quiet_start:%H:%M}", f"{consent.quiet_end:%H:%M}")


def _view(buttons: Any) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    return view
