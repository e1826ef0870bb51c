"""Sequences of one llama.cpp context: which tokens each has evaluated, and which of them a request continues.

Cells are shared by all sequences (``kv_unified``), so that a beginning that two prompts have in common is evaluated once and
kept once. What has to leave goes to a shelf in main memory.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import count

from bot.edges.llama.native import SEQUENCES, Native
from bot.edges.llama.shelf import Shelf, Shelved, common

GRID = 32  # tokens; a prompt whose answer has to repeat is evaluated in pieces of this size
_SPARE = 256  # tokens: an answer and a note at the end of a prompt; what is left of a talk that lost only so much is stale
_WORTH = 32  # tokens: fewer are evaluated again sooner than they are fetched
GRACE = 2.0  # seconds: a program that talks, a next draft and a judge come sooner, a person hardly ever


@dataclass(slots=True, eq=False)
class Slot:
    """One sequence. ``tokens`` are evaluated, each in one of ``cells``; ``holder`` is the request that uses it."""

    sequence: int
    tokens: list[int] = field(default_factory=list)
    cells: list[int] = field(default_factory=list)
    owner: str = ""
    adapter: str = ""
    repeatable: int = 0
    """So many leading tokens were evaluated in an order that a repeated request would follow bit by bit."""
    holder: object = None
    used: int = 0
    left: float = 0.0
    """When the last holder left, monotonic time."""
    stale: bool = False
    """A later state of the same talk is elsewhere: the first to go."""


class Cache:
    """``begin`` gives a slot that already holds the beginning of a prompt, ``fed`` notes what was evaluated since.

    ``now`` is monotonic time in seconds.
    """

    def __init__(
        self, native: Native, *, cells: int, sequences: int = SEQUENCES, kept_bytes: int = 0, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._native = native
        self._cells = cells
        self._now = now
        self._slots = [Slot(sequence) for sequence in range(sequences)]
        self._uses: Counter[int] = Counter()  # cell -> slots that share it; cells are numbered as they are filled
        self._numbers = count()
        self._clock = count(1)
        self._shelf = Shelf(kept_bytes)

    @property
    def free(self) -> int:
        """Cells that hold nothing."""
        return self._cells - len(self._uses)

    def known(self, tokens: Sequence[int], adapter: str) -> int:
        """How much of this prompt is evaluated already in some slot."""
        return max((self._shared(slot, tokens) for slot in self._slots if slot.adapter == adapter), default=0)

    def begin(
        self, tokens: Sequence[int], holder: object, *, owner: str = "", adapter: str = "", repeatable: bool = False,
        sparing: Collection[Slot] = (),
    ) -> Slot | None:
        """A slot for this prompt, with as much of it as is evaluated already, but never its last token.

        ``repeatable`` takes only what was evaluated as a repetition would. What is evaluated under one adapter is of no
        use under another. Slots in ``sparing`` keep what they have; None when there are no others.
        """
        slot = self._fetched(tokens, adapter, sparing) or self._nearest(tokens, adapter)
        keep = self._shared(slot, tokens) if slot is not None else 0
        if slot is not None and repeatable:
            keep = min(keep, slot.repeatable) // GRID * GRID
        if slot is None or not self._may_continue(slot, keep, owner):
            slot = self._branch(slot, keep, sparing)
        if slot is None:
            return None
        self._cut(slot, min(keep, len(slot.tokens)))
        slot.holder, slot.owner, slot.adapter, slot.stale = holder, owner, adapter, False
        slot.used = next(self._clock)
        return slot

    def fed(self, slot: Slot, tokens: Sequence[int], *, repeatable: bool = False) -> None:
        """These tokens were evaluated at the end of the slot."""
        if repeatable and slot.repeatable == len(slot.tokens):
            slot.repeatable += len(tokens)
        slot.tokens.extend(tokens)
        cells = [next(self._numbers) for _ in tokens]
        slot.cells.extend(cells)
        self._uses.update(cells)
        slot.used = next(self._clock)

    def release(self, slot: Slot, *, keep: bool = True) -> None:
        """The request is over; its tokens stay for the next one, if they are to be kept."""
        slot.holder, slot.left = None, self._now()
        if not keep:
            self._empty(slot)

    def forget(self, owner: str) -> None:
        """Throw away what is this owner's or nobody's; what has a holder is not shelved from now on. Cells that others share stay."""
        self._shelf.forget(owner)
        for slot in self._slots:
            if slot.owner in (owner, ""):
                slot.stale = True
                if slot.holder is None:
                    self._empty(slot)

    def tidy(self) -> bool:
        """Move one talk to the shelf that nobody went on with for ``GRACE`` seconds: every row that is evaluated has to look past it.
        The one used last stays. False when none will have to go."""
        full = sorted((slot for slot in self._slots if slot.tokens), key=lambda slot: slot.used)
        idle = [slot for slot in full[:-1] if slot.holder is None]
        if not idle or not self._shelf.most_bytes:
            return False
        longest = min(idle, key=lambda slot: slot.left)
        if longest.left + GRACE <= self._now():
            self.drop(longest)
        return True

    def make_room(self, more: int, sparing: Collection[Slot]) -> bool:
        """Empty slots until ``more`` tokens fit: stale ones, then those nobody holds, the one used longest ago first."""
        others = [slot for slot in self._slots if slot.tokens and slot not in sparing]
        others.sort(key=lambda slot: (slot.holder is not None, not slot.stale, slot.used))
        for slot in others:
            if self.free >= more:
                break
            self.drop(slot)
        return self.free >= more

    def drop(self, slot: Slot) -> None:
        """Empty a slot; what is its alone goes to the shelf, when it is worth it."""
        alone = sum(self._uses[cell] == 1 for cell in slot.cells)
        if alone >= _WORTH and not slot.stale and self._shelf.wants(slot.tokens, slot.adapter):
            state = self._native.save(slot.sequence)
            self._shelf.put(Shelved(list(slot.tokens), slot.owner, slot.adapter, slot.repeatable, state))
        self._empty(slot)

    def _nearest(self, tokens: Sequence[int], adapter: str) -> Slot | None:
        same = [slot for slot in self._slots if slot.tokens and slot.adapter == adapter]
        return max(same, key=lambda slot: (self._shared(slot, tokens), slot.used), default=None)

    def _shared(self, slot: Slot, tokens: Sequence[int]) -> int:
        same = common(slot.tokens, tokens, len(tokens) - 1)
        return same if self._native.can_cut or same == len(slot.tokens) else 0

    def _may_continue(self, slot: Slot, keep: int, owner: str) -> bool:
        """Is it this talk, so that nothing of another one is lost?"""
        lost = len(slot.tokens) - keep
        return slot.holder is None and (lost == 0 or (bool(owner) and slot.owner == owner and lost <= _SPARE))

    def _branch(self, source: Slot | None, keep: int, sparing: Collection[Slot]) -> Slot | None:
        """Another slot that shares the beginning of ``source``, which stays as it is."""
        free = [slot for slot in self._slots if slot not in sparing and slot is not source]
        slot = min(free, key=lambda slot: (slot.holder is not None, bool(slot.tokens), not slot.stale, slot.used), default=None)
        if slot is None:
            return source if source not in sparing else None
        self.drop(slot)
        if source is not None and keep:
            self._native.share(source.sequence, slot.sequence, keep)
            slot.tokens, slot.cells = source.tokens[:keep], source.cells[:keep]
            slot.repeatable = min(source.repeatable, keep)
            self._uses.update(slot.cells)
            source.stale = source.stale or (source.holder is None and 0 < len(source.tokens) - keep <= _SPARE)
        return slot

    def _fetched(self, tokens: Sequence[int], adapter: str, sparing: Collection[Slot]) -> Slot | None:
        """A slot with what the shelf has of this prompt, when that is much more than what the cache has."""
        nearest = self._nearest(tokens, adapter)
        known = self._shared(nearest, tokens) if nearest is not None else 0
        found = self._shelf.nearest(tokens, adapter, whole=not self._native.can_cut)
        if found is None or common(found.tokens, tokens, len(tokens) - 1) < known + _WORTH:
            return None
        self._shelf.take(found)  # before what leaves for it is put there, and pushes it out
        slot = self._cleared(len(found.tokens), [*sparing, *([nearest] if nearest is not None and known else [])])
        if slot is None and known:  # there is no room for both, not even for a moment
            slot, nearest = self._cleared(len(found.tokens), sparing), None
        if slot is None:
            self._shelf.put(found)
            return None
        if not self._native.restore(slot.sequence, found.state):
            return None
        self.fed(slot, found.tokens)
        slot.owner, slot.adapter, slot.repeatable = found.owner, adapter, found.repeatable
        if nearest is not None and known and self._native.can_cut:
            self._join(nearest, slot)
        return slot

    def _cleared(self, more: int, sparing: Collection[Slot]) -> Slot | None:
        """An empty slot with room for so many tokens."""
        free = [slot for slot in self._slots if slot.holder is None and slot not in sparing]
        slot = min(free, key=lambda slot: (bool(slot.tokens), not slot.stale, slot.used), default=None)
        if slot is None or self._most_room(sparing) < more:
            return None
        self.drop(slot)
        return slot if self.make_room(more, sparing) else None

    def _most_room(self, sparing: Collection[Slot]) -> int:
        """Cells that would be free if only these slots stayed."""
        return self._cells - len({cell for slot in sparing for cell in slot.cells})

    def _join(self, source: Slot, slot: Slot) -> None:
        """Let a slot that came from the shelf share its beginning again."""
        same = common(source.tokens, slot.tokens, len(slot.tokens))
        if same:
            self._native.replace_beginning(source.sequence, slot.sequence, same)
            self._forget(slot.cells[:same])
            slot.cells[:same] = source.cells[:same]
            self._uses.update(slot.cells[:same])
            if source.repeatable < same:
                slot.repeatable = min(slot.repeatable, source.repeatable)

    def _cut(self, slot: Slot, length: int) -> None:
        if length == len(slot.tokens):
            return
        if length == 0 or not self._native.cut(slot.sequence, length):
            self._empty(slot)
            return
        self._forget(slot.cells[length:])
        del slot.tokens[length:], slot.cells[length:]
        slot.repeatable = min(slot.repeatable, length)

    def _empty(self, slot: Slot) -> None:
        self._native.cut(slot.sequence, 0)
        self._forget(slot.cells)
        slot.tokens, slot.cells = [], []
        slot.repeatable, slot.holder, slot.owner, slot.stale = 0, None, "", False

    def _forget(self, cells: Sequence[int]) -> None:
        for cell in cells:
            self._uses[cell] -= 1
            if not self._uses[cell]:
                del self._uses[cell]
