"""What goes to a GPU when all fits, when only attention fits, when only some layers do, and what a person set."""

import pytest

from bot.edges.llama.placement import ALL, RESERVE, Placement, place
from bot.edges.llama.weights import Weights

_MB = 1_000_000
_DENSE = Weights(layers=10, layer_bytes=1000 * _MB, expert_bytes=0, other_bytes=200 * _MB, kv_bytes=0)
_MIXTURE = Weights(layers=10, layer_bytes=1000 * _MB, expert_bytes=800 * _MB, other_bytes=200 * _MB, kv_bytes=0)
_CACHE = 100 * _MB


def _placed(weights: Weights, megabytes: float, layers: int = ALL, experts_on_cpu: bool | None = None) -> Placement:
    return place(weights, _CACHE, RESERVE + int(megabytes * _MB), layers=layers, experts_on_cpu=experts_on_cpu)


@pytest.mark.parametrize("weights", [_DENSE, _MIXTURE])
def test_all_goes_there_when_all_fits(weights: Weights) -> None:
    assert _placed(weights, 1300) == Placement(ALL, False)
    assert _placed(weights, 1299) != Placement(ALL, False)


def test_of_a_dense_model_as_many_layers_as_fit() -> None:
    assert [_placed(_DENSE, room).layers for room in (1299, 560, 110, 109, 0)] == [10, 5, 1, 0, 0]


def test_of_a_mixture_the_experts_stay_first_and_then_layers() -> None:
    assert _placed(_MIXTURE, 1299) == _placed(_MIXTURE, 500) == Placement(ALL, True)
    assert _placed(_MIXTURE, 499) == Placement(10, True)
    assert _placed(_MIXTURE, 299) == Placement(9, True)
    assert _placed(_MIXTURE, 29) == Placement(0, False)


def test_no_gpu_gets_nothing() -> None:
    assert place(_MIXTURE, _CACHE, 0) == place(_MIXTURE, _CACHE, 0, layers=5, experts_on_cpu=True) == Placement(0, False)


def test_what_a_person_set_holds() -> None:
    assert _placed(_MIXTURE, 9000, layers=0) == Placement(0, False)
    assert _placed(_MIXTURE, 9000, experts_on_cpu=True) == Placement(ALL, True)
    assert _placed(_MIXTURE, 600, experts_on_cpu=False) == Placement(5, False)
    assert _placed(_DENSE, 100, layers=7) == Placement(7, False)


def test_experts_of_layers_that_were_set_stay_where_they_do_not_fit() -> None:
    assert _placed(_MIXTURE, 440, layers=4) == Placement(4, False)
    assert _placed(_MIXTURE, 439, layers=4) == Placement(4, True)
