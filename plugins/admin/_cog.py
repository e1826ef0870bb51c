"""``/admin``: where the companion takes part, and how much."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.sdk import Companion, Dial, tongue_of

Interaction = discord.Interaction[discord.Client]

_KEY = "channel:"
_DIAL = "dial"
_MEANS = {
    Dial.LURKER: "I answer only when somebody mentions me or replies to me.",
    Dial.GUEST: "I answer mentions and replies, when somebody calls me by name or asks for me, and when my answer is answered.",
    Dial.REGULAR: "I also take up what is said to nobody in particular, and leave people alone who talk with each other.",
}


@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.default_permissions(manage_guild=True)
class AdminCog(commands.GroupCog, group_name="admin", group_description="Where I listen in this server"):
    """Channels given to the companion; needs Manage Server."""

    def __init__(self, companion: Companion) -> None:
        self._people = companion.people

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        # Discord's own setting only hides the commands; who runs a server can change it, and a missing one must not matter.
        if interaction.guild_id is None:
            raise app_commands.NoPrivateMessage
        if not interaction.permissions.manage_guild:
            raise app_commands.MissingPermissions(["manage_guild"])
        return True

    @app_commands.command(name="channel-add", description="Give me a channel: I take part in it like everybody else")
    @app_commands.describe(channel="Which one")
    async def channel_add(self, interaction: Interaction, channel: discord.TextChannel) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        await self._people.set_setting(_server(interaction), f"{_KEY}{channel.id}", "on")
        words = f"{say('I take part in {} now, and remember what people tell me there.', channel.mention)} {say(_MEANS[Dial.REGULAR])}"
        may = channel.permissions_for(channel.guild.me)
        if not (may.view_channel and may.send_messages):
            words += "\n\n" + say("But I may not write there yet: give me **View Channel** and **Send Messages** in that channel.")
        await _answer(interaction, words)

    @app_commands.command(name="channel-remove", description="Take a channel back: I answer only when I am called")
    @app_commands.describe(channel="Which one")
    async def channel_remove(self, interaction: Interaction, channel: discord.TextChannel) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        await self._people.set_setting(_server(interaction), f"{_KEY}{channel.id}", None)
        await _answer(interaction, say("{} is like the rest of the server again. `/admin dial` says how much I talk there.", channel.mention))

    @app_commands.command(name="dial", description="How much I talk in this server, or in one channel")
    @app_commands.describe(level="How much", channel="Only in this channel; else in the whole server")
    async def dial(self, interaction: Interaction, level: Dial, channel: discord.TextChannel | None = None) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        await self._people.set_setting(_server(interaction), f"{_KEY}{channel.id}" if channel else _DIAL, level.value)
        await _answer(interaction, f"{channel.mention if channel else say('This server')}: **{say(level.value)}**. {say(_MEANS[level])}")

    @app_commands.command(description="How much I talk where")
    async def channels(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        settings = await self._people.settings(_server(interaction))
        level = settings.get(_DIAL) or Dial.GUEST.value
        lines = [say("Everywhere else: **{}**", say(level))]
        for key, value in settings.items():
            if key.startswith(_KEY) and value:
                lines.insert(0, f"<#{key.removeprefix(_KEY)}>: **{say(Dial.REGULAR.value if value == 'on' else value)}**")
        await _answer(interaction, "\n".join(lines))


def _server(interaction: Interaction) -> str:
    return f"server:{interaction.guild_id}"


async def _answer(interaction: Interaction, words: str) -> None:
    await interaction.followup.send(embed=discord.Embed(description=words), ephemeral=True)
