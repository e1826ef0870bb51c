"""Search, rank: what comes to mind for some words."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from bot.errors import ModelError
from bot.mind.consolidate import held_at, valid_at
from bot.mind.events import Candidate, Memory, private_audience
from bot.mind.facts import slot_asked
from bot.mind.recall import Found, asks, rank
from bot.mind.recall.lens import Aim, Lens, Sense, fitted, unit
from bot.ports import Clock, Embedder, Memories

_DEEP, _DEEP_FOR_REMARKS = 200, 400
_ALL = 100_000
_CONTEXT = 0.5
"""How much the words before count beside the last ones."""

_BEFORE, _AROUND = 4, 64
"""Messages before, at most; and the words of them and of the last ones together that are read. More tell nothing more, and each takes time."""


class Recollect:
    """Ranks a person's memories and old turns for a text, within the audience rule."""

    def __init__(self, memories: Memories, embedder: Embedder, clock: Clock, lens: Lens | None = None) -> None:
        """``lens``: how it looks; that which was fitted for the embedding model, unless another one is given."""
        self._memories = memories
        self._embedder = embedder
        self._clock = clock
        self._lens = lens

    async def search(self, person: str, audience: str, words: str, *, before: Sequence[str] = (), limit: int = 50) -> tuple[Found, ...]:
        """Best first. ``before`` is what the person said just before these words, oldest first: what a remark is about often stands there.
        Without an embedder (it failed) the words alone decide."""
        candidates = await self.gather(person, audience, words, before=before)
        return rank(words, candidates, now=self._clock.now(), context=bool(before), limit=limit)

    async def gather(self, person: str, audience: str, words: str, *, before: Sequence[str] = ()) -> tuple[Candidate, ...]:
        """What might come to mind, in no order that matters."""
        deep = _DEEP if asks(words) else _DEEP_FOR_REMARKS
        return await self._memories.search(person, audience, words, None, self._embedder.name, limit=deep, soon=self.look(words, before))

    async def memories(self, person: str, audience: str, words: str, *, limit: int = 10) -> tuple[Memory, ...]:
        """Only the memories, for their owner's eyes."""
        found = await self.search(person, audience, words, limit=200)
        return tuple(f.memory for f in found if f.memory is not None)[:limit]

    async def as_of(self, person: str, words: str, at: datetime) -> Memory | None:
        """For its owner's eyes: what was known at a moment of that which comes to mind now. None when nothing comes to mind, or nothing of it
        had been said."""
        everything = await self._memories.browse(person, past=True, limit=_ALL)
        if slot := slot_asked(words):
            return await asyncio.to_thread(held_at, everything, slot, at)
        found = await self.memories(person, private_audience(person), words, limit=1)
        return valid_at(everything, found[0], at) if found else None

    async def look(self, words: str, before: Sequence[str]) -> Sense | None:
        """What the words mean, and where to look for what they call up. A remark is compared as what it is; the model's query prompt is for
        questions, and leads remarks astray. None without an embedder."""
        asked = asks(words)
        try:
            around = " ".join("\n".join([*before[-_BEFORE:], words]).split(" ")[-_AROUND:])
            beside = [self._embedder.embed([around])] if before else []
            meant, *wider = await asyncio.gather(self._embedder.embed([words], query=asked), *beside)
        except ModelError:
            return None
        vector = meant[0]
        whole = vector + sum(_CONTEXT * each[0] for each in wider)
        lens = self._lens or fitted(self._embedder.name)
        return Sense(vector, lens.aim(whole, "question" if asked else "remark") if lens else Aim(unit(whole), np.zeros_like(vector)))
