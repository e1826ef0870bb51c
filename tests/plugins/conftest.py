from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.edges.discord.client import Client
from bot.edges.discord.host import gather
from bot.edges.plugins import discover
from bot.flows.supervise import Supervisor
from tests.fakes.clock import VirtualClock
from tests.fakes.store import FakeStore
from tests.plugins.company import company

PLUGINS = Path(__file__).parents[2] / "plugins"


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def model_server() -> str:
    """None: the model runs on the computer of the bot."""
    return ""


@pytest.fixture
async def simcord_bot(store: FakeStore, model_server: str) -> AsyncIterator[Client]:
    """The bot with every plugin that comes with it."""
    plugins, faults = discover(PLUGINS)
    assert not faults
    async with Supervisor() as supervisor:
        companion = replace(company(supervisor, store, VirtualClock()), model_server=model_server)
        gathered = await gather(plugins, companion)
        assert not gathered.faults
        yield Client(companion, gathered.cogs)
