"""Whether the clock can be believed. A computer that starts without its battery is in 1970 or 2099 for a while, and a time that never was
must not make anything fade or expire, which cannot be undone."""

import logging
from datetime import datetime, timedelta

from bot.ports import People

log = logging.getLogger(__name__)

LEAP = timedelta(days=3 * 365)
"""More than that between two looks is no time that passed while somebody was here."""

DOUBT = timedelta(hours=24)
"""How long a clock that leapt is not believed."""

_SCOPE, _SEEN, _LEAPT = "companion", "clock.seen", "clock.leapt"
_NOTED_EVERY = timedelta(hours=1)


async def believed(people: People, now: datetime) -> bool:
    """Note that it is ``now``. False for a day after the clock leapt, back or forth, by more than ``LEAP`` since it was last noted; after years
    in which the computer was off, that day is waited for as well."""
    seen, leapt = [await _moment(people, key) for key in (_SEEN, _LEAPT)]
    if seen is not None and abs(now - seen) > LEAP:
        log.warning("the clock leapt by %d days; for a day nothing is let go by it", (now - seen).days)
        leapt = now
        await people.set_setting(_SCOPE, _LEAPT, now.isoformat())
    if seen is None or abs(now - seen) >= _NOTED_EVERY:
        await people.set_setting(_SCOPE, _SEEN, now.isoformat())
    return leapt is None or abs(now - leapt) >= DOUBT


async def _moment(people: People, key: str) -> datetime | None:
    stored = await people.setting(_SCOPE, key)
    return None if stored is None else datetime.fromisoformat(stored)
