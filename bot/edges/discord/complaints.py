"""Slash commands that go wrong: always answered, to their author alone, in words, with a next step."""

import logging

import discord
from discord import app_commands

from bot.edges.discord.worn_here import NotWornHere
from bot.errors import OldfriendError
from bot.flows.supervise import places
from bot.mind.tongues import Tongue, tongue_of

log = logging.getLogger(__name__)

_OUTDATED = (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)


class ComplainingTree(app_commands.CommandTree[discord.Client]):
    """The command tree; its faults are told to the person."""

    async def on_error(self, interaction: discord.Interaction[discord.Client], error: Exception, /) -> None:
        """Also for what buttons and forms raise."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        name = interaction.command.qualified_name if interaction.command else "unknown"
        if isinstance(cause, app_commands.CheckFailure | OldfriendError | app_commands.TransformerError):
            log.info("/%s was refused: %s", name, type(cause).__name__)
        else:
            log.error("/%s failed: %s", name, type(cause).__name__)
            log.debug("that was in %s", places(cause))
        embed = discord.Embed(description=explain(cause, tongue_of(interaction.locale)), colour=discord.Colour.brand_red())
        try:
            if interaction.response.is_done():
                await interaction.followup.send(embed=embed, ephemeral=True)
            else:
                await interaction.response.send_message(embed=embed, ephemeral=True)
        except discord.HTTPException as fault:
            log.warning("/%s: nobody could be told (%s)", name, fault.code)


def explain(cause: BaseException, say: Tongue) -> str:
    """What went wrong, for the person who typed the command."""
    match cause:
        case app_commands.MissingPermissions(missing_permissions=missing):
            needed = ", ".join(say(m.replace("_", " ").replace("guild", "server").title()) for m in missing)
            return say("That needs the permission **{}**. Ask somebody who runs this server to do it.", needed)
        case app_commands.NoPrivateMessage():
            return say("That works in a server only. Type it in a channel of the server you mean.")
        case app_commands.CommandOnCooldown(retry_after=seconds):
            return say("Not so fast. Try again in {} seconds.", f"{seconds:.0f}")
        case app_commands.TransformerError(value=value):
            return say("I cannot make sense of `{}`. Type the command again and pick one of the suggestions.", str(value)[:80])
        case OldfriendError() | NotWornHere():
            return say(*cause.args)
        case app_commands.CheckFailure():
            return say("You may not use that here. `/help` shows what you can do.")
        case _ if isinstance(cause, _OUTDATED):
            return say("This command has changed. Reload Discord (Ctrl+R) and type it again.")
        case _:
            return say("Something went wrong on my side. Try again in a moment; if it stays, tell whoever runs me to look in the log.")
