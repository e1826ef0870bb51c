"""Which slot a prompt continues, and what is evaluated for it."""

from collections.abc import Sequence
from typing import cast

from bot.edges.llama.cache import Cache, Slot
from bot.edges.llama.native import CHUNK, Native


class ListNative:
    """Keeps each sequence as a list, and refuses what llama.cpp would."""

    def __init__(self, *, can_cut: bool = True) -> None:
        self.can_cut = can_cut
        self.sequences: dict[int, list[int]] = {}
        self.evaluated = 0

    def decode(self, sequence: int, tokens: Sequence[int], start: int, *, all_logits: bool = False) -> None:
        held = self.sequences.setdefault(sequence, [])
        assert len(held) == start and 0 < len(tokens) <= CHUNK
        held.extend(tokens)
        self.evaluated += len(tokens)

    def cut(self, sequence: int, start: int) -> bool:
        held = self.sequences.setdefault(sequence, [])
        if start and not self.can_cut:
            return False
        del held[start:]
        return True

    def share(self, source: int, target: int, end: int) -> None:
        assert not self.sequences.get(target)
        self.sequences[target] = self.sequences[source][:end]


def _cache(native: ListNative, *, slots: int = 3, cells: int = 10_000) -> Cache:
    return Cache(cast(Native, native), slots=slots, cells=cells)


def _ask(cache: Cache, native: ListNative, tokens: list[int], *, alone: bool = False) -> tuple[Slot, int]:
    """Evaluate a prompt as the engine does; the slot, and how many tokens that took."""
    before = native.evaluated
    slot = cache.begin(tokens, holder := object(), alone=alone)
    while len(slot.tokens) < len(tokens):
        done = len(slot.tokens)
        cache.feed(slot, tokens[done : (done // CHUNK + 1) * CHUNK], repeatable=alone)
    cache.release(slot, holder)
    assert slot.tokens == tokens == native.sequences[slot.sequence]
    return slot, native.evaluated - before


def test_a_longer_talk_evaluates_only_what_is_new() -> None:
    cache = _cache(native := ListNative())
    _ask(cache, native, list(range(300)))
    assert _ask(cache, native, list(range(320)))[1] == 20


def test_the_last_token_is_always_evaluated_for_its_logits() -> None:
    cache = _cache(native := ListNative())
    _ask(cache, native, list(range(300)))
    assert _ask(cache, native, list(range(300)))[1] == 1


def test_another_talk_shares_the_beginning_and_leaves_the_first_alone() -> None:
    cache = _cache(native := ListNative())
    persona, talk, other = list(range(500)), list(range(1000, 1600)), list(range(2000, 2050))
    first, _ = _ask(cache, native, persona + talk)
    second, fresh = _ask(cache, native, persona + other)
    assert second is not first and fresh == len(other)
    assert _ask(cache, native, [*persona, *talk, 7])[1] == 1


def test_a_new_draft_takes_the_slot_of_the_last_one() -> None:
    cache = _cache(native := ListNative())
    prompt = list(range(500))
    first, _ = _ask(cache, native, [*prompt, *range(1000, 1040)])
    second, fresh = _ask(cache, native, [*prompt, *range(2000, 2040)])
    assert second is first and fresh == 40


def test_the_slot_used_longest_ago_goes_first() -> None:
    cache = _cache(native := ListNative(), slots=2)
    one, two, three = ([base + n for n in range(400)] for base in (0, 10_000, 20_000))
    _ask(cache, native, one)
    _ask(cache, native, two)
    _ask(cache, native, [*one, 5])
    _ask(cache, native, three)
    assert _ask(cache, native, [*one, 5, 6])[1] == 1
    assert _ask(cache, native, two)[1] == 400


def test_cells_run_out() -> None:
    cache = _cache(native := ListNative(), cells=1000)
    _ask(cache, native, list(range(600)))
    _ask(cache, native, list(range(5000, 5600)))
    assert sum(map(len, native.sequences.values())) <= 1000


def test_a_slot_in_use_is_left_to_its_holder() -> None:
    cache = _cache(native := ListNative())
    busy = cache.begin(prompt := list(range(100)), object(), alone=False)
    cache.feed(busy, prompt)
    assert cache.begin([*prompt, 1], object(), alone=False) is not busy


def test_a_repeatable_request_is_alone_and_continues_only_whole_chunks_of_its_like() -> None:
    cache = _cache(native := ListNative())
    prompt = list(range(3 * CHUNK + 10))
    _ask(cache, native, prompt)
    assert _ask(cache, native, prompt, alone=True)[1] == len(prompt)  # the first was not evaluated alone
    assert _ask(cache, native, prompt, alone=True)[1] == 10
    _ask(cache, native, list(range(9000, 9400)), alone=True)
    assert [len(held) for held in native.sequences.values() if held] == [400]


def test_a_model_that_cannot_be_cut_continues_only_what_is_whole() -> None:
    cache = _cache(native := ListNative(can_cut=False), slots=1)
    _ask(cache, native, list(range(300)))
    assert _ask(cache, native, list(range(310)))[1] == 10
    assert _ask(cache, native, list(range(305)))[1] == 305
