"""``/reachout``: a person's word on being written to."""

from collections.abc import Sequence
from datetime import timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.sdk import Companion, tongue_of

from ._calendar import Dates
from ._logic import consent_words, decisions_words, fitting_zones, planned_words, quiet_words, read_time, stamp
from ._where import Where

Interaction = discord.Interaction[discord.Client]


class ReachOutCog(Where, Dates, commands.GroupCog, group_name="reachout", group_description="When I may write first"):
    """Opt in and out, quiet hours, and why something was or was not said."""

    def __init__(self, companion: Companion, zones: Sequence[str]) -> None:
        self.companion = companion
        self._reach_out = companion.reach_out
        self._zones = zones

    @app_commands.command(description="Let me write first, now and then")
    async def on(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        consent = await self._reach_out.opt_in(_person(interaction), True)
        words = say("I will write to you in private when there is something to ask, and not often.")
        if await self._reach_out.servers(_person(interaction)):
            words += " " + say("What you tell me in a server I can ask about in that channel instead: `/reachout where`.")
        if not consent.timezone_known:
            words += "\n\n" + say("One thing first: **where do you live?** Type `/reachout timezone`; until then I wait.")
        await _answer(interaction, say("Thank you"), f"{words}\n\n{quiet_words(consent, say)}")

    @app_commands.command(description="I answer, and never write first")
    async def off(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        await self._reach_out.opt_in(_person(interaction), False)
        await _answer(interaction, say("All right"), say("I will not write first any more. Write to me whenever you like."))

    @app_commands.command(description="What I may do, what I plan, and why I wrote or did not")
    async def status(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        person = _person(interaction)
        embed = discord.Embed(
            title=say("Writing first"), description=consent_words(await self.companion.people.consent(person), say)
        )
        planned, held = await self._reach_out.planned(person), await self._reach_out.held_back(person)
        embed.add_field(name=say("Planned"), value=planned_words(planned, held, say), inline=False)
        decisions = await self.companion.diary.recent(person, 50)
        embed.add_field(name=say("Last decisions"), value=decisions_words(decisions, say), inline=False)
        await interaction.followup.send(embed=embed, ephemeral=True)

    @app_commands.command(description="Let go of something I plan to write about")
    @app_commands.describe(id="Its number, as /reachout status shows it")
    async def cancel(self, interaction: Interaction, id: app_commands.Range[int, 1, 2**53]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        if await self._reach_out.cancel(_person(interaction), id):
            await _answer(interaction, say("Let go"), say("I will not write to you about it."))
        else:
            await _answer(interaction, say("No such plan"), say("I plan nothing with the number {}. `/reachout status` shows what there is.", id))

    @cancel.autocomplete("id")
    async def _plans(self, interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
        planned = await self._reach_out.planned(_person(interaction))
        fitting = [p for p in planned if str(p.id).startswith(current) or current.casefold() in p.reason.casefold()]
        return [app_commands.Choice(name=f"{p.id}: {p.reason}"[:100], value=p.id) for p in fitting[:25]]

    @app_commands.command(name="quiet-hours", description="Hours in which I never write first")
    @app_commands.describe(start="Like 22:00 or 10pm", end="Like 9:00 or 9am; the same as start for none")
    async def quiet_hours(self, interaction: Interaction, start: str, end: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        consent = await self._reach_out.set_quiet_hours(_person(interaction), read_time(start), read_time(end))
        await _answer(interaction, say("Noted"), quiet_words(consent, say))

    @app_commands.command(name="per-day", description="How many times a day I may write first, at most")
    @app_commands.describe(most="1 to 3")
    async def per_day(self, interaction: Interaction, most: app_commands.Range[int, 1, 3]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        await _answer(interaction, say("Noted"), consent_words(await self._reach_out.set_per_day(_person(interaction), most), say))

    @app_commands.command(description="Leave you in peace for some hours; 0 ends it")
    @app_commands.describe(hours="How long, up to 720 (a month)")
    async def snooze(self, interaction: Interaction, hours: app_commands.Range[int, 0, 720]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        until = self.companion.clock.now() + timedelta(hours=hours) if hours else None
        consent = await self._reach_out.snooze(_person(interaction), until)
        words = say("I write nothing first until {}.", stamp(until)) if until else say("I may write first again, when there is something to ask.")
        await _answer(interaction, say("All right"), words if consent.reach_out else consent_words(consent, say))

    @app_commands.command(description="Where you live, so that I know your evenings from your nights")
    @app_commands.describe(name="A city or a zone: Berlin, Europe/Berlin")
    async def timezone(self, interaction: Interaction, name: app_commands.Range[str, 1, 64]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = tongue_of(interaction.locale)
        consent = await self._reach_out.set_timezone(_person(interaction), name)
        await _answer(interaction, say("Noted"), f"{say('Your time zone: {}.', consent.timezone)}\n{quiet_words(consent, say)}")

    @timezone.autocomplete("name")
    async def _zone_names(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=zone, value=zone) for zone in fitting_zones(self._zones, current)]


def _person(interaction: Interaction) -> str:
    return f"discord:{interaction.user.id}"


async def _answer(interaction: Interaction, title: str, words: str) -> None:
    await interaction.followup.send(embed=discord.Embed(title=title, description=words), ephemeral=True)
