"""Plugins are set up and their commands registered; what goes wrong in a command is told to its author alone."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import cast
from urllib.parse import parse_qs, urlsplit

import discord
import pytest
from discord import app_commands
from discord.ext import commands
from simcord.env import Env

from bot.edges.discord.client import Client, intents
from bot.edges.discord.complaints import explain
from bot.edges.discord.host import gather
from bot.errors import PersonaError, PluginError
from bot.mind.tongues import tongue_of
from bot.sdk import Companion, Consent, Host, Memory, Proposal, ProposalSource, ReachOut
from tests.edges.discord.company import Noon

Interaction = discord.Interaction[discord.Client]


class Faulty(commands.Cog):
    """Commands that go wrong in different ways."""

    @app_commands.command(description="raises what is meant for people")
    async def meant(self, interaction: Interaction) -> None:
        raise PersonaError("mika", ["there is no such persona"])

    @app_commands.command(description="raises after it deferred")
    async def late(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        raise RuntimeError("secret detail")

    @app_commands.command(description="needs a permission")
    @app_commands.checks.has_permissions(manage_guild=True)
    async def guarded(self, interaction: Interaction) -> None: ...


@dataclass(frozen=True)
class Source:
    name: str = "follow_up"

    def propose(self, memory: Memory, consent: Consent, now: object) -> Proposal | None:
        return None


@dataclass
class Sources:
    """The part of ``ReachOut`` that takes proposal sources."""

    added: list[ProposalSource] = field(default_factory=list)

    def add_source(self, source: ProposalSource) -> None:
        self.added.append(source)


@dataclass(frozen=True)
class Plugin:
    name: str
    parts: tuple[Callable[[], object], ...] = ()
    fault: Exception | None = None
    persona: str = ""

    async def setup(self, host: Host) -> None:
        for part in self.parts:
            made = part()
            if isinstance(made, Source):
                host.add_source(made)
            else:
                await host.add_cog(made)
        if self.fault:
            raise self.fault


@pytest.fixture
async def simcord_bot(companion: Companion) -> Client:
    # The same commands twice: the second time they are refused, and the bot starts all the same.
    gathered = await gather([Plugin("first", (Faulty,)), Plugin("again", (Faulty,))], companion)
    return Client(companion, gathered.cogs)


async def test_a_plugin_that_fails_leaves_nothing_and_the_others_work(
    companion: Companion, caplog: pytest.LogCaptureFixture
) -> None:
    sources = Sources()
    gathered = await gather(
        [
            Plugin("broken", (Faulty, Source), PluginError("no such file")),
            Plugin("strange", (Noon,)),
            Plugin("whole", (Faulty, Source)),
        ],
        replace(companion, reach_out=cast(ReachOut, sources)),
    )
    assert [name for name, _ in gathered.cogs] == ["whole"]
    assert sources.added == [Source()]
    assert gathered.faults == {
        "broken": "PluginError: no such file", "strange": "TypeError: Noon is not a discord.ext.commands.Cog"
    }
    assert "plugin broken was skipped" in caplog.text


async def test_what_is_meant_for_people_is_told_to_them(simcord_env: Env) -> None:
    result = await simcord_env.create_user("ann").slash("meant")
    assert result.ephemeral
    assert result.response.embeds[0].description == "persona 'mika': there is no such persona"
    assert len(simcord_env.errors) == 1


async def test_other_faults_tell_a_next_step_and_no_detail(simcord_env: Env, caplog: pytest.LogCaptureFixture) -> None:
    result = await simcord_env.create_user("ann").slash("late")
    assert result.ephemeral
    (words,) = [e.description or "" for m in [result.response, *result.followups] for e in m.embeds]
    assert "Try again" in words
    assert "secret" not in words + caplog.text
    assert len(simcord_env.errors) == 1


async def test_a_missing_permission_is_named(simcord_env: Env) -> None:
    lounge = simcord_env.create_guild().create_text_channel("lounge")
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    result = await ann.slash(lounge, "guarded")
    assert result.ephemeral
    assert result.response is not None
    assert "Manage Server" in (result.response.embeds[0].description or "")
    assert len(simcord_env.errors) == 1


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (app_commands.NoPrivateMessage(), "server"),
        (app_commands.CommandOnCooldown(app_commands.Cooldown(1, 5), 4.2), "4 seconds"),
        (app_commands.CheckFailure(), "/help"),
        (app_commands.CommandNotFound("old", []), "Reload"),
        (ValueError("x"), "log"),
    ],
)
def test_every_fault_has_a_next_step(fault: Exception, word: str) -> None:
    assert word in explain(fault, tongue_of("en-US"))


def test_no_more_intents_than_needed() -> None:
    asked = {name for name, on in intents(message_content=True) if on}
    assert asked == {"guilds", "guild_messages", "dm_messages", "message_content", "expressions"}
    assert not intents(message_content=False).message_content


async def test_the_log_says_how_to_invite_it(
    simcord_env: Env, simcord_bot: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await simcord_bot.on_ready()
    (line,) = [r.getMessage() for r in caplog.records if "invite me" in r.getMessage()]
    asked = parse_qs(urlsplit(line.partition(": ")[2]).query)
    assert asked["client_id"] == [str(simcord_bot.application_id)]
    assert asked["scope"] == ["bot applications.commands"]
    assert discord.Permissions(int(asked["permissions"][0])).send_messages
