"""A Discord on loopback, and a companion for it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.flows.supervise import Supervisor
from bot.sdk import Companion
from tests.edges.discord.company import Echo, Settings, company
from tests.wire.lookalike import LookAlike


@pytest.fixture
async def discord() -> AsyncIterator[LookAlike]:
    async with LookAlike() as discord:
        yield discord


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
async def companion(echo: Echo) -> AsyncIterator[Companion]:
    async with Supervisor() as supervisor:
        yield company(supervisor, echo, Settings())


@pytest.fixture(autouse=True)
def addresses_are_given_back() -> Iterator[None]:
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    yield
    assert before == (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY)
