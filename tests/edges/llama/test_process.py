"""A watched process: what counts as silence."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable

import pytest

from bot.edges.llama.process import WatchedProcess

Leap = Callable[[float], None]


@pytest.fixture
def leap(monkeypatch: pytest.MonkeyPatch) -> Leap:
    """The clock of the loop jumps, as it does for a program that was stopped and goes on."""
    leapt = 0.0

    def jump(seconds: float) -> None:
        nonlocal leapt
        leapt += seconds
        loop = asyncio.get_running_loop()
        real = type(loop).time
        monkeypatch.setattr(loop, "time", lambda: real(loop) + leapt)

    return jump


@pytest.fixture
async def silent() -> AsyncIterator[WatchedProcess]:
    process = await WatchedProcess.start([sys.executable, "-c", "input()"], {}, patience=60.0, on_hung=lambda: None)
    yield process
    await process.end()


async def test_time_in_which_we_stood_still_ourselves_is_no_silence(silent: WatchedProcess, leap: Leap) -> None:
    silent.expect(True)
    leap(3600.0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not silent.hung and silent.expected and silent.alive


async def test_silence_while_we_look_is_a_hang(silent: WatchedProcess, leap: Leap) -> None:
    silent.expect(True)
    for _ in range(12):
        assert not silent.hung
        leap(5.1)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert silent.hung
