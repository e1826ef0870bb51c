"""Fewer experts: the right ones go, and what is the same stays the same."""

from pathlib import Path

import numpy as np
import pytest

from bot.errors import ModelError
from bot.moe.gguf_file import inspect, open_gguf
from bot.moe.run import Numbers, Run
from bot.moe.thin import measure_worth, thin
from bot.moe.warm_start import warm_start
from bot.moe.worth import Share, Worth, merged, pruned


def _worth() -> Worth:
    """Experts 0 and 2 add most; router 1 asks for what router 2 asks for, router 3 for what 0 does."""
    worth, rows = Worth(4), np.random.default_rng(1).normal(size=(50, 2))
    logits = np.stack([rows[:, 0], rows[:, 1], rows[:, 1] + 0.1 * rows[:, 0], 3 * rows[:, 0]], axis=1)
    worth.add(np.array([[0, 2]] * 40 + [[1, 3]] * 10), np.array([[2.0, 1.0]] * 40 + [[1.0, 0.5]] * 10), logits)
    return worth


def test_worth_is_what_an_expert_added() -> None:
    assert _worth().added.tolist() == [80, 10, 40, 5]


def test_pruning_keeps_the_most_worth_in_order() -> None:
    assert pruned(_worth(), 2) == (Share((0,), (1.0,)), Share((2,), (1.0,)))
    assert [share.members for share in pruned(_worth(), 3)] == [(0,), (1,), (2,)]


def test_merging_puts_experts_to_those_who_want_the_same_tokens() -> None:
    first, second = merged(_worth(), 2)
    assert (first.members, second.members) == ((0, 3), (2, 1))
    assert first.parts == pytest.approx((80 / 85, 5 / 85)) and second.parts == pytest.approx((0.8, 0.2))


def test_experts_without_any_worth_count_alike() -> None:
    (share,) = merged(Worth(3), 1)
    assert share.parts == pytest.approx((1 / 3,) * 3)


def _logits(file: Path, text: str) -> Numbers:
    with Run(file, context=64) as run:
        return run.evaluate(run.tokens(text)).logits


def test_experts_that_a_text_never_asked_for_are_not_missed_by_it(known_routing: Path, tmp_path: Path) -> None:
    worth = measure_worth(known_routing, ["dddd"], threads=1)
    assert set(worth) == {0, 1, 2} and all(one.added.tolist() == [0, 0, 0, 0] for one in worth.values())  # these experts add nothing
    for one in worth.values():
        one.add(np.array([[0, 1]]), np.ones((1, 2)), np.zeros((1, 4)))
    thin(known_routing, tmp_path / "two.gguf", lambda one: pruned(one, 2), worth)
    model = inspect(tmp_path / "two.gguf")
    assert (model.experts, model.used) == (2, 2)
    assert np.array_equal(_logits(tmp_path / "two.gguf", "dddd"), _logits(known_routing, "dddd"))


def test_pruned_experts_are_copied_as_they_are(mixture: Path, tmp_path: Path) -> None:
    worth = measure_worth(mixture, ["Hello sea", "to be"], threads=1)
    assert all((one.added > 0).any() for one in worth.values())
    thin(mixture, out := tmp_path / "one.gguf", lambda one: pruned(one, 1), worth)
    before, after = ({t.name: t.data for t in open_gguf(file).tensors} for file in (mixture, out))
    for layer, one in worth.items():
        best = int(one.added.argmax())
        for part in ("gate_exps", "up_exps", "down_exps", "gate_inp"):
            assert np.array_equal(after[f"blk.{layer}.ffn_{part}.weight"], before[f"blk.{layer}.ffn_{part}.weight"][best : best + 1])
    assert inspect(out).used == 1


def test_equal_experts_melt_into_one_of_them(dense: Path, tmp_path: Path) -> None:
    warm_start(dense, four := tmp_path / "four.gguf", experts=4, used=2)
    thin(four, two := tmp_path / "two.gguf", lambda one: merged(one, 2), measure_worth(four, ["Hello sea"], threads=1))
    assert np.abs(_logits(two, "Hello sea") - _logits(dense, "Hello sea")).max() < 0.1
    assert inspect(two).bytes < inspect(four).bytes


@pytest.mark.parametrize("keep", [4, 5])
def test_there_is_nothing_to_leave_out(mixture: Path, tmp_path: Path, keep: int) -> None:
    with pytest.raises(ModelError, match="between 1 and 3"):
        thin(mixture, tmp_path / "out.gguf", lambda one: [Share((0,), (1.0,))] * keep, measure_worth(mixture, ["x y"], threads=1))


def test_a_dense_model_has_no_experts(dense: Path) -> None:
    with pytest.raises(ModelError, match="dense"):
        measure_worth(dense, ["x"], threads=1)
