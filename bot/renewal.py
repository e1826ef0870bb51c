"""New settings while it runs: what can change holds from then on, what cannot is named, and a file with faults changes nothing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

from bot.config import Settings
from bot.errors import OldfriendError

log = logging.getLogger(__name__)

Take = Callable[[Settings], None]
"""Makes new settings hold. May raise OldfriendError: then the old ones do."""

_PATIENCE = 60.0


class Renewal:
    """``read`` reads the settings as at the start; whoever can change while it runs says so with ``on``."""

    def __init__(self, settings: Settings, read: Callable[[], Settings]) -> None:
        self._holds = settings.by_key()
        self._read = read
        self._takes: list[tuple[frozenset[str], Take]] = []
        self._asked = asyncio.Event()

    def on(self, keys: Iterable[str], take: Take) -> None:
        """``take`` the settings when one of these keys, such as "crisis.country", has another value."""
        self._takes.append((frozenset(keys), take))

    def ask(self) -> None:
        """Read them anew, soon; what a signal does."""
        self._asked.set()

    async def keep(self, tell: Callable[[str], Awaitable[None]]) -> None:
        """Do it whenever it is asked for, until cancelled. ``tell`` takes a word to the owner when the old settings go on to hold."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            if words := self.renew():
                await _tell(tell, words)

    def renew(self) -> str:
        """Read them now. What is wrong, in words for the owner; "" when nothing is."""
        try:
            settings = self._read()
        except OldfriendError as fault:
            log.error("the settings have faults, and those from before go on to hold: %s", fault)
            return f"I was told to read my settings anew, but they have faults, so those from before go on to hold:\n{fault}"
        return "\n".join(self._take_over(settings))

    def _take_over(self, settings: Settings) -> list[str]:
        now = settings.by_key()
        changed = {key for key, value in now.items() if value != self._holds[key]}
        taken, wrong = set[str](), list[str]()
        for keys, take in self._takes:
            if mine := keys & changed:
                try:
                    take(settings)
                except OldfriendError as fault:
                    log.error("%s: the old setting goes on to hold: %s", ", ".join(sorted(mine)), fault)
                    wrong.append(f"My old setting of {', '.join(sorted(mine))} goes on to hold: {fault}")
                else:
                    self._holds.update({key: now[key] for key in mine})
                    taken |= mine
                changed -= mine
        _say(taken, changed)
        return wrong


def _say(taken: set[str], later: set[str]) -> None:
    log.warning("settings were read anew; %s", f"from now on hold those of {', '.join(sorted(taken))}" if taken else "nothing changes now")
    if later:
        log.warning("these change when Oldfriend is started again: %s", ", ".join(sorted(later)))


async def _tell(tell: Callable[[str], Awaitable[None]], words: str) -> None:
    try:
        async with asyncio.timeout(_PATIENCE):
            await tell(words)
    except (OldfriendError, TimeoutError) as fault:
        log.warning("whoever runs me could not be told: %s", fault if isinstance(fault, OldfriendError) else "it took too long")
