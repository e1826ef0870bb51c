"""Look after itself: what goes wrong is told to whoever runs it, once, and once more when it is well again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from bot.errors import OldfriendError
from bot.ports import Clock, People

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[str]]
"""Words for the owner; "" when all is well."""

EVERY = 300.0
"""Seconds between two looks."""

QUIET = timedelta(hours=12)
"""So long nothing more is said of the same thing, however often it comes and goes, and however often the process is started again."""

_PATIENCE = 60.0
_SCOPE, _TOLD = "companion", "watch.told "


class Watch:
    """Runs ``checks`` by name; ``tell`` takes words to the owner and may raise OldfriendError: then only the log has them."""

    def __init__(self, checks: Mapping[str, Check], *, clock: Clock, people: People, tell: Callable[[str], Awaitable[None]] | None = None) -> None:
        self._checks = checks
        self._clock = clock
        self._people = people
        self._tell = tell
        self._told: dict[str, datetime] = {}
        self._wrong: dict[str, str] = {}
        self._to_be_ended: set[str] = set()

    def wrong(self) -> Mapping[str, str]:
        """What is wrong, by the name of its check, as of the last look."""
        return dict(self._wrong)

    async def keep_looking(self) -> None:
        """Until cancelled; the first time when there was time to load everything."""
        while True:
            await self._clock.sleep(EVERY)
            await self.look()

    async def look(self) -> None:
        for name, check in self._checks.items():
            words = await _words(check)
            before = self._wrong.pop(name, "")
            if words:
                self._wrong[name] = words
                if not before:
                    await self._begins(name, words)
            elif before:
                await self._ends(name)

    async def _begins(self, name: str, words: str) -> None:
        log.error("%s: %s", name, words)
        if not await self._may_tell(name):
            return
        self._to_be_ended.add(name)
        await self._say(f"Something is wrong with me ({name}): {words}. I say this once.")

    async def _ends(self, name: str) -> None:
        log.warning("%s: well again", name)
        if name in self._to_be_ended:
            self._to_be_ended.discard(name)
            await self._say(f"That is well again ({name}).")

    async def _may_tell(self, name: str) -> bool:
        """The database may be what is wrong; then it is remembered for as long as this process lives."""
        now, told = self._clock.now(), self._told.get(name)
        with suppress(OldfriendError):
            stored = await self._people.setting(_SCOPE, _TOLD + name)
            told = told or (datetime.fromisoformat(stored) if stored else None)
        if told is not None and abs(now - told) < QUIET:
            return False
        self._told[name] = now
        with suppress(OldfriendError):
            await self._people.set_setting(_SCOPE, _TOLD + name, now.isoformat())
        return True

    async def _say(self, words: str) -> None:
        if self._tell is None:
            return
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._tell(words)
        except (OldfriendError, TimeoutError) as fault:
            log.warning("whoever runs me could not be told: %s", fault if isinstance(fault, OldfriendError) else "it took too long")


async def _words(check: Check) -> str:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await check()
    except TimeoutError:
        return f"it gave no sign of life for {_PATIENCE:.0f} s"
