"""What a persona knows of the world, asked for one message: is it beyond the card, and which of the card's notes fit?"""

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from bot.errors import ModelError
from bot.mind.knowledge import Beyond, Nearness, beyond, fitting
from bot.mind.persona import Persona
from bot.ports import Embedder, Vectors

_LONGEST = 600
"""Characters of a message that are compared."""

_KEPT = 24
"""Cards, each as often as servers added to what it knows; the ones last asked."""


@dataclass(frozen=True, slots=True)
class Consulted:
    """``beyond`` is None for what it may speak of; ``lines`` are paragraphs of its own knowledge, mostly none."""

    beyond: Beyond | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """A card with the vectors of its fields and notes, in this order: knows, cannot_know, notes."""

    persona: Persona
    vectors: Vectors


class Lore:
    """Keeps the vectors of the cards in use; an edited card is read anew."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._read: OrderedDict[tuple[str, int], _Read] = OrderedDict()

    async def consult(self, persona: Persona, text: str) -> Consulted:
        """Without an embedder (it failed) words alone decide."""
        near, notes = Nearness(), tuple[float, ...]()
        if persona.knowledge.knows or persona.knowledge.cannot_know or persona.lore:
            try:
                near, notes = await self._near(persona, text[-_LONGEST:])
            except ModelError:
                pass
        return Consulted(beyond(text, persona.knowledge, near), fitting(text, persona.lore, notes))

    async def _near(self, persona: Persona, text: str) -> tuple[Nearness, tuple[float, ...]]:
        vectors = await self._vectors(persona)
        cosines = tuple(float(c) for c in vectors @ (await self._embedder.embed([text]))[0])
        inside = len(persona.knowledge.knows)
        outside = inside + len(persona.knowledge.cannot_know)
        return Nearness(cosines[:inside], cosines[inside:outside]), cosines[outside:]

    async def _vectors(self, persona: Persona) -> Vectors:
        key = persona.name, hash(persona.lore)
        read = self._read.get(key)
        if read is None or read.persona.knowledge != persona.knowledge or read.persona.lore != persona.lore:
            lines = [*persona.knowledge.knows, *persona.knowledge.cannot_know, *(note.text for note in persona.lore)]
            read = self._read[key] = _Read(persona, np.asarray(await self._embedder.embed(lines), dtype=np.float32))
        self._read.move_to_end(key)
        while len(self._read) > _KEPT:
            self._read.popitem(last=False)
        return read.vectors
