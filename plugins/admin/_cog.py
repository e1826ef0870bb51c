"""``/admin``: give the companion channels in which it answers everything."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.sdk import Companion

Interaction = discord.Interaction[discord.Client]

_KEY = "channel:"


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

    @app_commands.command(name="channel-add", description="Give me a channel: I answer every message there")
    @app_commands.describe(channel="Which one")
    async def channel_add(self, interaction: Interaction, channel: discord.TextChannel) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._people.set_setting(_server(interaction), f"{_KEY}{channel.id}", "on")
        words = f"I answer every message in {channel.mention} now, and remember what people tell me there."
        may = channel.permissions_for(channel.guild.me)
        if not (may.view_channel and may.send_messages):
            words += "\n\nBut I may not write there yet: give me **View Channel** and **Send Messages** in that channel."
        await _answer(interaction, words)

    @app_commands.command(name="channel-remove", description="Take a channel back: I answer only when I am called")
    @app_commands.describe(channel="Which one")
    async def channel_remove(self, interaction: Interaction, channel: discord.TextChannel) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._people.set_setting(_server(interaction), f"{_KEY}{channel.id}", None)
        await _answer(interaction, f"In {channel.mention} I answer only when somebody mentions me or replies to me.")

    @app_commands.command(description="Channels that were given to me")
    async def channels(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        settings = await self._people.settings(_server(interaction))
        given = [f"<#{key.removeprefix(_KEY)}>" for key, value in settings.items() if key.startswith(_KEY) and value == "on"]
        await _answer(interaction, "\n".join(given) or "None yet. `/admin channel-add` gives me one.")


def _server(interaction: Interaction) -> str:
    return f"server:{interaction.guild_id}"


async def _answer(interaction: Interaction, words: str) -> None:
    await interaction.followup.send(embed=discord.Embed(description=words), ephemeral=True)
