"""Deletion on a person's word, with a receipt."""

from collections.abc import Callable

from bot.mind.events import Receipt
from bot.ports import Forgetting


class Forget:
    """Deletes what a person asks to have deleted. Work in flight about that person ends first."""

    def __init__(self, forgetting: Forgetting, drop_work: Callable[[str], None]) -> None:
        self._forgetting = forgetting
        self._drop_work = drop_work

    async def memory(self, person: str, memory: int) -> Receipt | None:
        """Delete one memory; None when it is not this person's. What is being extracted at the same moment loses: the
        store refuses memories whose evidence is gone."""
        return await self._forgetting.memory(person, memory)

    async def everything(self, person: str) -> Receipt:
        """Delete all that is known of a person."""
        self._drop_work(person)
        return await self._forgetting.everything(person)
