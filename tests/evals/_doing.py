"""What a process was doing when it was killed: how many of each kind of work are going on, in a file that is mapped into memory and so outlives it."""

import mmap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import iscoroutinefunction
from pathlib import Path
from threading import Lock
from typing import Any

KINDS = ("chat", "remember", "reflect", "reach out", "delete", "write an index", "back up", "migrate")


class Doing:
    """``fresh`` sets all to nothing; of one process, and one that watches it."""

    def __init__(self, file: Path, *, fresh: bool = False) -> None:
        if fresh:
            file.write_bytes(bytes(len(KINDS)))
        with file.open("r+b") as opened:
            self._counts = mmap.mmap(opened.fileno(), len(KINDS))
        self._one_at_a_time = Lock()

    def now(self) -> set[str]:
        """What is going on, or was at the end."""
        return {kind for kind, count in zip(KINDS, self._counts[:], strict=True) if count}

    @contextmanager
    def at(self, kind: str) -> Iterator[None]:
        self._count(kind, 1)
        try:
            yield
        finally:
            self._count(kind, -1)

    def watch(self, owner: object, name: str, kind: str) -> None:
        """From now on a call of this method, or of this function of a module, is work of this kind."""
        work: Callable[..., Any] = getattr(owner, name)

        @wraps(work)
        def call(*given: Any, **named: Any) -> Any:
            with self.at(kind):
                return work(*given, **named)

        @wraps(work)
        async def await_it(*given: Any, **named: Any) -> Any:
            with self.at(kind):
                return await work(*given, **named)

        setattr(owner, name, await_it if iscoroutinefunction(work) else call)

    def _count(self, kind: str, more: int) -> None:
        with self._one_at_a_time:
            self._counts[KINDS.index(kind)] += more
