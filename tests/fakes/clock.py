"""A clock that stands still until it is told otherwise."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday."""


class VirtualClock:
    """The Clock of tests: sleepers wake when ``advance`` passes their time, in order, without waiting."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Until so much virtual time has passed. Not at all for 0 or less, but others get their turn."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        self._count += 1
        wakes: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), self._count, wakes))
        await wakes

    async def advance(self, by: timedelta) -> None:
        """Let so much time pass; every sleeper on the way wakes at its own time and runs until it waits again."""
        end = self._now + by
        await _settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            self._now, _, wakes = heapq.heappop(self._sleepers)
            if not wakes.done():
                wakes.set_result(None)
            await _settle()
        self.set(end)

    def set(self, now: datetime) -> None:
        """Be at ``now`` at once, waking nobody: as when the computer's clock is set."""
        self._now = now


async def _settle() -> None:
    """Let the tasks that can run do so; enough turns for chains of a few awaits."""
    for _ in range(20):
        await asyncio.sleep(0)
