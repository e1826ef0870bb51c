"""Asks once whether somebody would like to be written to first, and offers what their hours suggest."""

import logging
from datetime import datetime, time

from bot.errors import DeliveryError
from bot.flows.inbox import ReplyTo
from bot.mind.events import Turn, is_private
from bot.mind.invitation import QUESTION, is_time, likely_quiet, likely_zones
from bot.mind.tongue import language_of
from bot.mind.tongues import tongue_of
from bot.ports import Clock, People, Turns

log = logging.getLogger(__name__)

ASKED = "reach_out.asked"
"""The setting that says when they were asked, or made up their mind unasked."""

_LOOKED_BACK = 400
"""Messages of the private conversation."""


class Invite:
    """The question, and the guesses that go with a yes."""

    def __init__(self, *, clock: Clock, turns: Turns, people: People) -> None:
        self._clock = clock
        self._turns = turns
        self._people = people

    async def after(self, turn: Turn, reply_to: ReplyTo) -> None:
        """Their message was answered: ask, if it is time to. In private, and once in a life; not while nothing is kept."""
        if turn.fleeting or not is_private(turn.audience) or await self._is_settled(turn.person):
            return
        if not is_time(await self._turns.recent(turn.person, turn.conversation, _LOOKED_BACK)):
            return
        await self.settled(turn.person)  # before it is asked: rather never than twice
        try:
            await reply_to.ask(tongue_of(language_of(turn.text))(QUESTION), "reach_out")
        except DeliveryError as fault:
            log.warning("somebody could not be asked whether to write first: %s", fault)

    async def settled(self, person: str) -> None:
        """They were asked, or said it by themselves: never ask again."""
        await self._people.set_setting(person, ASKED, self._clock.now().isoformat())

    async def zones(self, person: str) -> tuple[str, ...]:
        """Where they may live, to be offered; none when nothing can be told, or when they said it."""
        known = (await self._people.consent(person)).timezone_known
        return () if known else likely_zones(await self._times(person), self._clock.now())

    async def quiet(self, person: str) -> tuple[time, time] | None:
        """Quiet hours that would suit them, to be offered; None when those they have do, or nothing can be told."""
        consent = await self._people.consent(person)
        found = likely_quiet(await self._times(person), consent.timezone) if consent.timezone_known else None
        return found if found != (consent.quiet_start, consent.quiet_end) else None

    async def _is_settled(self, person: str) -> bool:
        return (await self._people.consent(person)).reach_out or await self._people.setting(person, ASKED) is not None

    async def _times(self, person: str) -> list[datetime]:
        place = (await self._people.consent(person)).conversation
        return [turn.said_at for turn in await self._turns.recent(person, place, _LOOKED_BACK) if not turn.by_bot] if place else []
