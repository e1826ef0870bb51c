"""Vectors of other models in the fake store."""

from collections.abc import Iterator, Sequence

from bot.ports import Stranger, Vectors
from tests.fakes.shelf import Shelf


class FakeSpaces:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.tidied = 0

    async def count(self, embed_model: str) -> int:
        return len(list(self._others(embed_model)))

    async def strangers(self, embed_model: str, limit: int) -> tuple[Stranger, ...]:
        return tuple(self._others(embed_model))[:limit]

    async def move(self, strangers: Sequence[Stranger], vectors: Vectors, embed_model: str) -> None:
        for stranger, vector in zip(strangers, vectors, strict=True):
            if self._text(stranger.what, stranger.id) == stranger.text:
                placed = self._shelf.memory_vectors if stranger.what == "memories" else self._shelf.turn_vectors
                placed[stranger.id] = (embed_model, vector)

    async def tidy(self) -> None:
        self.tidied += 1

    def _others(self, embed_model: str) -> Iterator[Stranger]:
        for number, (model, _) in self._shelf.memory_vectors.items():
            if model != embed_model:
                yield Stranger("memories", number, self._text("memories", number))
        for number, (model, _) in self._shelf.turn_vectors.items():
            if model != embed_model:
                yield Stranger("turns", number, self._text("turns", number))

    def _text(self, what: str, number: int) -> str:
        if what == "turns":
            turn = self._shelf.turns.get(number)
            return turn.text if turn is not None else ""
        memory = self._shelf.memories.get(number)
        return f"{memory.gist} {memory.quote}" if memory is not None else ""
