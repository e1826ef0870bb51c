"""A deadline for what comes piece by piece."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeVar

from bot.errors import ModelFailed

Piece = TypeVar("Piece")


async def in_time(pieces: AsyncIterator[Piece], seconds: float | None) -> AsyncGenerator[Piece]:
    """The same pieces; ModelFailed when one is still awaited so many seconds from now. None is no deadline.

    Only waiting for a piece is cut short, never what the receiver does with it.
    """
    until = None if seconds is None else asyncio.get_running_loop().time() + seconds
    while True:
        try:
            async with asyncio.timeout_at(until):
                piece = await anext(pieces)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise ModelFailed("The answer took longer than it was given.") from None
        yield piece
