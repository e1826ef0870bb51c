"""What a persona brings works where it is worn, and nowhere else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from simcord.builders import ChannelHandle
from simcord.env import Env

from bot.edges.discord.client import Client
from bot.edges.discord.host import gather
from bot.edges.discord.worn_here import NotWornHere
from bot.edges.plugins import Plugin, discover, discover_cogs
from bot.flows.supervise import Supervisor
from bot.sdk import Host
from personas.crake.cog import converted
from tests.fakes.clock import VirtualClock
from tests.fakes.store import FakeStore
from tests.plugins.answers import text
from tests.plugins.company import company

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def simcord_bot(store: FakeStore) -> AsyncIterator[Client]:
    """The bot with every plugin, and with what the personas bring."""
    async with Supervisor() as supervisor:
        companion = company(supervisor, store, VirtualClock())
        cogs, faults = discover_cogs(ROOT / "personas")
        assert [cog.persona for cog in cogs] == ["crake"] and not faults
        gathered = await gather((*discover(ROOT / "plugins")[0], *cogs), companion)
        assert not gathered.faults
        yield Client(companion, gathered.cogs)


@pytest.fixture
def lounge(simcord_env: Env) -> ChannelHandle:
    return simcord_env.create_guild().create_text_channel("lounge")


async def test_a_command_of_a_persona_works_where_it_is_worn(simcord_bot: Client, simcord_env: Env, lounge: ChannelHandle) -> None:
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    assert "crake can do that, and here i am mika" in text(await ann.slash(lounge, "galley measure", amount="2", unit="gill"))
    wardrobe = simcord_bot.companion.wardrobe
    await wardrobe.use("discord:1", f"server:{simcord_env.guild.id}", "crake")
    assert "284 ml" in text(await ann.slash(lounge, "galley measure", amount="2", unit="gill"))
    assert "no amount" in text(await ann.slash(lounge, "galley measure", amount="a few", unit="gill"))
    await wardrobe.use("discord:1", f"server:{simcord_env.guild.id}", "noor", f"discord:{lounge.id}")
    assert "here i am noor" in text(await ann.slash(lounge, "galley measure", amount="2", unit="gill"))
    assert [type(fault) for fault in simcord_env.errors] == [NotWornHere, NotWornHere]


async def test_a_persona_brings_commands_and_nothing_else(store: FakeStore) -> None:
    async def proposes(host: Host) -> None:
        host.add_source(object())  # type: ignore[arg-type]  # refused before it is looked at

    async with Supervisor() as supervisor:
        gathered = await gather((Plugin("persona crake", proposes, "crake"),), company(supervisor, store, VirtualClock()))
    assert gathered.cogs == () and "brings commands" in gathered.faults["persona crake"]


def test_a_faulty_cog_is_named_and_the_others_kept(tmp_path: Path) -> None:
    for name, code in (("good", "async def setup(host): ..."), ("bad", "import no_such_module_at_all"), ("empty", "")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "cog.py").write_text(code)
    cogs, faults = discover_cogs(tmp_path)
    assert [(cog.name, cog.persona) for cog in cogs] == [("persona good", "good")]
    assert "no_such_module_at_all" in faults["persona bad"] and faults["persona empty"] == "its cog.py has no `async def setup(host)`"


@pytest.mark.parametrize(
    ("amount", "unit", "said"),
    [
        ("2", "gill", "284 ml"), ("1 1/2", "pint", "852 ml"), ("1", "gallon", "4.55 litres"), ("0,5", "pound", "227 g"), ("3", "stone", "19.1 kg"),
        ("500", "ml", "3.52 gills"), ("1", "kilogram", "35.3 ounces"),
    ],
)
def test_old_measures_and_new(amount: str, unit: str, said: str) -> None:
    assert converted(amount, unit) == said


@pytest.mark.parametrize("amount", ["", "a few", "-1", "0", "1/0", "1e9", "2 spoons"])
def test_what_is_no_amount(amount: str) -> None:
    with pytest.raises(ValueError):
        converted(amount, "gill")
