"""Owns background tasks: each has a name, a timeout, somebody who hears of its failure, and an end."""

import asyncio
import logging
import traceback
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self

from bot.errors import OldfriendError

log = logging.getLogger(__name__)


class Supervisor:
    """Runs tasks that outlive the call that started them. Leaving the context cancels those still running.

    While the context lasts it also hears of failures of tasks that libraries started and nobody awaits: Python's own report of those has the
    words of the fault in it, which may be what people said.

    ::

        async with Supervisor() as supervisor:
            supervisor.start(remember(turn), name="remember", timeout=120)
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._before: Callable[[asyncio.AbstractEventLoop, dict[str, Any]], object] | None = None

    def start(self, work: Coroutine[Any, Any, object], *, name: str, timeout: float | None) -> asyncio.Task[None]:
        """Begin now; a failure is logged under ``name`` and goes no further. ``timeout`` in seconds, None for a
        service that runs until the end."""
        task = asyncio.get_running_loop().create_task(self._watch(work, name, timeout), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Cancelled before its first step, the work was never begun; without this Python would complain about that.
        task.add_done_callback(lambda _: work.close())
        return task

    async def idle(self, prefix: str = "") -> None:
        """Wait until no task whose name begins with ``prefix`` is running, those started meanwhile included."""
        while waiting := [t for t in self._tasks if t.get_name().startswith(prefix) and t is not asyncio.current_task()]:
            await asyncio.wait(waiting)

    async def _watch(self, work: Coroutine[Any, Any, object], name: str, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await work
        except TimeoutError:
            log.error("%s did not end within %s s and was stopped", name, seconds)
        except Exception as fault:  # noqa: BLE001 - the supervisor is where failures of background work end
            log.error("%s failed: %s", name, in_words(fault))
            log.debug("that was in %s", places(fault))

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._before = loop.get_exception_handler()
        loop.set_exception_handler(_unowned)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        asyncio.get_running_loop().set_exception_handler(self._before)


def _unowned(loop: asyncio.AbstractEventLoop, about: dict[str, Any]) -> None:
    """A failure that nobody hears of, in one line."""
    task, fault = about.get("task") or about.get("future"), about.get("exception")
    name = task.get_name() if isinstance(task, asyncio.Task) else "what nobody waited for"
    if not isinstance(fault, BaseException):
        log.error("%s: %s", name, about.get("message"))
        return
    log.error("%s failed: %s", name, in_words(fault))
    log.debug("that was in %s", places(fault))


def in_words(fault: BaseException) -> str:
    """For the log: our own errors say what to do; of others only the type, since their words may hold what people said."""
    return str(fault) if isinstance(fault, OldfriendError) else type(fault).__name__


def places(fault: BaseException) -> str:
    """For the log: where in the code it happened. A traceback would end with the fault's own words."""
    return " > ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in traceback.extract_tb(fault.__traceback__))
