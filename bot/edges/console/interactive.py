"""A chat typed at a terminal: the reply appears as it is made, Ctrl-C stops it, Ctrl-D leaves."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.edges.console.orders import HOW_TO_ANSWER, REMEMBERED, Orders
from bot.edges.console.terminal import Terminal
from bot.edges.console.visitor import Visitor
from bot.flows.inbox import Asks
from bot.mind.speech import clean
from bot.mind.waiting import place_in_line
from bot.sdk import Companion, Incoming, Turn

_SOON = 0.3
"""Seconds that leaving may take before the visitor is told what it waits for."""


class Interactive:
    """One visit, from the greeting to the goodbye."""

    def __init__(self, companion: Companion, visitor: Visitor, terminal: Terminal) -> None:
        self._companion = companion
        self._visitor = visitor
        self._terminal = terminal
        self._orders = Orders(companion, visitor)
        self._on_interrupt: Callable[[], object] = terminal.hang_up

    async def run(self) -> None:
        """Until the visitor leaves. What was said by then is stored; what could not be thought over yet is done at
        the next start."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, lambda: self._on_interrupt())
        try:
            with self._terminal:
                await self._welcome()
                while (line := await self._terminal.line(f"{self._visitor.name}: ")) is not None:
                    if clean(line) == "/quit":
                        break
                    await self._take(line)
                await self._leave()
        finally:
            loop.remove_signal_handler(signal.SIGINT)

    async def _welcome(self) -> None:
        persona = await self._companion.wardrobe.worn(self._visitor.person, self._visitor.audience)
        self._terminal.note(f"You are talking with {persona.display}: {persona.summary}", "/help shows the commands, /quit leaves.")
        if await self._companion.permission.presume(self._visitor.person):
            self._terminal.note(*REMEMBERED)
        self._terminal.speaker = persona.display
        if not await self._companion.turns.recent(self._visitor.person, self._visitor.person, 1):
            self._terminal.begin()
            self._terminal.piece(persona.greeting)
            self._terminal.end()

    async def _take(self, line: str) -> None:
        if (order := clean(line)).startswith("/"):
            self._terminal.note(*await self._orders.obey(order))
        elif turn := self._visitor.says(line, self._companion.clock):
            await self._answer(turn)

    async def _answer(self, turn: Turn) -> None:
        await self._companion.permission.presume(turn.person)
        persona = await self._companion.wardrobe.worn(turn.person, turn.audience)
        self._terminal.speaker = persona.display
        reply = _Spoken(self._terminal)
        self._on_interrupt = reply.stop
        try:
            self._companion.inbox.put(Incoming(turn, reply))
            await self._companion.inbox.idle()
        finally:
            self._on_interrupt = self._terminal.hang_up
        if not reply.stopped and not reply.said:
            # The answer failed before anything could be said.
            await reply.say(persona.trouble)
        self._terminal.end("(stopped)" if reply.stopped else "")

    async def _leave(self) -> None:
        """Wait for the memory to catch up; an interrupt leaves that for the next start."""
        supervisor = self._companion.supervisor
        catching_up = supervisor.start(supervisor.idle("remember"), name="leaving", timeout=None)
        self._on_interrupt = catching_up.cancel
        await asyncio.wait([catching_up], timeout=_SOON)
        if not catching_up.done():
            self._terminal.note("Thinking over what you told me; Ctrl-C leaves that for the next time.")
            await asyncio.wait([catching_up])


class _Spoken:
    """A reply on the screen, and the way to stop it."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._making: asyncio.Task[object] | None = None
        self.said = ""
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True
        if self._making is not None:
            self._making.cancel()

    @asynccontextmanager
    async def thinking(self) -> AsyncIterator[None]:
        self._making = asyncio.current_task()
        if self.stopped and self._making is not None:
            self._making.cancel()
        self._terminal.think()
        try:
            yield
        finally:
            self._making = None

    def waiting(self, ahead: int) -> None:
        self._terminal.think(place_in_line(ahead) if ahead else "")

    async def nod(self, emoji: str) -> bool:
        """Nobody else is here."""
        return False

    async def piece(self, text: str) -> bool:
        if not self.said:
            self._terminal.begin()
        self.said += text
        self._terminal.piece(text)
        return True

    async def say(self, text: str) -> str:
        """What was shown so far stays if it is how the whole begins; else the whole follows it on a new line."""
        if self.said and not text.startswith(self.said):
            self._terminal.end()
            self.said = ""
        await self.piece(text[len(self.said) :])
        return ""

    async def ask(self, question: str, about: Asks) -> None:
        self._terminal.end()
        self.said = ""
        await self.piece(f"{question} {HOW_TO_ANSWER}")
