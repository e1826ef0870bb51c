"""A terminal with a person in front of it: lines typed with editing and history, and text that appears piece by piece."""

import asyncio
import queue
import sys
import threading
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.text import Text

# Line editing is a matter of the platform: input() uses these where they are.
try:
    import readline
except ImportError:
    readline = None  # type: ignore[assignment]  # a Python built without it still reads lines
try:
    import termios
except ImportError:
    termios = None  # type: ignore[assignment]  # not a Unix

_ERASE_LINE = "\r\x1b[K"


class Terminal:
    """What is typed, and what is shown. Entering it notes the state of the terminal, leaving it puts that back.

    Typed lines are kept for the arrow keys as long as the process lives and never written to a file: what a person has
    deleted must not survive in a history.
    """

    def __init__(self, screen: Console, read: Callable[[str], str] = input) -> None:
        self._screen = screen
        self._read = read
        self._wanted: queue.SimpleQueue[tuple[str, asyncio.Future[str | None]]] = queue.SimpleQueue()
        self._pending: asyncio.Future[str | None] | None = None
        self._prompt = ""
        self._hung_up = False
        self._talking = False
        self._held: list[str] = []
        self._mode: list[Any] | None = None
        self._hint_shown = False
        self.speaker = ""
        """Display name of the persona that is talking."""

    def __enter__(self) -> Self:
        if termios is not None:
            with suppress(termios.error, ValueError, OSError):
                self._mode = termios.tcgetattr(sys.stdin.fileno())
        threading.Thread(target=self._serve, args=(asyncio.get_running_loop(),), name="keyboard", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._put_back()

    async def line(self, prompt: str) -> str | None:
        """What the person types next; None when they hung up (Ctrl-D, Ctrl-C)."""
        if self._hung_up:
            return None
        self._prompt = prompt
        self._pending = asyncio.get_running_loop().create_future()
        self._wanted.put((prompt, self._pending))
        try:
            return await self._pending
        finally:
            self._pending = None

    def hang_up(self) -> None:
        """End the line that is being typed, and all typing."""
        self._hung_up = True
        if self._pending is not None and not self._pending.done():
            self._put_back()
            self._screen.line()
            self._pending.set_result(None)

    # -- what is shown

    def note(self, *lines: str) -> None:
        """Words of the program, not of the persona."""
        for line in lines:
            self._screen.print(Text(_harmless(line)), style="dim", soft_wrap=True)

    def think(self, instead: str = "") -> None:
        """The persona is thinking, or what is said ``instead``; whatever comes next takes the place of this line."""
        self._talking = True
        if self._screen.is_terminal:
            self._drop_hint()
            self._show(instead or f"{self.speaker} is thinking…", "dim")
            self._hint_shown = True

    def begin(self) -> None:
        """The persona begins to speak."""
        self._talking = True
        self._drop_hint()
        self._show(f"{self.speaker}: ", "bold")

    def piece(self, text: str) -> None:
        self._show(_harmless(text))

    def end(self, remark: str = "") -> None:
        """The persona is done; then come the messages that waited for that."""
        if self._talking and not self._hint_shown:
            self._screen.line()
        self._drop_hint()
        self._talking = False
        if remark:
            self.note(remark)
        held, self._held = self._held, []
        for text in held:
            self.interject(text)

    def interject(self, text: str) -> None:
        """An unprompted message: above the line that is being typed, or behind the reply that is being given."""
        if self._talking:
            self._held.append(text)
            return
        typing = self._pending is not None
        if typing and self._screen.is_terminal:
            self._screen.file.write(_ERASE_LINE)
        self.begin()
        self.piece(text)
        self.end()
        if typing:
            self._show(self._prompt + (readline.get_line_buffer() if readline is not None else ""))

    def _show(self, text: str, style: str = "") -> None:
        self._screen.print(Text(text), style=style, end="", soft_wrap=True)
        self._screen.file.flush()

    def _drop_hint(self) -> None:
        if self._hint_shown:
            self._screen.file.write(_ERASE_LINE)
            self._hint_shown = False

    # -- the keyboard

    def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        """In a thread: input() blocks, and the companion goes on living while somebody types."""
        while True:
            prompt, future = self._wanted.get()
            line: str | None
            try:
                line = self._read(prompt)
            except (EOFError, OSError, ValueError):
                line = None
            with suppress(RuntimeError):  # the loop has ended: nobody waits for the line
                loop.call_soon_threadsafe(_resolve, future, line)

    def _put_back(self) -> None:
        """Line editing changes the mode of the terminal; a line that never ended would leave it so."""
        if self._mode is not None:
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, self._mode)


def _resolve(future: asyncio.Future[str | None], line: str | None) -> None:
    if not future.done():
        # A terminal in another encoding can hand over lone surrogates, which nothing behind this point accepts.
        future.set_result(line if line is None else line.encode("utf-8", "replace").decode())


def _harmless(text: str) -> str:
    """Without the control characters that could steer the terminal."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")
