"""What a mixture says beside its dense model: the same to the last bit where nothing is rounded, and a difference is seen."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.moe.noise import write_noise
from bot.moe.run import Run
from bot.moe.sameness import Said, agreement, sameness
from bot.moe.warm_start import turn, warm_start
from tests.moe.conftest import TINY

_TEXTS = ("Hello sea", "To be or")


@pytest.mark.parametrize("source", ["dense", "dense_qwen"])
@pytest.mark.parametrize("kind", ["Q8_0", "Q4_1", "Q4_K", "F16"])
@pytest.mark.parametrize(("experts", "used", "first"), [(4, 2, 0), (5, 4, 0), (3, 1, 0), (3, 2, 1)])
def test_experts_without_rounding_are_the_same_bit_by_bit(source: str, kind: str, experts: int, used: int, first: int, tmp_path: Path) -> None:
    shape = replace(TINY, width=256, head_width=64, feed_forward=256, kind=kind, better=kind)
    write_noise(replace(shape, architecture="qwen2", biases=True) if source == "dense_qwen" else shape, base := tmp_path / "base.gguf")
    warm_start(base, out := tmp_path / "out.gguf", experts=experts, used=used, first_layer=first)
    same = sameness(base, out, _TEXTS, count=8, threads=1)
    assert same.exact and same.holds and same.alone.apart == 0 and same.alone.texts == 2
    assert (same.level is None) == (used == 1) and (same.level is None or (same.level.apart, same.level.texts) == (0, 2))
    assert (same.turned is None) == (source == "dense") and same.working.apart < 0.1
    assert sorted(file.name for file in tmp_path.iterdir()) == ["base.gguf", "out.gguf"]


def test_shares_that_are_rounded_are_not_compared_bit_by_bit(dense: Path, tmp_path: Path) -> None:
    warm_start(dense, out := tmp_path / "out.gguf", experts=4, used=3)
    assert sameness(dense, out, _TEXTS, count=4, threads=1).level is None
    warm_start(dense, out, share=True)
    halves = sameness(dense, out, _TEXTS, count=4, threads=1)
    assert not halves.exact and halves.holds and halves.alone.apart < 0.1


def test_one_other_expert_is_seen(dense: Path, tmp_path: Path) -> None:
    write_noise(TINY, other := tmp_path / "other.gguf", seed=5)
    warm_start(dense, out := tmp_path / "out.gguf", experts=4, used=2, variants=[other])
    same = sameness(dense, out, _TEXTS, count=8, threads=1)
    assert not same.holds and same.alone.apart > 0.1


def test_a_file_is_turned_only_where_it_has_to_be(dense: Path, dense_qwen: Path, tmp_path: Path) -> None:
    assert not turn(dense, tmp_path / "turned.gguf") and not (tmp_path / "turned.gguf").exists()
    assert turn(dense_qwen, tmp_path / "turned.gguf")
    with Run(dense_qwen, context=16) as before, Run(tmp_path / "turned.gguf", context=16) as after:
        words = before.tokens("Hello")
        assert np.abs(before.evaluate(words).logits - after.evaluate(words).logits).max() < 0.1


def test_routers_are_silent_where_that_is_wanted(mixture: Path) -> None:
    with Run(mixture, context=16, watch=("ffn_moe_probs", "ffn_moe_logits"), silent=("ffn_moe_logits",)) as run:
        seen = run.evaluate(run.tokens("Hello")).tensors
    assert not seen["ffn_moe_logits-1"].any() and np.all(seen["ffn_moe_probs-1"] == 0.25)


def test_words_are_counted_from_where_the_prompt_ends() -> None:
    logits = np.array([[9, 0], [0, 1], [1, 0], [2, 1]], dtype=np.float32)
    first = Said(words=((1, 1, 1, 0, 0),), begun=(2,), logits=(logits,))
    told = agreement(first, [np.array([[0, 9], [0, 1], [1, 0], [0, 1]], dtype=np.float32)])
    assert (told.texts, told.of_texts, told.tokens, told.of_tokens, told.tie, told.apart) == (0, 1, 2, 3, 1.0, 9.0)
    assert agreement(first, [logits]).texts == 1
