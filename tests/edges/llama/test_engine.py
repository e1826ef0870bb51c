"""Who takes part in a step, and what each step evaluates: the engine on a model that only counts."""

from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest

from bot.edges.llama.adapters import Adapters
from bot.edges.llama.cache import GRID, Cache
from bot.edges.llama.engine import Engine, Lane
from bot.edges.llama.native import SCRATCH, SEQUENCES, Logits, Native, Row
from bot.edges.llama.protocol import Alive, Begun, Done, Generate, Refused, Reply, Text, Waiting
from bot.edges.llama.talk import Answer, Choice, Talk

_END = 9


class CountingNative:
    """Keeps each sequence as a list; the likeliest token is always 5. ``steps`` lists, for each step, the rows by sequence."""

    can_cut = True

    def __init__(self, *, chunk: int = 60) -> None:
        self.chunk = chunk
        self.sequences: dict[int, list[int]] = {}
        self.steps: list[dict[int, int]] = []
        self.worn: list[str] = []

    def decode(self, rows: Sequence[Row]) -> None:
        assert 0 < len(rows) <= self.chunk
        for row in rows:
            held = self.sequences.setdefault(row.sequence, [])
            assert len(held) == row.position
            held.append(row.token)
        self.steps.append({sequence: sum(row.sequence == sequence for row in rows) for sequence in {row.sequence for row in rows}})

    def logits(self, row: int) -> Logits:
        return np.asarray(np.eye(10, dtype=np.float32)[5])

    def piece(self, token: int) -> bytes:
        return b"a"

    def ends(self, token: int) -> bool:
        return token == _END

    def cut(self, sequence: int, start: int) -> bool:
        del self.sequences.setdefault(sequence, [])[start:]
        return True

    def share(self, source: int, target: int, end: int) -> None:
        assert not self.sequences.get(target)
        self.sequences[target] = self.sequences[source][:end]


class Room:
    """An engine, and everything it said."""

    def __init__(self, *, cells: int = 10_000, parallel: int = 8) -> None:
        self.native, self.alone = CountingNative(), CountingNative()
        self.said: list[Reply] = []
        self.cache = Cache(cast(Native, self.native), cells=cells)
        lane = Lane(cast(Native, self.native), self.cache, cast(Adapters, self))
        self.engine = Engine(lane, self._alone, parallel=parallel, send=self.said.append)
        self._number = 0

    def _alone(self) -> Lane:
        native = cast(Native, self.alone)
        return Lane(native, Cache(native, cells=1000, sequences=1), cast(Adapters, self))

    def load(self, adapter: str) -> None: ...

    def use(self, adapter: str) -> None:
        self.native.worn.append(adapter)

    def ask(
        self, tokens: Sequence[int], *, answer: int = 4, owner: str = "", background: bool = False, adapter: str = "",
        repeatable: bool = False,
    ) -> int:
        self._number += 1
        request = Generate(
            id=self._number, chat=(), max_tokens=answer, temperature=0.0, top_k=0, top_p=1.0, min_p=0.0, repeat_penalty=1.0, seed=0,
            repeatable=repeatable, stop=(), opening="", schema=None, background=background, owner=owner, adapter=adapter, seconds=None, scored=False,
        )  # fmt: skip
        talk = Talk(
            self._number, list(tokens), Answer(cast(Native, self.native), request, None, 1000), background=background,
            repeatable=repeatable, owner=owner, adapter=adapter,
        )  # fmt: skip
        self.engine.take(talk)
        return self._number

    def run(self) -> list[int]:
        """Until nothing is left; requests in the order in which they ended."""
        while self.engine.busy:
            self.engine.step()
        return [reply.id for reply in self.said if isinstance(reply, Done)]

    def text(self, request: int) -> str:
        return "".join(reply.piece for reply in self.said if isinstance(reply, Text) and reply.id == request)


def test_answers_are_drawn_side_by_side() -> None:
    room = Room()
    several = [room.ask([n, 100 + n], answer=10) for n in range(8)]
    assert room.run() == several
    assert len(room.native.steps) == 10 and all(room.text(request) == "a" * 10 for request in several)


