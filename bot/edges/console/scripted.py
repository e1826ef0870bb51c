"""One message a line in, one reply a line out: the companion for programs and tests."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, nullcontext, suppress

from bot.edges.console.orders import HOW_TO_ANSWER, Orders
from bot.edges.console.visitor import Visitor
from bot.flows.inbox import Asks
from bot.mind.speech import clean
from bot.sdk import Companion, Incoming

_CHUNK = 65_536


class Scripted:
    """Answers the lines of a file descriptor, in order, one line each; a line with nothing to see in it gets none.

    ``write`` is given each reply without its line break. The background work of a message is waited for before the
    next: a script never pauses as people do, and so that a run can be repeated.
    """

    def __init__(self, companion: Companion, visitor: Visitor, write: Callable[[str], None]) -> None:
        self._companion = companion
        self._visitor = visitor
        self._orders = Orders(companion, visitor)
        self._write = write

    async def run(self, source: int) -> None:
        """Until the end of the input or ``/quit``; then until the memory has caught up."""
        await self._companion.permission.presume(self._visitor.person)
        async for line in _lines(source):
            text = clean(line)
            if text == "/quit":
                break
            if text.startswith("/"):
                self._write(_one_line(" | ".join(await self._orders.obey(text))))
            elif text:
                self._write(await self._answer(text))
                await self._companion.supervisor.idle("remember")
        await self._companion.supervisor.idle("remember")

    async def _answer(self, text: str) -> str:
        turn = self._visitor.says(text, self._companion.clock)
        assert turn is not None, "the caller saw text in this line"
        await self._companion.permission.presume(turn.person)
        reply = _Line()
        self._companion.inbox.put(Incoming(turn, reply))
        await self._companion.inbox.idle()
        if reply.text:
            return reply.text
        # The answer failed before anything could be said; the caller still waits for one line.
        return _one_line((await self._companion.wardrobe.worn(turn.person, turn.audience)).trouble)


class _Line:
    """Keeps the reply as one line."""

    def __init__(self) -> None:
        self.text = ""

    def thinking(self) -> AbstractAsyncContextManager[object]:
        return nullcontext()

    def waiting(self, ahead: int) -> None:
        """A program gets its line when it is there."""

    async def nod(self, emoji: str) -> bool:
        """It reads lines."""
        return False

    async def piece(self, text: str) -> bool:
        """Only whole replies are written."""
        return False

    async def say(self, text: str) -> str:
        self.text = _one_line(text)
        return ""

    async def ask(self, question: str, about: Asks) -> None:
        self.text = _one_line(f"{self.text} {question} {HOW_TO_ANSWER}")


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


async def _lines(source: int) -> AsyncIterator[str]:
    """Lines of a file descriptor; bytes that are no UTF-8 become U+FFFD.

    A thread of its own reads, because a regular file cannot be waited for in the event loop. It reads without a buffer
    object, whose lock it would still hold when the process ends.
    """
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[bytes | None] = asyncio.Queue()

    def put(line: bytes | None) -> None:
        with suppress(RuntimeError):  # the loop has ended: nobody listens any more
            loop.call_soon_threadsafe(lines.put_nowait, line)

    def read() -> None:
        rest = b""
        while chunk := _read(source):
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                put(line)
        put(rest)
        put(None)

    threading.Thread(target=read, name="console input", daemon=True).start()
    while (line := await lines.get()) is not None:
        yield line.decode("utf-8", errors="replace")


def _read(source: int) -> bytes:
    try:
        return os.read(source, _CHUNK)
    except OSError:
        return b""
