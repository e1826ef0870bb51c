"""Changing what a person allows: one change at a time, so that of two made at once neither undoes the other."""

import asyncio
from collections.abc import Callable

from bot.mind.events import Consent
from bot.ports import People


class Consents:
    """Reads, changes and writes back."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._choosing = asyncio.Lock()

    async def change(self, person: str, change: Callable[[Consent], Consent]) -> Consent:
        """What holds afterwards; nothing is written when nothing changed."""
        async with self._choosing:
            before = await self._people.consent(person)
            after = change(before)
            if after != before:
                await self._people.set_consent(after)
            return after