def test_who_comes_later_joins_while_others_are_answered() -> None:
    room = Room()
    room.ask([1, 2], answer=20)
    for _ in range(5):
        room.engine.step()
    room.ask([3, 4], answer=3)
    assert room.run() == [2, 1] and len(room.native.steps) == 20


def test_a_prompt_is_read_while_others_are_answered() -> None:
    room = Room()
    room.ask([1, 2], answer=20)
    room.engine.step()
    room.ask(range(100, 300))
    room.engine.step()
    assert sorted(room.native.steps[-1].values()) == [1, 59]


def test_prompts_share_the_rows_and_a_short_one_leaves_the_rest() -> None:
    room = Room()
    room.ask(range(1000, 1500))
    room.ask(range(2000, 2010))
    room.engine.step()
    assert sorted(room.native.steps[0].values()) == [10, 50]


def test_a_beginning_that_all_share_is_evaluated_once_also_when_all_come_at_once() -> None:
    room = Room()
    persona = list(range(1000, 1700))
    for n in range(8):
        room.ask([*persona, *range(n * 100, n * 100 + 40)], answer=1)
    room.run()
    assert sum(sum(step.values()) for step in room.native.steps) == 700 + 8 * 40


def test_it_says_how_much_of_a_prompt_was_at_hand() -> None:
    room = Room()
    for note in (7, 8):
        room.ask([*range(1000, 1040), note], answer=1)
        room.run()
    assert [(reply.prompt, reply.at_hand) for reply in room.said if isinstance(reply, Begun)] == [(41, 0), (41, 40)]


def test_who_is_waited_for_goes_before_the_background_which_keeps_its_place() -> None:
    room = Room()
    background = room.ask(range(100, 150), answer=30, background=True)
    for _ in range(10):
        room.engine.step()
    awaited = room.ask([1, 2], answer=5)
    before = sum(sum(step.values()) for step in room.native.steps)
    assert room.run() == [awaited, background]
    assert sum(sum(step.values()) for step in room.native.steps) - before == 6 + 20


def test_only_so_many_at_once_and_the_others_are_told_their_place() -> None:
    room = Room(parallel=2)
    for n in range(5):
        room.ask([n, 1], answer=3)
    assert room.run() == [1, 2, 3, 4, 5]
    places = [(reply.id, reply.ahead) for reply in room.said if isinstance(reply, Waiting)]
    assert places == [(3, 1), (4, 2), (5, 3), (5, 1), (3, 0), (4, 0), (5, 0)]


def test_owners_take_turns() -> None:
    room = Room(parallel=1)
    for _ in range(3):
        room.ask([1, 2], owner="many")
    room.ask([3, 4], owner="one")
    assert room.run() == [1, 4, 2, 3]


def test_a_cancelled_request_ends_at_once() -> None:
    room = Room()
    room.ask([1, 2], answer=100)
    room.ask([3, 4], answer=100)
    room.engine.step()
    room.engine.cancel(1)
    room.engine.step()
    assert len(room.native.steps[-1]) == 1
    room.engine.cancel(2)
    room.engine.cancel(2)
    assert not room.engine.busy


def test_a_step_has_one_adapter_and_all_of_them_get_on() -> None:
    room = Room()
    several = [room.ask([n, 7], answer=30, adapter=adapter) for n, adapter in enumerate(["", "a", "b", "a"])]
    assert sorted(room.run()) == several
    assert set(room.native.worn) == {"", "a", "b"}
    changes = sum(a != b for a, b in zip(room.native.worn, room.native.worn[1:], strict=False))
    assert changes < len(room.native.worn) / 3


def test_the_youngest_leaves_when_cells_run_out_and_comes_back_later() -> None:
    room = Room(cells=300)
    first = room.ask(range(100, 200), answer=80)
    second = room.ask(range(300, 400), answer=80)
    assert room.run() == [first, second]
    assert room.text(first) == room.text(second) == "a" * 80


def test_requests_that_must_repeat_go_one_after_the_other_beside_the_rest() -> None:
    room = Room()
    first = room.ask(range(100, 200), answer=10, repeatable=True)
    second = room.ask(range(100, 200), answer=5, repeatable=True)
    other = room.ask(range(300, 330), answer=4)
    assert room.run() == [other, first, second]
    assert [step[0] for step in room.alone.steps] == [GRID, GRID, GRID, 100 - 3 * GRID, *[1] * 9, 100 - 3 * GRID, *[1] * 4]
    assert sum(sum(step.values()) for step in room.native.steps) == 33


