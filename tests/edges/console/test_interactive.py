"""Somebody sits at the terminal."""

import asyncio
import io
import os
import queue
import signal
from dataclasses import replace

import pytest
from rich.console import Console

from bot.edges.console import Interactive, NobodyThere, Terminal, TerminalMessenger
from bot.errors import DeliveryError, ModelFailed
from bot.flows.inbox import Inbox, Incoming
from bot.mind.events import Unprompted
from bot.mind.waiting import LOST, place_in_line
from tests.edges.console.room import SAM, Echo, Room, mika
from tests.fakes.clock import START


class Desk:
    """A person at a terminal: what they type, and what they see."""

    def __init__(self, room: Room, *, tty: bool = False) -> None:
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.seen = io.StringIO()
        self._loop = asyncio.get_running_loop()
        self._prompts: asyncio.Queue[str] = asyncio.Queue()
        self.terminal = Terminal(Console(file=self.seen, width=200, force_terminal=tty, color_system=None), read=self._read)
        self.chat = Interactive(room.companion, SAM, self.terminal)

    def types(self, *lines: str | None) -> None:
        """None is Ctrl-D."""
        for line in lines:
            self._lines.put(line)

    async def prompted(self) -> str:
        """The next prompt they were shown."""
        return await self._prompts.get()

    def _read(self, prompt: str) -> str:
        self._loop.call_soon_threadsafe(self._prompts.put_nowait, prompt)
        line = self._lines.get()
        if line is None:
            raise EOFError
        return line


class TestInteractive:
    async def test_greets_answers_and_leaves(self, room: Room) -> None:
        desk = Desk(room)
        desk.types("hello", "", "\u200b", "/help", None)
        await desk.chat.run()
        seen = desk.seen.getvalue()
        assert f"Mika: {mika().greeting}\n" in seen
        assert "Mika: You said: hello\n" in seen
        assert "/reachout" in seen
        assert "I remember: on this computer" in seen
        assert room.echo.heard == ["hello"]

    async def test_pieces_appear_once(self, room: Room) -> None:
        desk = Desk(room)
        room.echo.pieces = ["Well ", "well", "\x1b[31m."]
        desk.types("hello", "/quit")
        await desk.chat.run()
        assert "Mika: Well well[31m.\n" in desk.seen.getvalue()

    async def test_who_waits_sees_their_place_until_the_answer_comes(self, room: Room) -> None:
        class Crowded(Echo):
            async def hear(self, burst: tuple[Incoming, ...]) -> None:
                async with burst[-1].reply_to.thinking():
                    for ahead in (2, 1, 0):
                        burst[-1].reply_to.waiting(ahead)
                await super().hear(burst)

        room.companion = replace(room.companion, inbox=Inbox(room.companion.supervisor, Crowded()))
        desk = Desk(room, tty=True)
        desk.types("hello", "/quit")
        await desk.chat.run()
        *_, answer, _ = desk.seen.getvalue().split("\n")
        hints = ["Mika is thinking…", place_in_line(2), place_in_line(1), "Mika is thinking…", "Mika is thinking…", "Mika: You said: hello"]
        assert answer == "\r\x1b[K".join(hints)

    async def test_a_failure_is_told(self, room: Room) -> None:
        desk = Desk(room)
        room.echo.fault = ModelFailed("gone")
        desk.types("hello", "/quit")
        await desk.chat.run()
        assert desk.seen.getvalue().count(LOST) == 1

    async def test_ctrl_c_stops_the_reply_and_the_chat_goes_on(self, room: Room) -> None:
        desk = Desk(room)
        room.echo.sticks, room.echo.pieces = True, ["Once upon "]
        desk.types("tell me a story")
        async with asyncio.TaskGroup() as tasks:
            chat = tasks.create_task(desk.chat.run())
            await room.echo.stuck.wait()
            os.kill(os.getpid(), signal.SIGINT)
            assert [await desk.prompted(), await desk.prompted()] == ["sam: ", "sam: "]
            assert "(stopped)" in desk.seen.getvalue()
            room.echo.sticks = False
            desk.types("hello", "/quit")
            await chat
        assert room.echo.cancelled
        assert "Mika: Once upon \n" in desk.seen.getvalue()
        assert room.echo.heard == ["tell me a story", "hello"]

    async def test_ctrl_c_at_the_prompt_leaves(self, room: Room) -> None:
        desk = Desk(room)
        desk.types("hello")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(desk.chat.run())
            assert [await desk.prompted(), await desk.prompted()] == ["sam: ", "sam: "]
            os.kill(os.getpid(), signal.SIGINT)
        assert "Mika: You said: hello\n" in desk.seen.getvalue()
        desk.types(None)

    async def test_an_unprompted_message_is_shown(self, room: Room) -> None:
        desk = Desk(room)
        messenger = TerminalMessenger(desk.terminal, SAM)
        message = Unprompted(
            person=SAM.person, conversation=SAM.person, proposal=1, memory=1, nonce="n", reason="r", at=START, text="How was it?"
        )
        desk.terminal.speaker = "Mika"
        await messenger.send(message)
        assert "Mika: How was it?\n" in desk.seen.getvalue()
        with pytest.raises(DeliveryError):
            await messenger.send(replace(message, person="console:ana"))
        with pytest.raises(DeliveryError):
            await NobodyThere().send(message)

    async def test_a_returning_visitor_is_not_greeted_like_a_stranger(self, room: Room) -> None:
        await room.remember("I love tea", "Sam loves tea.")
        desk = Desk(room)
        desk.types(None)
        await desk.chat.run()
        assert mika().greeting not in desk.seen.getvalue()
