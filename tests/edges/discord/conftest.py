from collections.abc import AsyncIterator

import pytest

from bot.edges.discord.client import Client
from bot.flows.supervise import Supervisor
from bot.sdk import Companion
from tests.edges.discord.company import Echo, Settings, company


@pytest.fixture
async def supervisor() -> AsyncIterator[Supervisor]:
    async with Supervisor() as supervisor:
        yield supervisor


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
def companion(supervisor: Supervisor, echo: Echo, settings: Settings) -> Companion:
    return company(supervisor, echo, settings)


@pytest.fixture
async def simcord_bot(companion: Companion) -> Client:
    return Client(companion, ())
