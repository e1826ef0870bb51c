"""The real process against the look-alike, with what the measurements need: a model that is a script, and the times of what the bot does."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from aiohttp import web

from bot.ports import Completion
from tests.fakes.model import FakeModel
from tests.fakes.model_server import ModelServer, open_model_server
from tests.wire.lookalike import LookAlike
from tests.wire.process import TINY, Running, connected, oldfriend
from tests.wire.world import Channel, Message

TOKEN = re.compile(r"#(\d+)\b")
"""What marks a message, and is repeated in the answer to it."""


class TimedLookAlike(LookAlike):
    """Notes when the bot showed a first sign in a channel, said something, or acknowledged an interaction."""

    def __init__(self, *, message_content: bool = True) -> None:
        super().__init__(message_content=message_content)
        self.signs: dict[int, list[float]] = {}
        """By channel: when it typed or spoke there."""
        self.acknowledged: dict[str, float] = {}
        """By the token of an interaction."""
        self.said: asyncio.Queue[Message] = asyncio.Queue()

    async def _typing(self, request: web.Request) -> web.Response:
        self._sign(int(request.match_info["channel"]))
        return await super()._typing(request)

    async def _send(self, request: web.Request) -> web.Response:
        channel = int(request.match_info["channel"])
        self._sign(channel)
        before = len(self.world.messages)
        answer = await super()._send(request)
        for message in self.world.messages[before:]:
            if message.author is self.world.bot and message.channel.id == channel:
                self.said.put_nowait(message)
        return answer

    async def _callback(self, request: web.Request) -> web.Response:
        self.acknowledged.setdefault(request.match_info["token"], time.perf_counter())
        return await super()._callback(request)

    def _sign(self, channel: int) -> None:
        self.signs.setdefault(channel, []).append(time.perf_counter())

    async def sign_in(self, channel: Channel, since: float, within: float) -> float:
        """Seconds from ``since`` to the first sign in this channel; TimeoutError when there is none."""
        await self.until(lambda: any(at >= since for at in self.signs.get(channel.id, ())), within)
        return min(at for at in self.signs[channel.id] if at >= since) - since


@asynccontextmanager
async def served(home: Path, *, tiny: bool = False, message_content: bool = True) -> AsyncIterator[tuple[TimedLookAlike, Running, FakeModel]]:
    """A bot that is connected. Its model is a script behind a model server, or with ``tiny`` the real one of 135M. ``message_content`` is
    whether Discord lets it read what is not meant for it."""
    model = FakeModel(_answer)
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(TimedLookAlike(message_content=message_content))
        server = await stack.enter_async_context(open_model_server(ModelServer(model)))
        settings = TINY if tiny else f'[server]\nbase_url = "{server.base_url}"\nmodel = "served-model"\n'
        running = await stack.enter_async_context(oldfriend(discord, home, discord.token, settings))
        await connected(discord, running, 1)
        yield discord, running, model


def _answer(request: Completion) -> str:
    """Repeats the mark of what it answers."""
    if request.schema is not None:
        return '{"events": []}'
    last = next((m.content for m in reversed(request.messages) if m.role == "user"), "")
    marks = TOKEN.findall(last)
    return f"That sounds like a long day, {'#' + marks[-1] if marks else 'friend'}. I am glad that you told me about it."
