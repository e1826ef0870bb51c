"""The alarm clock of ``flows.reach_out``: APScheduler, with the database as the only truth.

It keeps no job store. There is one job, the next look at what is due, set for the nearest due time and never further
away than LONGEST: a computer that slept, or a clock that was set, costs at most that much. What came due while nobody
looked is judged anew like anything else, one after another, so a start after a long absence is no burst.
"""

import logging
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.flows.reach_out import ReachOut
from bot.flows.supervise import Supervisor
from bot.ports import Clock

log = logging.getLogger(__name__)

LONGEST = timedelta(minutes=1)
"""Between two looks."""

LOOK_TIMEOUT = 600.0
"""Seconds that one look may take, the words of every message included."""

_JOB = "look"


class _After(BaseTrigger):  # type: ignore[misc]  # APScheduler 3 has no types
    """Fires once, so much later than APScheduler's own now: our now is the Clock's."""

    def __init__(self, delay: timedelta) -> None:
        self._delay = delay

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        return now + self._delay if previous is None else None


class Scheduler:
    """Wakes ReachOut when something is due, for as long as the context lasts."""

    def __init__(self, reach_out: ReachOut, clock: Clock, supervisor: Supervisor) -> None:
        self._reach_out = reach_out
        self._clock = clock
        self._supervisor = supervisor
        self._alarm = AsyncIOScheduler(timezone="UTC")
        self._looks_at: datetime | None = None
        self._looking = False

    @property
    def looks_at(self) -> datetime | None:
        """When the next look is set for, by the Clock; None before the start and while one is going on."""
        return self._looks_at

    async def __aenter__(self) -> Self:
        await self._reach_out.recover()
        self._alarm.start()
        self._reach_out.on_due(self._by)
        await self._set_next()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._reach_out.on_due(None)
        self._alarm.remove_all_jobs()
        self._alarm.shutdown(wait=False)

    async def look(self) -> None:
        """Consider what is due now and set the next look, whatever happens."""
        self._looking, self._looks_at = True, None
        try:
            await self._reach_out.consider_due(self._clock.now())
        finally:
            self._looking = False
            self._set(self._clock.now() + LONGEST)
            await self._set_next()

    async def _set_next(self) -> None:
        """Not at once, whatever is due: at the start the messenger has still to connect, and what is still due after a
        look could not be considered and would only fail again."""
        now = self._clock.now()
        latest = now + LONGEST
        due = await self._reach_out.next_due(until=latest)
        self._set(due if due and due > now else latest)

    def _by(self, due: datetime) -> None:
        """Something is due earlier than the next look."""
        if not self._looking and self._looks_at is not None and due < self._looks_at:
            self._set(due)

    def _set(self, at: datetime) -> None:
        self._looks_at = at
        delay = max(at - self._clock.now(), timedelta(0))
        self._alarm.add_job(self._ring, _After(delay), id=_JOB, replace_existing=True, misfire_grace_time=None)

    async def _ring(self) -> None:
        self._supervisor.start(self.look(), name="reach out", timeout=LOOK_TIMEOUT)
