from collections.abc import AsyncIterator

import pytest

from bot.flows.supervise import Supervisor
from tests.fakes.store import FakeStore
from tests.flows.household import Household


@pytest.fixture
async def home() -> AsyncIterator[Household]:
    async with Supervisor() as supervisor:
        yield Household(supervisor, FakeStore())
