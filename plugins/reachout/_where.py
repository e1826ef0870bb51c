"""The part of ``/reachout`` about where: in private, or in the channel of a server where somebody told of it."""

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.sdk import Companion, OldfriendError, Tongue, tongue_of

from ._logic import where_words

Interaction = discord.Interaction[discord.Client]


class Where(commands.Cog):
    """Mixed into the cog."""

    companion: Companion

    @app_commands.command(description="Where I ask about what you told me in a server: in private, or in that channel")
    @app_commands.describe(place="In private, or in the channel where you told me", server="Which server; here, if you leave it out")
    @app_commands.choices(place=[
        app_commands.Choice(name="in private", value="private"), app_commands.Choice(name="in the channel where I told you", value="channel"),
    ])
    async def where(self, interaction: Interaction, place: Literal["private", "channel"] | None = None, server: str | None = None) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        person, reach_out, say = f"discord:{interaction.user.id}", self.companion.reach_out, tongue_of(interaction.locale)
        if place is not None:
            await reach_out.ask_there(person, _meant(interaction, server), place == "channel")
        known = await reach_out.servers(person)
        named = {discord.utils.escape_markdown(_name(interaction.client, audience, say)): there for audience, there in known.items()}
        await interaction.followup.send(embed=discord.Embed(title=say("Where I write first"), description=where_words(named, say)), ephemeral=True)

    @where.autocomplete("server")
    async def _servers(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        known, say = await self.companion.reach_out.servers(f"discord:{interaction.user.id}"), tongue_of(interaction.locale)
        named = [(_name(interaction.client, audience, say), audience) for audience in known]
        fitting = [(name, audience) for name, audience in named if current.casefold() in name.casefold()]
        return [app_commands.Choice(name=name[:100], value=audience.rpartition(":")[2]) for name, audience in fitting[:25]]


def _meant(interaction: Interaction, server: str | None) -> str:
    """The audience that is meant. Raises OldfriendError."""
    if server is None and interaction.guild_id is not None:
        return f"server:{interaction.guild_id}"
    if server is not None and server.isascii() and server.isdigit() and interaction.client.get_guild(int(server)):
        return f"server:{server}"
    raise OldfriendError("Which server? Choose one of the suggestions under `server`, or type the command in the server you mean.")


def _name(client: discord.Client, audience: str, say: Tongue) -> str:
    guild = client.get_guild(int(audience.rpartition(":")[2]))
    return guild.name if guild else say("a server that I am no longer in")
