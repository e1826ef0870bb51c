"""One life of a worker process: lines in, lines out, and an end when it gives no sign of life for too long."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Self

_LONGEST_LINE = 1 << 20
_LAST_WORDS = 20  # lines
_GRACE = 1.0  # seconds to end by itself
_LOOKS = 12  # within its patience; while we stand still ourselves (a paused container or virtual machine) at most one of them goes by


class WatchedProcess:
    """Made by ``start``. Once ``patience`` seconds have gone by since ``expect``, it is killed, is ``hung``, and ``on_hung``
    was called. Time in which this process stood still does not count: the worker stood still as well."""

    def __init__(self, process: asyncio.subprocess.Process, *, patience: float, on_hung: Callable[[], None]) -> None:
        self._process = process
        self._patience = patience
        self._on_hung = on_hung
        self._alarm: asyncio.TimerHandle | None = None
        self._last_words: deque[str] = deque(maxlen=_LAST_WORDS)
        self.hung = False

    @classmethod
    async def start(cls, command: Sequence[str], env: Mapping[str, str], *, patience: float, on_hung: Callable[[], None]) -> Self:
        """Raises OSError when there is no such program."""
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
            env=env,
            start_new_session=True,  # Ctrl-C at the terminal is for us; we end the worker in order
        )
        return cls(process, patience=patience, on_hung=on_hung)

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    @property
    def last_words(self) -> str:
        """The end of what it wrote to its standard error."""
        return " | ".join(self._last_words)

    async def hear(self, on_line: Callable[[bytes], Awaitable[None]]) -> None:
        """Give every line of its standard output to ``on_line``, until there are no more."""
        stdout, stderr = self._process.stdout, self._process.stderr
        assert stdout is not None and stderr is not None, "both are pipes"
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._overhear(stderr))
            async for line in stdout:
                await on_line(line)

    def write(self, line: bytes) -> None:
        assert self._process.stdin is not None, "it is a pipe"
        self._process.stdin.write(line)

    def expect(self, sign: bool) -> None:
        """A sign of life came: wait as long again for the next one, if one is due."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if sign:
            self._look_again(_LOOKS)

    def _look_again(self, looks: int) -> None:
        if not looks:
            return self._kill_hung()
        self._alarm = asyncio.get_running_loop().call_later(self._patience / _LOOKS, self._look_again, looks - 1)

    @property
    def expected(self) -> bool:
        """Is a sign of life due?"""
        return self._alarm is not None

    async def end(self) -> None:
        """Close its input, which ends it; kill it when that does not help soon. May be called more than once."""
        self.expect(False)
        assert self._process.stdin is not None, "it is a pipe"
        self._process.stdin.close()
        try:
            async with asyncio.timeout(_GRACE):
                await self._process.wait()
        except TimeoutError:
            self._kill()
            await self._process.wait()

    async def _overhear(self, stderr: asyncio.StreamReader) -> None:
        async for line in stderr:
            self._last_words.append(line.decode(errors="replace").rstrip())

    def _kill_hung(self) -> None:
        self.hung = True
        self._on_hung()
        self._kill()

    def _kill(self) -> None:
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
