"""Conversations that had to leave the cache, kept in main memory.

Fetching one back takes some milliseconds for 1,000 tokens, evaluating it again takes seconds on a CPU; so all that is longer
than a few sentences is kept while there is room.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Shelved:
    """The evaluated tokens of one sequence, and the cache's state for them."""

    tokens: list[int]
    owner: str
    adapter: str
    repeatable: int
    state: bytes


class Shelf:
    """At most so many bytes of states; what was put there longest ago goes first."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._kept: list[Shelved] = []

    @property
    def size(self) -> int:
        """Bytes of all states."""
        return sum(len(one.state) for one in self._kept)

    def wants(self, tokens: Sequence[int], adapter: str) -> bool:
        """False when there is no shelf, or when it holds these very tokens."""
        return self.most_bytes > 0 and not any(one.adapter == adapter and one.tokens[: len(tokens)] == tokens for one in self._kept)

    def put(self, one: Shelved) -> None:
        if len(one.state) > self.most_bytes:
            return
        # What it continues is part of it.
        self._kept = [
            old for old in self._kept if old.adapter != one.adapter or old.tokens != one.tokens[: len(old.tokens)]
        ]
        self._kept.append(one)
        while self.size > self.most_bytes:
            del self._kept[0]

    def nearest(self, tokens: Sequence[int], adapter: str, *, whole: bool) -> Shelved | None:
        """The one with the longest common beginning; with ``whole`` only one that is a beginning of ``tokens``."""
        fitting = [one for one in self._kept if one.adapter == adapter and (not whole or one.tokens == tokens[: len(one.tokens)])]
        return max(fitting, key=lambda one: common(one.tokens, tokens, len(tokens)), default=None)

    def forget(self, owner: str) -> None:
        """Throw away what is this owner's or nobody's."""
        self._kept = [one for one in self._kept if one.owner not in (owner, "")]

    def take(self, one: Shelved) -> None:
        self._kept.remove(one)


def common(one: Sequence[int], other: Sequence[int], most: int) -> int:
    """Length of the common beginning of two lists, up to ``most``."""
    low, high = 0, max(min(len(one), len(other), most), 0)
    if one[:high] == other[:high]:
        return high
    while low < high:  # compares slices, which Python does far faster than single tokens
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
