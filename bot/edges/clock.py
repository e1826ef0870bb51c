"""The time of the computer."""

import asyncio
from datetime import UTC, datetime


class SystemClock:
    """The Clock that is used outside tests."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the Clock that everybody else asks

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
