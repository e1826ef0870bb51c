"""How much memory a model takes while it talks. Arithmetic; the estimate is compared with measured runs in docs/models.md."""

from dataclasses import dataclass

from bot.moe.anatomy import Anatomy

KV_SHARE = {"f16": 1.0, "q8_0": 34 / 64}
"""Bytes of the cache by how it is kept, against f16: q8_0 has a scale of 2 bytes for each 32 numbers."""
_ROWS = 128  # evaluated at once on a CPU (bot.edges.llama.tuning)
_NUMBER = 4  # bytes of a number on its way through the layers


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """In bytes."""

    weights: int
    cache: int
    working: int
    """What llama.cpp computes in."""

    @property
    def total(self) -> int:
        return self.weights + self.cache + self.working


def memory(model: Anatomy, *, cells: int, kv_type: str = "f16", rows: int = _ROWS) -> Memory:
    """With a cache of ``cells`` tokens for all people together, and ``rows`` tokens evaluated at once."""
    per_row = model.vocabulary + cells + 3 * model.feed_forward * max(model.used, 1) + 8 * model.width
    return Memory(weights=model.bytes, cache=int(cells * model.kv_bytes * KV_SHARE[kv_type]), working=rows * per_row * _NUMBER)


def cells_for(context: int, people: int) -> int:
    """Tokens of cache when so many people have a conversation of ``context`` tokens at hand; never less than the engine's two."""
    return context * max(people, 2)
