"""Times that were named before their zone was known, read again by the clock of the zone."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from bot.mind.quiet import zone_named
from bot.ports import Memories

_COUNTED = re.compile(r"\bin\s+(?:\w+\s+){1,3}(?:minutes?|hours?)\b|\bin half an hour\b", re.IGNORECASE)
"""Times counted from the moment of speaking, which are the same in every zone."""


async def read_times_anew(memories: Memories, person: str, now: datetime, zones: tuple[str, str]) -> None:
    """While their zone was not known, "Friday at 10" was read by the clock of a stand-in. Read it by theirs; ``zones``: the
    one before, and theirs. What is over stays as it is."""
    old, new = map(zone_named, zones)
    for memory in await memories.browse(person):
        if memory.happens_at is None or _COUNTED.search(memory.quote):
            continue
        theirs, ends = (at and at.astimezone(old).replace(tzinfo=new).astimezone(UTC) for at in (memory.happens_at, memory.ends_at))
        if theirs is not None and max(memory.happens_at, theirs) > now:
            await memories.change(replace(memory, happens_at=theirs, ends_at=ends))
