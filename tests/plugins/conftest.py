from collections.abc import AsyncIterator
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
async def simcord_bot(store: FakeStore) -> AsyncIterator[Client]:
    """The bot with every plugin that comes with it."""
    plugins, faults = discover(PLUGINS)
    assert not faults
    async with Supervisor() as supervisor:
        companion = company(supervisor, store, VirtualClock())
        gathered = await gather(plugins, companion)
        assert not gathered.faults
        yield Client(companion, gathered.cogs)
