"""``/privacy``: five lines."""

import discord
from discord import app_commands
from discord.ext import commands

Interaction = discord.Interaction[discord.Client]

FIVE_LINES = (
    "**What:** messages you write to me, my answers, what I remember from them, your settings, and why I spoke or kept silent. "
    "What others say around me in a channel I know for some minutes and never store.",
    "**Where:** in one database on the computer that runs me. {model}",
    "**Who:** you, with `/memory list`; and whoever runs that computer can open its files. What you tell me in private is "
    "never used in a server or with anybody else.",
    "**Delete:** `/memory delete` for one memory, `/memory forget-everything` for all; gone at once, with a receipt. Delete or edit a message, and "
    "what I made of it goes or follows. `/memory export` gives you everything; `/memory pause` stops remembering. "
    "{kept} Memories that nobody needs fade; backups follow within four days.",
    "**Writing first:** only if you say `/reachout on`; `/reachout off` ends it, `/reachout status` shows every reason.",
)
KEPT = "What we wrote goes by itself after {days} days."
KEPT_FOR_EVER = "What we wrote stays until you delete it."
MODEL_HERE = "My model runs there too; only Discord carries our words."
MODEL_ON_A_SERVER = (
    "My model is on a server, `{host}`: to answer you and to remember, what you write to me, and what I remember that fits, is "
    "sent there, and whoever runs it can read it. Discord carries our words too."
)


class PrivacyCog(commands.Cog):
    """Says what is kept. ``model_server`` is the host of the model, "" for the computer that runs the bot; ``turns_days`` is how long
    messages are kept, 0 for ever."""

    def __init__(self, model_server: str, turns_days: int) -> None:
        self._kept = KEPT.format(days=turns_days) if turns_days else KEPT_FOR_EVER
        self._model = MODEL_ON_A_SERVER.format(host=model_server) if model_server else MODEL_HERE

    @app_commands.command(description="What I keep, where, who sees it, and how to delete it")
    async def privacy(self, interaction: Interaction) -> None:
        embed = discord.Embed(title="Your privacy", description="\n".join(FIVE_LINES).format(model=self._model, kept=self._kept))
        await interaction.response.send_message(embed=embed, ephemeral=True)
