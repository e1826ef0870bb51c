"""Which slot a prompt continues, what is evaluated for it, and what leaves when room is short."""

from collections.abc import Sequence
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from bot.edges.llama.cache import GRACE, GRID, Cache, Slot
from bot.edges.llama.native import Native


class ListNative:
    """Keeps each sequence as a list, and refuses what llama.cpp would."""

    def __init__(self, *, can_cut: bool = True) -> None:
        self.can_cut = can_cut
        self.sequences: dict[int, list[int]] = {}
        self.evaluated = self.restored = 0

    def evaluate(self, sequence: int, tokens: Sequence[int]) -> None:
        self.sequences.setdefault(sequence, []).extend(tokens)
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

    def replace_beginning(self, source: int, target: int, end: int) -> None:
        assert self.sequences[target][:end] == self.sequences[source][:end]

    def save(self, sequence: int) -> bytes:
        return ",".join(map(str, self.sequences[sequence])).encode()

    def restore(self, sequence: int, state: bytes) -> bool:
        assert not self.sequences.get(sequence)
        self.sequences[sequence] = [int(token) for token in state.split(b",")]
        self.restored += 1
        return True


class Talks:
    """Asks a cache as the engine does."""

    def __init__(
        self, *, can_cut: bool = True, sequences: int = 3, cells: int = 10_000, kept_bytes: int = 0
    ) -> None:
        self.now = 0.0
        self.native = ListNative(can_cut=can_cut)
        self.cache = Cache(
            cast(Native, self.native), cells=cells, sequences=sequences, kept_bytes=kept_bytes, now=lambda: self.now
        )
        self.cells = cells

    def ask(self, tokens: list[int], *, owner: str = "", adapter: str = "", repeatable: bool = False) -> tuple[Slot, int]:
        """Evaluate a prompt; the slot, and how many tokens that took."""
        before = self.native.evaluated
        slot = self.cache.begin(tokens, self, owner=owner, adapter=adapter, repeatable=repeatable)
        assert slot is not None and len(slot.tokens) < len(tokens)
        rest = tokens[len(slot.tokens) :]
        assert self.cache.make_room(len(rest), [slot])
        self.native.evaluate(slot.sequence, rest)
        self.cache.fed(slot, rest, repeatable=repeatable)
        self.cache.release(slot)
        assert slot.tokens == tokens == self.native.sequences[slot.sequence]
        return slot, self.native.evaluated - before


def test_a_longer_talk_evaluates_only_what_is_new() -> None:
    talks = Talks()
    first, _ = talks.ask(list(range(300)))
    assert talks.ask(list(range(320))) == (first, 20)


def test_the_last_token_is_always_evaluated_for_its_logits() -> None:
    talks = Talks()
    talks.ask(list(range(300)))
    assert talks.ask(list(range(300)))[1] == 1


def test_another_talk_shares_the_beginning_and_leaves_the_first_alone() -> None:
    talks = Talks()
    persona, talk, other = list(range(500)), list(range(1000, 1020)), list(range(2000, 2050))
    first, _ = talks.ask(persona + talk)
    second, fresh = talks.ask(persona + other)
    assert second is not first and fresh == len(other)
    assert talks.ask([*persona, *talk, 7])[1] == 1


def test_a_shared_beginning_takes_its_cells_once() -> None:
    talks = Talks(cells=1000, sequences=8)
    for other in range(5):
        talks.ask([*range(700), *range(1000 * other, 1000 * other + 50)])
    assert talks.cache.free == 1000 - 700 - 5 * 50


def test_a_new_draft_for_the_same_person_takes_the_slot_of_the_last_one() -> None:
    talks = Talks()
    prompt = list(range(500))
    first, _ = talks.ask([*prompt, *range(1000, 1040)], owner="ana")
    assert talks.ask([*prompt, *range(2000, 2040)], owner="ana") == (first, 40)
    assert talks.ask([*prompt, *range(3000, 3040)], owner="ben")[0] is not first


def test_what_was_left_behind_goes_first() -> None:
    talks = Talks(cells=1000)
    talks.ask(prompt := list(range(400)))
    talks.ask([*range(5000, 5400)])
    talks.ask([*prompt[:380], 1, 2])  # leaves the first behind
    talks.ask([*range(5000, 5400), 6])
    assert talks.cache.make_room(200, [])
    assert talks.ask([*range(5000, 5400), 6, 7])[1] == 1
    assert talks.ask([*prompt[:380], 1, 2, 3])[1] == 1


def test_what_is_fetched_is_not_pushed_out_by_what_leaves_for_it() -> None:
    talks = Talks(sequences=2, kept_bytes=3_000)  # the shelf has room for one of them
    one, two, three = ([base + n for n in range(400)] for base in (1_000, 3_000, 5_000))
    for talk in (one, two, three):
        talks.ask(talk)
    assert talks.ask([*one, 7])[1] == 1
    assert talks.ask([*two, 7])[1] == 1


def test_the_slot_used_longest_ago_goes_first() -> None:
    talks = Talks(sequences=2)
    one, two, three = ([base + n for n in range(400)] for base in (0, 10_000, 20_000))
    talks.ask(one)
    talks.ask(two)
    talks.ask([*one, 5])
    talks.ask(three)
    assert talks.ask([*one, 5, 6])[1] == 1
    assert talks.ask(two)[1] == 400


def test_what_had_to_leave_comes_back_from_the_shelf() -> None:
    talks = Talks(cells=1000, kept_bytes=1_000_000)
    talks.ask(one := list(range(600)))
    talks.ask(list(range(5000, 5600)))
    assert talks.ask([*one, 7])[1] == 1 and talks.native.restored == 1


