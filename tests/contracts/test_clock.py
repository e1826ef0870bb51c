"""What every Clock promises."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.edges.clock import SystemClock
from bot.flows.supervise import Supervisor
from bot.ports import Clock
from tests.fakes.clock import VirtualClock

Passes = Callable[[], Awaitable[None]]


async def _nothing() -> None: ...


def _virtual() -> tuple[Clock, Passes]:
    clock = VirtualClock()
    return clock, lambda: clock.advance(timedelta(seconds=1))


def _system() -> tuple[Clock, Passes]:
    return SystemClock(), _nothing


@pytest.fixture(params=[_virtual, _system], ids=["virtual", "system"])
def timed(request: pytest.FixtureRequest) -> tuple[Clock, Passes]:
    """A clock, and what makes its time pass."""
    made: tuple[Clock, Passes] = request.param()
    return made


def test_now_is_aware_and_in_utc(timed: tuple[Clock, Passes]) -> None:
    assert timed[0].now().utcoffset() == timedelta(0)


def test_now_never_goes_back(timed: tuple[Clock, Passes]) -> None:
    clock, _ = timed
    assert clock.now() <= clock.now()


async def test_a_sleeper_wakes_when_its_time_has_passed(timed: tuple[Clock, Passes]) -> None:
    clock, passes = timed
    before = clock.now()
    async with Supervisor() as supervisor:
        sleeper = supervisor.start(clock.sleep(0.01), name="sleeper", timeout=None)
        await passes()
        await sleeper
    assert clock.now() - before >= timedelta(seconds=0.01)


@pytest.mark.parametrize("seconds", [0, -1])
async def test_no_time_to_sleep_is_only_a_pause(timed: tuple[Clock, Passes], seconds: float) -> None:
    await asyncio.wait_for(timed[0].sleep(seconds), timeout=5)


async def test_a_sleeper_can_be_cancelled(timed: tuple[Clock, Passes]) -> None:
    clock, passes = timed
    async with Supervisor() as supervisor:
        sleeper = supervisor.start(clock.sleep(3600), name="sleeper", timeout=None)
        await asyncio.sleep(0)
        sleeper.cancel()
        await passes()
    assert sleeper.cancelled()
