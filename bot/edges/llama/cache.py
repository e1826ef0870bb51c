"""Sequence slots of one llama.cpp context: which tokens each has evaluated, and which slot a request continues.

Cells are shared by all slots (``kv_unified``), so that a prefix that two prompts have in common is evaluated once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.edges.llama.native import CHUNK, Native

_SPARE = 256  # tokens: an answer and a note at the end of a prompt; losing so little is no reason to take another slot


@dataclass(slots=True, eq=False)
class Slot:
    """One sequence. ``tokens`` are evaluated; ``holder`` is the request that uses it."""

    sequence: int
    tokens: list[int] = field(default_factory=list)
    repeatable: int = 0
    """So many leading tokens were evaluated in an order that a repeated request would follow bit by bit."""
    holder: object = None
    used: int = 0


class Cache:
    """``begin`` gives a slot that already holds the beginning of a prompt, ``feed`` evaluates more of it."""

    def __init__(self, native: Native, *, slots: int, cells: int) -> None:
        self._native = native
        self._cells = cells
        self._slots = [Slot(sequence) for sequence in range(slots)]
        self._clock = 0

    def begin(self, tokens: Sequence[int], holder: object, *, alone: bool) -> Slot:
        """A slot for this prompt, with as much of it as is evaluated already, but never its last token.

        ``alone`` is for a request whose answer must be the same each time: rounding in llama.cpp depends on where in
        the cache a token lies and on what was evaluated together with it. So such a request shares the cache with
        nobody and continues only what was evaluated in the very same way.
        """
        nearest = max(self._slots, key=lambda slot: (self._shared(slot, tokens), -slot.used))
        keep = self._shared(nearest, tokens)
        if alone:
            self.leave_alone(nearest)
            keep = min(keep, nearest.repeatable) // CHUNK * CHUNK
            slot = nearest
        else:
            slot = self._place_for(nearest, keep)
        self._cut(slot, min(keep, len(slot.tokens)))
        slot.holder = holder
        self._touch(slot)
        return slot

    def feed(self, slot: Slot, tokens: Sequence[int], *, all_logits: bool = False, repeatable: bool = False) -> None:
        """Evaluate the next tokens (at most CHUNK) of a slot."""
        self._make_room(slot, len(tokens))
        whole = repeatable and slot.repeatable == len(slot.tokens)
        self._native.decode(slot.sequence, tokens, len(slot.tokens), all_logits=all_logits)
        slot.tokens.extend(tokens)
        if whole:
            slot.repeatable = len(slot.tokens)
        self._touch(slot)

    def cut(self, slot: Slot, length: int) -> None:
        """Forget what a slot evaluated beyond its first ``length`` tokens (or, where the model cannot, all)."""
        self._cut(slot, length)

    def leave_alone(self, slot: Slot) -> None:
        """Empty all other slots."""
        for other in self._slots:
            if other is not slot and other.tokens:
                self._drop(other)

    def release(self, slot: Slot, holder: object) -> None:
        """The request is over; its tokens stay for the next one."""
        if slot.holder is holder:
            slot.holder = None

    def _shared(self, slot: Slot, tokens: Sequence[int]) -> int:
        length = min(len(slot.tokens), len(tokens) - 1)
        same = next((i for i in range(length) if slot.tokens[i] != tokens[i]), length)
        if not self._native.can_cut and same < len(slot.tokens):
            return 0
        return same

    def _place_for(self, nearest: Slot, keep: int) -> Slot:
        """``nearest`` itself, or, where it would lose too much of another talk, one that shares its beginning."""
        if nearest.holder is None and len(nearest.tokens) - keep <= _SPARE:
            return nearest
        free = [slot for slot in self._slots if slot.holder is None]
        slot = min(free, key=lambda slot: (bool(slot.tokens), slot.used), default=nearest)
        if slot is nearest:
            return nearest
        self._drop(slot)
        if keep:
            self._native.share(nearest.sequence, slot.sequence, keep)
            slot.tokens = nearest.tokens[:keep]
        return slot

    def _cut(self, slot: Slot, length: int) -> None:
        if length == len(slot.tokens):
            return
        if length == 0 or not self._native.cut(slot.sequence, length):
            self._drop(slot)
            return
        del slot.tokens[length:]
        slot.repeatable = min(slot.repeatable, length)

    def _drop(self, slot: Slot) -> None:
        self._native.cut(slot.sequence, 0)
        slot.tokens.clear()
        slot.repeatable = 0
        slot.holder = None

    def _make_room(self, slot: Slot, more: int) -> None:
        """Empty the slots used longest ago until ``more`` tokens fit. Counts shared cells more than once, never less."""
        others = sorted((s for s in self._slots if s is not slot and s.tokens), key=lambda s: (s.holder is not None, s.used))
        while others and sum(len(s.tokens) for s in self._slots) + more > self._cells:
            self._drop(others.pop(0))

    def _touch(self, slot: Slot) -> None:
        self._clock += 1
        slot.used = self._clock
