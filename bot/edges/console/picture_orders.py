"""Pictures for a visitor of the terminal, who names the file to put them into."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from bot.edges.console.memory_orders import Lines, Order, put_into
from bot.edges.console.visitor import Visitor
from bot.sdk import Companion, Picture


class PictureOrders:
    """Carries them out for one visitor."""

    def __init__(self, companion: Companion, visitor: Visitor) -> None:
        self._pictures = companion.pictures
        self._person = visitor.person

    def all(self) -> Mapping[str, Order]:
        """By their names."""
        return {
            "mood": self._into_file("/mood", self._pictures.mood), "memory map": self._into_file("/memory map", self._pictures.events),
            "reachout calendar": self._into_file("/reachout calendar", self._pictures.calendar),
        }

    def _into_file(self, name: str, draw: Callable[[str], Awaitable[Picture]]) -> Order:
        async def order(file: str) -> Lines:
            if not file:
                return (f"Where to? {name} FILE.png",)
            picture = await draw(self._person)
            if not picture.png:
                return (picture.words,)
            fault = await asyncio.to_thread(put_into, file, picture.png)
            return (fault,) if fault else (picture.words, f"The picture is in {file}, for your eyes.")

        return order
