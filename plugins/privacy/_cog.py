"""``/privacy``: five lines."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.sdk import tongue_of

Interaction = discord.Interaction[discord.Client]

WHAT = (
    "**What:** messages you write to me, my answers, what I remember from them, your settings, and why I spoke or kept silent. "
    "What others say around me in a channel I know for some minutes and never store."
)
WHERE = "**Where:** in one database on the computer that runs me. {}"
WHO = (
    "**Who:** you, with `/memory list`; and whoever runs that computer can open its files. What you tell me in private is "
    "never used in a server or with anybody else."
)
DELETE = (
    "**Delete:** `/memory delete` for one memory, `/memory forget-everything` for all; gone at once, with a receipt. Delete or edit a message, and "
    "what I made of it goes or follows. `/memory export` gives you everything; `/memory pause` stops remembering. "
    "{} Memories that nobody needs fade; backups follow within four days."
)
FIRST = "**Writing first:** only if you say `/reachout on`; `/reachout off` ends it, `/reachout status` shows every reason."
KEPT = "What we wrote goes by itself after {} days."
KEPT_FOR_EVER = "What we wrote stays until you delete it."
MODEL_HERE = "My model runs there too; only Discord carries our words."
MODEL_ON_A_SERVER = (
    "My model is on a server, `{}`: to answer you and to remember, what you write to me, and what I remember that fits, is "
    "sent there, and whoever runs it can read it. Discord carries our words too."
)


class PrivacyCog(commands.Cog):
    """Says what is kept. ``model_server`` is the host of the model, "" for the computer that runs the bot; ``turns_days`` is how long
    messages are kept, 0 for ever."""

    def __init__(self, model_server: str, turns_days: int) -> None:
        self._days = turns_days
        self._server = model_server

    @app_commands.command(description="What I keep, where, who sees it, and how to delete it")
    async def privacy(self, interaction: Interaction) -> None:
        say = tongue_of(interaction.locale)
        kept = say(KEPT, self._days) if self._days else say(KEPT_FOR_EVER)
        model = say(MODEL_ON_A_SERVER, self._server) if self._server else say(MODEL_HERE)
        lines = [say(WHAT), say(WHERE, model), say(WHO), say(DELETE, kept), say(FIRST)]
        embed = discord.Embed(title=say("Your privacy"), description="\n".join(lines))
        await interaction.response.send_message(embed=embed, ephemeral=True)
