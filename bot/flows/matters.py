"""What matters to each person: read, taught by what they do, explained, reset. It lies in their settings, so it is exported and deleted with them."""

from bot.mind.events import Memory
from bot.mind.leaning import Leaning, Signal, in_words, learn, read_leaning, written
from bot.ports import People

_KEY = "matters"


class Matters:
    """The adapters, one for each person."""

    def __init__(self, people: People) -> None:
        self._people = people

    async def of(self, person: str) -> Leaning:
        return read_leaning(await self._people.setting(person, _KEY))

    async def taught(self, memory: Memory, signal: Signal) -> None:
        """The owner of this memory did that with it."""
        learned = learn(await self.of(memory.person), memory, signal)
        await self._people.set_setting(memory.person, _KEY, written(learned))

    async def explained(self, person: str) -> tuple[str, ...]:
        """In words, the strongest first; nothing when nothing was learned."""
        return in_words(await self.of(person))

    async def put(self, person: str, leaning: Leaning) -> None:
        """In place of what was learned."""
        await self._people.set_setting(person, _KEY, written(leaning) if leaning.signs else None)

    async def reset(self, person: str) -> None:
        await self._people.set_setting(person, _KEY, None)