def test_what_comes_back_shares_its_beginning_again() -> None:
    talks = Talks(cells=2000, sequences=3, kept_bytes=1_000_000)
    persona = list(range(300))
    several = [[*persona, *range(base, base + 300)] for base in (1000, 2000, 3000, 4000)]
    for tokens in several:
        talks.ask(tokens)
    assert talks.ask([*several[0], 7])[1] == 1 and talks.native.restored == 1
    assert talks.cache.free == 2000 - 300 - 3 * 300 - 1


def test_a_full_shelf_drops_what_was_put_there_first() -> None:
    talks = Talks(cells=500, sequences=2, kept_bytes=4500)
    several = [[base + n for n in range(400)] for base in (0, 1000, 2000, 3000)]
    for tokens in several:
        talks.ask(tokens)
    assert talks.ask([*several[2], 1])[1] == 1
    assert talks.ask([*several[0], 1])[1] == 401


def test_what_one_adapter_evaluated_is_of_no_use_to_another() -> None:
    talks = Talks()
    prompt = list(range(300))
    talks.ask(prompt, adapter="a.gguf")
    assert talks.ask(prompt)[1] == 300
    assert talks.ask(prompt, adapter="a.gguf")[1] == 1


def test_a_slot_in_use_is_left_to_its_holder() -> None:
    cache = (talks := Talks()).cache
    busy = cache.begin(prompt := list(range(100)), object())
    assert busy is not None
    talks.native.evaluate(busy.sequence, prompt)
    cache.fed(busy, prompt)
    assert cache.begin([*prompt, 1], object()) is not busy
    assert cache.make_room(9950, [busy]) is False and busy.tokens == prompt


def test_no_slot_is_left_when_all_are_in_use() -> None:
    cache = Talks(sequences=2).cache
    busy = [slot for slot in (cache.begin([1, 2], object()), cache.begin([3, 4], object())) if slot is not None]
    assert len(busy) == 2 and cache.begin([5, 6], object(), sparing=busy) is None
    assert cache.begin([5, 6], object(), sparing=busy[:1]) is busy[1]  # whoever was there has to begin anew


def test_a_repeatable_request_continues_only_whole_pieces_of_its_like_and_throws_nothing_away() -> None:
    talks = Talks()
    prompt = list(range(3 * GRID + 10))
    talks.ask(prompt)
    assert talks.ask(prompt, repeatable=True)[1] == len(prompt)  # the first was evaluated in company
    assert talks.ask(prompt, repeatable=True)[1] == 10
    assert talks.ask([*prompt, 1])[1] == 1


def test_a_model_that_cannot_be_cut_continues_only_what_is_whole() -> None:
    talks = Talks(can_cut=False, sequences=1)
    talks.ask(list(range(300)))
    assert talks.ask(list(range(310)))[1] == 10
    assert talks.ask(list(range(305)))[1] == 305


_asked = st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(1, 300), st.sampled_from(["", "ana", "ben"]), st.booleans())


@given(st.lists(_asked, max_size=25), st.booleans())
def test_whatever_is_asked_sequences_and_books_agree(asked: list[tuple[int, int, int, str, bool]], shelf: bool) -> None:
    talks = Talks(cells=900, sequences=4, kept_bytes=20_000 if shelf else 0)
    for persona, talk, length, owner, adapted in asked:
        beginning = [persona * 10_000 + n for n in range(200)]
        talks.ask([*beginning, *(talk * 1000 + n for n in range(length))], owner=owner, adapter="a" if adapted else "")
        slots = talks.cache._slots
        assert all(slot.tokens == talks.native.sequences.get(slot.sequence, []) for slot in slots)
        assert talks.cache.free == 900 - len({cell for slot in slots for cell in slot.cells}) >= 0


def test_what_nobody_goes_on_with_moves_to_the_shelf_and_comes_back() -> None:
    talks = Talks(sequences=6, kept_bytes=1_000_000)
    for person in range(4):
        talks.ask(list(range(person * 1000, person * 1000 + 200)))
    assert talks.cache.tidy() and talks.cells - talks.cache.free == 800
    talks.now += GRACE
    while talks.cache.tidy():
        pass
    assert talks.cells - talks.cache.free == 200  # the last one stays
    _, evaluated = talks.ask([*range(200), 7])
    assert evaluated == 1 and talks.native.restored == 1


def test_what_is_in_use_stays_and_is_the_last_one_used() -> None:
    talks = Talks(kept_bytes=1_000_000)
    talks.ask(list(range(200)))
    busy = talks.cache.begin(prompt := list(range(1000, 1100)), object())
    assert busy is not None
    talks.native.evaluate(busy.sequence, prompt)
    talks.cache.fed(busy, prompt)
    talks.now += GRACE
    assert talks.cache.tidy() and not talks.cache.tidy()
    assert talks.cells - talks.cache.free == 100


def test_nothing_moves_where_there_is_no_shelf() -> None:
    talks = Talks(sequences=6)
    for person in range(5):
        talks.ask(list(range(person * 1000, person * 1000 + 200)))
    talks.now += GRACE
    assert not talks.cache.tidy() and talks.cells - talks.cache.free == 1000


def test_who_is_forgotten_is_on_no_shelf_either() -> None:
    talks = Talks(sequences=4, kept_bytes=1_000_000)
    for person, owner in enumerate(["ada", "ben", "", "ben"]):
        talks.ask(list(range(person * 1000, person * 1000 + 200)), owner=owner)
    talks.now += GRACE
    while talks.cache.tidy():
        pass
    talks.cache.forget("ada")
    assert [talks.ask([*range(start, start + 200), 7])[1] for start in (0, 1000, 2000, 3000)] == [201, 1, 201, 1]
