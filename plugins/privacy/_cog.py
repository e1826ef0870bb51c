"""``/privacy``: five lines."""

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.sdk import Choice, Companion, permission_button, tongue_of

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

_SAID = {
    "yes": "You said **yes**. Taking it back deletes what I know of you.",
    "no": "You said **no**: I keep nothing of you, and we can talk as ever.",
    None: "You have not said, so I keep nothing: what you tell me is there for our talk and gone within an hour.",
}
_LABELS: dict[Choice, str] = {
    "yes": "Yes, remember", "no": "No, do not", "leave-delete": "Delete when I leave a server", "leave-keep": "Keep when I leave a server",
}
_LEAVES = {True: "What you told me there is deleted, within a day.", False: "What you told me there stays, for when you come back."}
_EXPORTED = "Everything I know about you, as JSON. Keep it safe; `/memory import` brings it back."
_TOO_LARGE = "Your file is larger than Discord takes here. Whoever runs me can make it for you: `oldfriend memory export`."


class PrivacyCog(commands.Cog):
    """Says what is kept, and takes a yes or a no to it."""

    def __init__(self, companion: Companion) -> None:
        self._companion = companion
        self._days = companion.turns_days
        self._server = companion.model_server

    @app_commands.command(description="What I keep, where, who sees it, and how to delete it")
    async def privacy(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say, person = tongue_of(interaction.locale), f"discord:{interaction.user.id}"
        kept = say(KEPT, self._days) if self._days else say(KEPT_FOR_EVER)
        model = say(MODEL_ON_A_SERVER, self._server) if self._server else say(MODEL_HERE)
        lines = [say(WHAT), say(WHERE, model), say(WHO), say(DELETE, kept), say(FIRST)]
        embed = discord.Embed(title=say("Your privacy"), description="\n".join(lines))
        word, leaves = await self._companion.permission.word(person), await self._companion.permission.leaves(person)
        embed.add_field(name=say("May I remember you?"), value=say(_SAID[word]), inline=False)
        if word == "yes":
            embed.add_field(name=say("When you leave a server"), value=say(_LEAVES[leaves]), inline=False)
        offered: list[Choice] = [choice for choice in ("yes", "no") if choice != word]
        offered += ["leave-keep" if leaves else "leave-delete"] if word == "yes" else []
        view = discord.ui.View(timeout=None)
        for choice in offered:
            view.add_item(discord.ui.Button(label=say(_LABELS[choice]), custom_id=permission_button(choice, interaction.user.id)))
        await interaction.followup.send(embed=embed, view=view, ephemeral=True)
        view.stop()  # its buttons work by their ids; discord.py would wait for them for a quarter of an hour beside that

    @app_commands.command(description="A file with everything I know about you")
    async def export(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        data = await self._companion.transfer.export(f"discord:{interaction.user.id}")
        if len(data) > interaction.filesize_limit:
            await interaction.followup.send(embed=discord.Embed(description=say(_TOO_LARGE)), ephemeral=True)
            return
        file = discord.File(io.BytesIO(data), filename="oldfriend.json")
        await interaction.followup.send(embed=discord.Embed(description=say(_EXPORTED)), file=file, ephemeral=True)
