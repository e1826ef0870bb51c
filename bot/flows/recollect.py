"""Search, rank: what comes to mind for some words."""

import numpy as np

from bot.errors import ModelError
from bot.mind.events import Memory
from bot.mind.recall import Found, rank
from bot.ports import Clock, Embedder, Memories


class Recollect:
    """Ranks a person's memories and old turns for a text, within the audience rule."""

    def __init__(self, memories: Memories, embedder: Embedder, clock: Clock) -> None:
        self._memories = memories
        self._embedder = embedder
        self._clock = clock

    async def search(self, person: str, audience: str, words: str, *, limit: int = 50) -> tuple[Found, ...]:
        """Best first. Without an embedder (it failed) the words alone decide."""
        vector: np.ndarray[tuple[int], np.dtype[np.float32]] | None
        try:
            vector = (await self._embedder.embed([words], query=True))[0]
        except ModelError:
            vector = None
        candidates = await self._memories.search(person, audience, words, vector, self._embedder.name, limit=200)
        return rank(words, candidates, now=self._clock.now())[:limit]

    async def memories(self, person: str, audience: str, words: str, *, limit: int = 10) -> tuple[Memory, ...]:
        """Only the memories, for their owner's eyes."""
        found = await self.search(person, audience, words, limit=200)
        return tuple(f.memory for f in found if f.memory is not None)[:limit]