def test_requests_that_must_repeat_with_different_adapters_get_on_too() -> None:
    room = Room()
    several = [room.ask(range(100, 150), answer=20, repeatable=True, adapter=adapter) for adapter in ("", "a", "b", "")]
    assert room.run() == several and len(room.alone.steps) == 3 * 21 + 21


def test_background_that_must_repeat_lets_others_go_first() -> None:
    room = Room()
    background = room.ask(range(100, 150), answer=10, repeatable=True, background=True)
    for _ in range(5):
        room.engine.step()
    awaited = room.ask(range(200, 230), answer=3, repeatable=True)
    assert room.run() == [awaited, background] and room.text(background) == "a" * 10


def test_options_are_scored_together_after_one_evaluation_of_the_prompt() -> None:
    room = Room()
    other = room.ask([1, 2], answer=6)
    options = [[5], [5, 5], [5, 1], [1, 5, 5]]
    room.engine.take(Talk(99, [7] * 30, Choice(cast(Native, room.native), options)))
    assert room.run() == [99, other]
    assert [sum(step.values()) for step in room.native.steps] == [2 + 30, 1 + 1 + 2, *[1] * 5]
    (chances,) = (reply.probabilities for reply in room.said if isinstance(reply, Done) and reply.id == 99)
    assert sum(chances) == pytest.approx(1) and chances.index(max(chances)) == 0
    assert not any(room.native.sequences.get(sequence) for sequence in range(SEQUENCES, SEQUENCES + SCRATCH))


def test_two_thousand_requests_leave_nothing_behind() -> None:
    room = Room(cells=2000)
    for n in range(2000):
        room.ask([n % 7, *range(n % 50)], answer=1 + n % 3, owner=f"p{n % 40}", background=n % 5 == 0)
        room.engine.step()
        if n % 11 == 0:
            room.engine.cancel(n + 1)
    assert len(room.run()) == 2000
    assert not any(slot.holder for slot in room.cache._slots) and not room.engine._begun


def test_nothing_is_kept_of_who_is_forgotten_and_of_others_all() -> None:
    room = Room()
    persona, ada, ben = list(range(1000, 1100)), list(range(2000, 2100)), list(range(3000, 3100))
    room.ask([*persona, *ada], answer=1, owner="ada")
    room.ask([*persona, *ben], answer=1, owner="ben")
    room.ask([*persona, *range(4000, 4050)], answer=1)
    room.run()
    room.engine.forget("ada")
    assert {slot.owner for slot in room.cache._slots if slot.tokens} == {"ben"}
    assert room.cache.free == 10_000 - 200
    room.native.steps.clear()
    room.ask([*persona, *ben, 1], answer=1, owner="ben")
    room.ask([*persona, *ada, 1], answer=1, owner="ada")
    room.run()
    assert sum(sum(step.values()) for step in room.native.steps) == 1 + 101


def test_a_request_under_way_goes_on_and_leaves_nothing_of_who_is_forgotten() -> None:
    room = Room()
    room.ask(range(100, 150), answer=10, owner="ada")
    room.ask(range(100, 150), answer=10, owner="ada", repeatable=True)
    room.ask(range(200, 250), answer=10, owner="ada", background=True)
    for _ in range(4):
        room.engine.step()
    room.engine.forget("ada")
    assert len(room.run()) == 3 and room.text(1) == room.text(2) == room.text(3) == "a" * 10
    assert room.cache.free == 10_000 and not any(room.alone.sequences.values())


@pytest.mark.parametrize("count", [1, 200])
def test_every_request_gets_exactly_one_end(count: int) -> None:
    room = Room()
    for n in range(count):
        room.ask([n % 3, n], answer=2)
    assert sorted(room.run()) == list(range(1, count + 1))
    assert not any(isinstance(reply, Refused) for reply in room.said)
    assert any(isinstance(reply, Alive | Text) for reply in room.said)
