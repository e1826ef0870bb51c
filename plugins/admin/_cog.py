"""``/admin``: where the companion takes part, how much, as whom, and for how long it keeps what is said."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.sdk import (
    GIVEN,
    LANGUAGES,
    RETENTION,
    Companion,
    Dial,
    OldfriendError,
    RuleKey,
    channel_key,
    house_rules,
    tongue_of,
)

from ._colour import PaintPersona
from ._logic import MEANS, fitting_zones, painted, quiet_hours, told

Interaction = discord.Interaction[discord.Client]
Place = discord.TextChannel | discord.ForumChannel | discord.VoiceChannel

_LISTED = "I answer only in channels that `/admin channel-add` or `/admin dial` named, even when somebody mentions me elsewhere."
_GOES = "What was said here more than {} days ago goes, with what I remember of it, unless its owner pinned that."
_NOT_SPOKEN = "{} does not speak {}. `/persona list` shows who else I can be, `/admin persona` changes it."
_LET_IN = "{} may use `/admin` too. Discord shows them the command once you allow it for that role: Server Settings, Integrations, my name, `/admin`."


@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_guild=True)
class AdminCog(commands.GroupCog, group_name="admin", group_description="How I behave in this server"):
    """What a server chooses. It sees nobody's memories."""

    def __init__(self, companion: Companion) -> None:
        self._people = companion.people
        self._wardrobe = companion.wardrobe
        self._kept = companion.turns_days

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        # Discord's own setting only hides the commands; who runs a server can change it, and a missing one must not matter.
        if interaction.guild_id is None:
            raise app_commands.NoPrivateMessage
        if interaction.permissions.manage_guild:
            return True
        role = house_rules(await self._people.settings(_server(interaction))).managers
        if not role or not isinstance(interaction.user, discord.Member) or interaction.user.get_role(role) is None:
            raise app_commands.MissingPermissions(["manage_guild"])
        return True

    @app_commands.command(name="channel-add", description="Give me a channel: I take part in it like everybody else")
    @app_commands.describe(channel="Which one")
    async def channel_add(self, interaction: Interaction, channel: Place) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        await self._people.set_setting(_server(interaction), channel_key(channel.id), GIVEN)
        words = say("I take part in {} now, and remember what those tell me there who allow it.", channel.mention) + " " + say(MEANS[Dial.REGULAR])
        may = channel.permissions_for(channel.guild.me)
        if not (may.view_channel and may.send_messages):
            words += "\n\n" + say("But I may not write there yet: give me **View Channel** and **Send Messages** in that channel.")
        await _answer(interaction, words)

    @app_commands.command(name="channel-remove", description="Take a channel back: it is like the rest of the server again")
    @app_commands.describe(channel="Which one")
    async def channel_remove(self, interaction: Interaction, channel: Place) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        await self._people.set_setting(_server(interaction), channel_key(channel.id), None)
        await _answer(interaction, say("{} is like the rest of the server again. `/admin dial` says how much I talk there.", channel.mention))

    @app_commands.command(name="only-listed", description="Answer in the channels I was given, and nowhere else")
    @app_commands.describe(on="Whether I keep to them")
    async def only_listed(self, interaction: Interaction, on: bool) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        await self._people.set_setting(_server(interaction), RuleKey.LISTED, GIVEN if on else None)
        await _answer(interaction, say(_LISTED if on else "I answer everywhere I may write, as far as the dial goes."))

    @app_commands.command(name="dial", description="How much I talk in this server, or in one channel")
    @app_commands.describe(level="How much", channel="Only in this channel; else in the whole server")
    async def dial(self, interaction: Interaction, level: Dial, channel: Place | None = None) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        await self._people.set_setting(_server(interaction), channel_key(channel.id) if channel else RuleKey.DIAL, level.value)
        await _answer(interaction, f"{channel.mention if channel else say('This server')}: **{say(level.value)}**. {say(MEANS[level])}")

    @app_commands.command(description="Who I am in this server")
    @app_commands.describe(name="As /persona list shows it")
    async def persona(self, interaction: Interaction, name: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        worn = await self._wardrobe.use("", _server(interaction), name.strip().lower())
        await _answer(interaction, say("From now on I am **{}** here, for everybody.", worn.display) + " " + worn.greeting)

    @persona.autocomplete("name")
    async def _names(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        fitting = [name for name in self._wardrobe.names() if current.casefold() in name]
        return [app_commands.Choice(name=name, value=name) for name in fitting[:25]]

    @app_commands.command(name="persona-edit", description="How I speak and greet in this server, and what I know of it")
    async def persona_edit(self, interaction: Interaction) -> None:
        server = _server(interaction)
        modal = PaintPersona(await self._wardrobe.colour(server), tongue_of(interaction.locale), lambda *typed: self._wardrobe.paint(server, *typed))
        await interaction.response.send_modal(modal)

    @app_commands.command(name="quiet-hours", description="Hours in which I answer only mentions and replies; leave all empty to end them")
    @app_commands.describe(start="Such as 22:00", end="Such as 08:00", timezone="Whose clock, such as Europe/Berlin")
    async def quiet(self, interaction: Interaction, start: str = "", end: str = "", timezone: str = "UTC") -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        quiet = quiet_hours(start, end, timezone) if start or end else None
        await self._people.set_setting(_server(interaction), RuleKey.QUIET, quiet.written() if quiet else None)
        if quiet is None:
            await _answer(interaction, say("No quiet hours."))
            return
        hours = f"{quiet.start:%H:%M}", f"{quiet.end:%H:%M}", quiet.zone
        await _answer(interaction, say("Quiet from {} to {} ({}): then I answer only mentions and replies.", *hours))

    @quiet.autocomplete("timezone")
    async def _zones(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=zone, value=zone) for zone in fitting_zones(current)]

    @app_commands.command(description="After how many days I forget what was said in this server")
    @app_commands.describe(days="From 1 to 3650; 0 is what whoever runs me chose")
    async def retention(self, interaction: Interaction, days: app_commands.Range[int, 0, 3650]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        await self._people.set_setting(RETENTION, _server(interaction), str(days) if days else None)
        await _answer(interaction, say(_GOES, days) if days else say("What is said here I keep as long as whoever runs me chose: `/privacy` tells how long."))

    @app_commands.command(description="In which language I answer in this server; leave it empty for that of each message")
    @app_commands.describe(name="Which one; my persona has to speak it")
    @app_commands.choices(name=[app_commands.Choice(name=name, value=code) for code, name in LANGUAGES.items()])
    async def language(self, interaction: Interaction, name: str = "") -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        worn = await self._wardrobe.worn("", _server(interaction))
        if name and name not in worn.languages:
            raise OldfriendError(_NOT_SPOKEN, worn.display, say(LANGUAGES[name]))
        await self._people.set_setting(_server(interaction), RuleKey.LANGUAGE, name or None)
        await _answer(interaction, say("I answer in **{}** here.", say(LANGUAGES[name])) if name else say("I answer in the language of each message, as far as I speak it."))

    @app_commands.command(description="A role whose members may use /admin as well; leave it empty to take that back")
    @app_commands.describe(role="Which one")
    async def managers(self, interaction: Interaction, role: discord.Role | None = None) -> None:
        if not interaction.permissions.manage_guild:  # who was let in does not let others in
            raise app_commands.MissingPermissions(["manage_guild"])
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        await self._people.set_setting(_server(interaction), RuleKey.MANAGERS, str(role.id) if role else None)
        await _answer(interaction, say(_LET_IN, role.mention) if role else say("Only who may manage this server changes how I behave here."))

    @app_commands.command(description="All that was chosen for this server")
    async def settings(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        server = _server(interaction)
        rules = house_rules(await self._people.settings(server))
        worn = await self._wardrobe.worn("", server)
        days, colour = await self._people.setting(RETENTION, server), await self._wardrobe.colour(server)
        await _answer(interaction, "\n".join([*told(rules, worn.display, days, self._kept, say), *painted(colour, say)]))


def _server(interaction: Interaction) -> str:
    return f"server:{interaction.guild_id}"


async def _answer(interaction: Interaction, words: str) -> None:
    await interaction.followup.send(embed=discord.Embed(description=words), ephemeral=True)
