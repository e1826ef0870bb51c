from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.flows.supervise import Supervisor
from tests.fakes.store import FakeStore
from tests.flows.household import Household
from tests.flows.reaching import ADA, Machine, Process


@pytest.fixture
async def home() -> AsyncIterator[Household]:
    async with Supervisor() as supervisor:
        yield Household(supervisor, FakeStore())


@pytest.fixture(params=["fake", "sqlite"])
async def machine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Machine]:
    machine = Machine(tmp_path / "oldfriend.db" if request.param == "sqlite" else FakeStore())
    yield machine
    await machine.stop()


@pytest.fixture
async def bot(machine: Machine) -> Process:
    return await machine.start()


@pytest.fixture
async def willing(bot: Process) -> Process:
    await bot.reach_out.opt_in(ADA, True)
    await bot.reach_out.set_timezone(ADA, "berlin")
    return bot
