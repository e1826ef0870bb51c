"""``/persona``: in private everybody chooses for themselves; in a server, who may manage it chooses for all, or for one channel."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.sdk import Companion, private_audience, tongue_of

Interaction = discord.Interaction[discord.Client]


class PersonaCog(commands.GroupCog, group_name="persona", group_description="Who you talk to"):
    """Shows the personas and changes the one worn here."""

    def __init__(self, companion: Companion) -> None:
        self._wardrobe = companion.wardrobe

    @app_commands.command(name="list", description="Who I can be, and who I am here")
    async def list_personas(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        worn = await self._wardrobe.worn(_person(interaction), _audience(interaction), _conversation(interaction))
        say = tongue_of(interaction.locale)
        embed = discord.Embed(title=say("Who I can be"))
        for name in self._wardrobe.names():
            if persona := self._wardrobe.get(name):
                here = f" ({say('here and now')})" if name == worn.name else ""
                embed.add_field(name=f"{persona.display}: `{name}`{here}", value=persona.summary[:1000], inline=False)
        embed.set_footer(text=say("/persona use changes it."))
        await interaction.followup.send(embed=embed, ephemeral=True)

    @app_commands.command(description="Choose who I am here; in a server that needs Manage Server")
    @app_commands.describe(name="As /persona list shows it", only_here="In a server: in this channel only")
    async def use(self, interaction: Interaction, name: str, only_here: bool = False) -> None:
        if interaction.guild_id is not None and not interaction.permissions.manage_guild:
            raise app_commands.MissingPermissions(["manage_guild"])
        await interaction.response.defer(ephemeral=True, thinking=True)
        conversation = _conversation(interaction) if only_here else ""
        persona = await self._wardrobe.use(_person(interaction), _audience(interaction), name.strip().lower(), conversation)
        say = tongue_of(interaction.locale)
        if interaction.guild_id is None:
            where = say("From now on in our private chat.")
        else:
            where = say("From now on in this channel, for everybody." if only_here else "From now on in this server, for everybody.")
        embed = discord.Embed(title=persona.display, description=f"{where}\n\n{persona.greeting}")
        await interaction.followup.send(embed=embed, ephemeral=True)

    @use.autocomplete("name")
    async def _names(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        cards = [(name, card.display) for name in self._wardrobe.names() if (card := self._wardrobe.get(name))]
        fitting = [(name, display) for name, display in cards if current.casefold() in f"{name} {display.casefold()}"]
        return [app_commands.Choice(name=display[:100], value=name) for name, display in fitting[:25]]


def _person(interaction: Interaction) -> str:
    return f"discord:{interaction.user.id}"


def _conversation(interaction: Interaction) -> str:
    return f"discord:{interaction.channel_id}"


def _audience(interaction: Interaction) -> str:
    if interaction.guild_id is None:
        return private_audience(_person(interaction))
    return f"server:{interaction.guild_id}"
