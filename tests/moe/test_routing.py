"""What counts of choices tell, on counts that are easy to see through."""

import numpy as np
import pytest

from bot.moe.routing import Choices, Tally, evenness, informative, lift, overlap, profile, token_entropy


def _counts(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def test_evenness_is_one_when_all_work_alike_and_the_least_when_one_does_all() -> None:
    assert evenness(_counts(5, 5, 5, 5)) == pytest.approx(1)
    assert evenness(_counts(20, 0, 0, 0)) == pytest.approx(1 / 4)
    assert evenness(_counts(10, 10, 0, 0)) == pytest.approx(1 / 2)
    assert evenness(_counts(0, 0)) == 0


def test_entropy_of_a_decided_and_of_an_undecided_router() -> None:
    entropy = token_entropy(np.array([[0.0, 0, 0, 0], [1000.0, 0, 0, 0], [50.0, 50.0, -1e6, -1e6]]))
    assert entropy == pytest.approx([1, 0, 0.5])
    assert token_entropy(np.zeros((2, 1))) == pytest.approx([0, 0])


def test_overlap() -> None:
    assert overlap(_counts(1, 3), _counts(10, 30)) == pytest.approx(1)
    assert overlap(_counts(1, 0), _counts(0, 7)) == 0
    assert overlap(_counts(3, 1), _counts(1, 3)) == pytest.approx(0.5)
    assert overlap(_counts(0, 0), _counts(1, 3)) == 0


def test_an_expert_of_its_own_tells_the_label_and_the_same_experts_tell_nothing() -> None:
    assert informative(np.array([[1000, 0], [0, 1000]])) == pytest.approx(1, abs=0.01)
    assert informative(np.array([[500, 500], [500, 500]])) == 0
    assert informative(np.array([[10, 20], [0, 0]])) == 0
    drawn = np.random.default_rng(3).multinomial(40, [1 / 8] * 8, size=5)
    assert informative(drawn) < 0.05  # chance alone is taken off


def _tally() -> Tally:
    """One layer of four experts: label a goes to 0 and 1, label b to 2 and 3."""
    tally = Tally([7], 4, ["a", "b"])
    decided = np.array([[9.0, 8, 0, 0]] * 10)
    for half in (0, 1):
        tally.add("a", half, Choices(7, np.array([[0, 1]] * 10), decided))
        tally.add("b", half, Choices(7, np.array([[3, 2]] * 10), decided[:, ::-1]))
    return tally


def test_a_layer_with_two_pairs_of_specialists() -> None:
    (layer,) = profile(_tally(), {"kind": ["a", "b"]})
    assert (layer.layer, layer.shares, layer.idle) == (7, (0.25, 0.25, 0.25, 0.25), 0)
    assert layer.evenness == layer.stability == pytest.approx(1)
    assert layer.specialisation["kind"] == pytest.approx(1, abs=0.06)
    assert {pair[:2]: pair[2] for pair in layer.pairs} == {(0, 1): pytest.approx(2), (2, 3): pytest.approx(2)}
    assert 0 < layer.entropy < 0.5


def test_lift_is_against_the_usual_share() -> None:
    assert lift(_tally(), "a").tolist() == [[2, 2, 0, 0]]
    one = Tally([0], 3, ["a"])
    one.add("a", 0, Choices(0, np.array([[0]]), np.zeros((1, 3))))
    assert lift(one, "a").tolist() == [[1, 1, 1]]


def test_idle_experts_are_counted_and_rare_pairs_left_out() -> None:
    tally = Tally([0], 3, ["a"])
    tally.add("a", 0, Choices(0, np.array([[0, 1]] * 3), np.zeros((3, 3))))
    (layer,) = profile(tally, {})
    assert (layer.idle, layer.pairs, layer.stability) == (1, (), 0)
