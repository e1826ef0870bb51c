"""May I remember you? Asked after the first answer; until a yes nothing about somebody is written, which is the store's to see to."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.errors import DeliveryError
from bot.flows.forget import Forget
from bot.flows.inbox import ReplyTo
from bot.mind.events import Receipt, Turn
from bot.mind.permission import KEY, LEAVING, QUESTION
from bot.mind.tongue import language_of
from bot.mind.tongues import tongue_of
from bot.ports import Clock, Memories, People

log = logging.getLogger(__name__)

_AGAIN = timedelta(days=1)
_TIMES = 3
"""How often somebody who does not say is asked, until the next start: that they were asked may not be written down either."""

_MANY = 100_000


class Permission:
    """Asks, and takes people at their word. ``remember`` catches up with what somebody said."""

    def __init__(self, *, clock: Clock, people: People, memories: Memories, forget: Forget, remember: Callable[[str], None]) -> None:
        self._clock = clock
        self._people = people
        self._memories = memories
        self._forget = forget
        self._remember = remember
        self._asked: dict[str, tuple[int, datetime]] = {}

    async def word(self, person: str) -> str | None:
        """One of "yes" and "no", or None when they have not said."""
        return await self._people.setting(person, KEY)

    async def allow(self, person: str) -> None:
        """They said yes: this talk is remembered too."""
        await self._people.set_setting(person, KEY, "yes")
        self._remember(person)

    async def at_stake(self, person: str) -> int:
        """How many memories a no would delete."""
        return len(await self._memories.browse(person, past=True, limit=_MANY))

    async def refuse(self, person: str) -> Receipt:
        """They said no: all that is known of them goes, but for that word."""
        receipt = await self._forget.everything(person)
        await self._people.set_setting(person, KEY, "no")
        return receipt

    async def leaves(self, person: str) -> bool:
        """Whether they want what they said in a server deleted when they leave it."""
        return await self._people.setting(person, LEAVING) == "delete"

    async def on_leaving(self, person: str, *, delete: bool) -> None:
        """Their word on that."""
        await self._people.set_setting(person, LEAVING, "delete" if delete else None)

    async def presume(self, person: str) -> bool:
        """Whoever runs the companion on their own computer and sits at it is taken to say yes, until they say no. True when they had not said
        anything: tell them then."""
        if await self.word(person) is not None:
            return False
        await self.allow(person)
        return True

    async def ask(self, turn: Turn, reply_to: ReplyTo) -> bool:
        """Their message was answered: ask, if it was not stored and they never said. Whether it was asked."""
        if turn.id > 0 or await self.word(turn.person) is not None or not self._is_time(turn.person):
            return False
        try:
            await reply_to.ask(tongue_of(language_of(turn.text))(QUESTION), "memory")
        except DeliveryError as fault:
            log.warning("somebody could not be asked whether to remember them: %s", fault)
        return True

    def _is_time(self, person: str) -> bool:
        now = self._clock.now()
        times, last = self._asked.get(person, (0, now - _AGAIN))
        if times >= _TIMES or now - last < _AGAIN:
            return False
        self._asked[person] = times + 1, now
        return True
