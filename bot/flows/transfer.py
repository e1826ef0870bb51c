"""Take all that is known of you along, and bring it back."""

import asyncio
from collections.abc import Sequence

from bot.errors import ModelError
from bot.flows.matters import Matters
from bot.mind.archive import Archive, document, read_document
from bot.mind.leaning import Leaning, read_leaning
from bot.ports import Archives, Clock, Embedder, People, TakenIn, Vectors

_BATCH = 64


class Transfer:
    """Export and import of one person."""

    def __init__(self, archives: Archives, embedder: Embedder, people: People, clock: Clock) -> None:
        self._archives = archives
        self._embedder = embedder
        self._matters = Matters(people)
        self._clock = clock

    async def export(self, person: str) -> bytes:
        """One JSON document in UTF-8, of everything about this person."""
        return document(person, await self._archives.everything(person), self._clock.now()).encode()

    async def take_in(self, person: str, data: bytes) -> TakenIn:
        """Add memories and messages of a document to this person's; all become private. Doing it again adds nothing. Settings, consents and
        plans stay as they are. Raises OldfriendError when something in it cannot be; then nothing was taken in."""
        archive = await asyncio.to_thread(read_document, data, person)
        taken = await self._archives.take_in(person, archive, await self._vectors(archive), self._embedder.name)
        if await self._matters.of(person) == Leaning():
            await self._matters.put(person, read_leaning(archive.matters))
        return taken

    async def _vectors(self, archive: Archive) -> dict[tuple[str, int], Vectors]:
        texts = {("memory", m.id): f"{m.gist} {m.quote}" for m, _ in archive.memories} | {("turn", t.id): t.text for t in archive.turns if not t.by_bot}
        keys, vectors = list(texts), {}
        for start in range(0, len(keys), _BATCH):
            part = keys[start : start + _BATCH]
            for key, vector in zip(part, await self._embedded([texts[key] for key in part]), strict=False):
                vectors[key] = vector
        return vectors

    async def _embedded(self, texts: Sequence[str]) -> Sequence[Vectors]:
        """Nothing without an embedder: then they are found by their words."""
        try:
            return list(await self._embedder.embed(texts))
        except ModelError:
            return []
