"""What can be wrong with a running companion. Each check gives words for its owner, "" when all is well."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import psutil

from bot.errors import OldfriendError
from bot.flows.leaps import believed
from bot.ports import Clock, LanguageModel, People

Health = Callable[[], Awaitable[str]]

LITTLE_ROOM = 500_000_000
"""Bytes; below that a backup of a large database may not fit any more."""

LITTLE_MEMORY = 150_000_000
"""Bytes; with less the system soon ends whoever has most, and that is the model."""

TOO_SLOW = timedelta(seconds=5)
"""For a small write, which takes milliseconds."""

TOO_OLD = timedelta(days=2)
_SCOPE, _KEY = "companion", "watch.seen"


def room_left(home: Path) -> Health:
    async def check() -> str:
        free = (await asyncio.to_thread(shutil.disk_usage, home)).free
        return "" if free >= LITTLE_ROOM else f"there are only {free / 1e6:.0f} MB left on the disk of {home}: make room"

    return check


def memory_left() -> Health:
    async def check() -> str:
        free = psutil.virtual_memory().available
        return "" if free >= LITTLE_MEMORY else f"there are only {free / 1e6:.0f} MB of memory left: take a smaller model or a smaller model.cells, or end what else runs"

    return check


def database_writes(people: People, clock: Clock) -> Health:
    """Writes the time into it."""

    async def check() -> str:
        begun = clock.now()
        try:
            await people.set_setting(_SCOPE, _KEY, begun.isoformat())
        except OldfriendError as fault:
            return str(fault)
        took = clock.now() - begun
        return "" if took < TOO_SLOW else f"a small write took {took.total_seconds():.0f} s: the disk is slow, or something else keeps it busy. Answers wait for it"

    return check


def clock_steady(people: People, clock: Clock) -> Health:
    """Whether the computer's clock can be believed."""

    async def check() -> str:
        try:
            steady = await believed(people, clock.now())
        except OldfriendError:
            return ""  # that is for the check of the database
        return "" if steady else "the computer's clock leapt by years: set it right. For a day nothing expires and nothing fades"

    return check


def backups_fresh(made: Callable[[], Sequence[datetime]], clock: Clock, since: datetime, fault: Callable[[], str]) -> Health:
    """``made``: when the backups there are were made; ``since`` is when Oldfriend was started; ``fault``: why the last one could not be made. All
    of the database is read for one, so that is how damaged pages are noticed which nobody has come by."""

    async def check() -> str:
        if words := fault():
            return f"no backup could be made: {words}"
        now = clock.now()
        ages = [now - when for when in await asyncio.to_thread(made) if when <= now]
        if now - since < TOO_OLD or (ages and min(ages) < TOO_OLD):
            return ""
        found = f"the newest backup is {min(ages).days} days old" if ages else "there is no backup"
        return f"{found}, and the log says why: `oldfriend backup` tries again"

    return check


def model_answers(model: LanguageModel) -> Health:
    async def check() -> str:
        try:
            await model.facts()
        except OldfriendError as fault:
            return str(fault)
        return ""

    return check
