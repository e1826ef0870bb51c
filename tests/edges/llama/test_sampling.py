"""Which token is drawn: temperature, top-k, top-p, min-p, the penalty, the seed."""

from typing import Any, cast

import numpy as np
import pytest

from bot.edges.llama.native import Logits, Native
from bot.edges.llama.protocol import Generate
from bot.edges.llama.sampling import Sampler, log_probabilities

_CHANCES = np.array([0.5, 0.3, 0.15, 0.05], dtype=np.float32)
_LOGITS: Logits = np.log(_CHANCES)


def _sampler(**changes: object) -> Sampler:
    fields: dict[str, object] = {
        "id": 1, "chat": (), "max_tokens": 5, "temperature": 1.0, "top_k": 0, "top_p": 1.0, "min_p": 0.0, "repeat_penalty": 1.0, "seed": 1,
        "repeatable": False, "stop": (), "opening": "", "schema": None, "background": False, "owner": "", "adapter": "", "seconds": None, "scored": True,
    }  # fmt: skip
    return Sampler(cast(Native, None), Generate(**(fields | changes)), None)  # type: ignore[arg-type]  # the fields are those of Generate


def _drawn(times: int = 400, **changes: object) -> list[int]:
    sampler = _sampler(**changes)
    return [sampler.pick(_LOGITS) for _ in range(times)]


def test_tokens_come_as_often_as_they_are_likely() -> None:
    shares = np.bincount(_drawn(4000), minlength=4) / 4000
    assert shares == pytest.approx(_CHANCES, abs=0.03)


def test_temperature_sharpens_and_flattens() -> None:
    sharp, flat = _drawn(2000, temperature=0.5), _drawn(2000, temperature=3.0)
    assert sharp.count(0) > 1100 > 1000 > flat.count(0) and flat.count(3) > 250
    assert set(_drawn(temperature=0.0)) == {0}


@pytest.mark.parametrize(("cut", "left"), [
    ({"top_k": 1}, {0}), ({"top_k": 2}, {0, 1}), ({"top_k": 9}, {0, 1, 2, 3}),
    ({"top_p": 0.4}, {0}), ({"top_p": 0.6}, {0, 1}), ({"top_p": 0.9}, {0, 1, 2}),
    ({"min_p": 0.5}, {0, 1}), ({"min_p": 0.2}, {0, 1, 2}), ({"min_p": 0.2, "top_k": 2}, {0, 1}),
])  # fmt: skip
def test_what_is_unlikely_is_cut(cut: dict[str, Any], left: set[int]) -> None:
    assert set(_drawn(**cut)) == left


def test_a_seed_repeats_and_another_one_does_not() -> None:
    assert _drawn(50, seed=3) == _drawn(50, seed=3) != _drawn(50, seed=4)


def test_what_was_said_is_less_likely_to_be_said_again() -> None:
    logits = np.array([2.0, 1.5, -1.0], dtype=np.float32)
    sampler = _sampler(temperature=0.0, repeat_penalty=2.0)
    assert [sampler.pick(logits) for _ in range(3)] == [0, 1, 0]
    assert list(logits) == [2.0, 1.5, -1.0]  # those of others in the batch are beside them: nothing is written there


def test_the_score_is_that_of_the_model_before_any_cut() -> None:
    sampler = _sampler(top_k=1, temperature=0.2, repeat_penalty=1.5)
    for _ in range(2):
        sampler.pick(_LOGITS)
        assert sampler.log_probability == pytest.approx(np.log(0.5), abs=1e-5)
    assert np.exp(log_probabilities(_LOGITS + 7)) == pytest.approx(_CHANCES, abs=1e-5)
