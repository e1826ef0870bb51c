"""All forms of a warm start, on models of noise: the numbers are what was asked, and equal experts change nothing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFWriter

from bot.errors import ModelError
from bot.moe.gguf_file import inspect, open_gguf
from bot.moe.noise import write_noise
from bot.moe.numbers import numbers_of
from bot.moe.run import Numbers, Run
from bot.moe.sameness import sameness
from bot.moe.warm_start import neighbouring, warm_start
from tests.moe.conftest import TINY

_TEXTS = ("Hello sea", "To be or", "1 2 3")


def _logits(file: Path, text: str = "Hello sea, hello hills") -> Numbers:
    with Run(file, context=64) as run:
        return run.evaluate(run.tokens(text)).logits


@pytest.mark.parametrize("source", ["dense", "dense_qwen"])
@pytest.mark.parametrize(
    ("experts", "used", "first", "share"), [(4, 2, 0, False), (3, 1, 0, False), (4, 2, 1, False), (2, 2, 0, True), (5, 3, 2, True)]
)
def test_equal_experts_say_what_the_dense_model_says(
    source: str, experts: int, used: int, first: int, share: bool, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    base: Path = request.getfixturevalue(source)
    warm_start(base, out := tmp_path / "out.gguf", experts=experts, used=used, first_layer=first, share=share)
    before, after = inspect(base), inspect(out)
    assert [(layer.experts, layer.used, layer.shared) for layer in after.layers] == [(0, 0, False)] * first + [(experts, used, share)] * (3 - first)
    ours = 3 * 64 * (64 if share else 128)  # numbers of an expert
    assert after.parameters - before.parameters == (3 - first) * ((experts - 1) * ours + experts * 64)
    assert np.abs(_logits(out) - _logits(base)).max() < 0.1  # rounded otherwise; rows in a wrong order change them by more than 1
    told = sameness(base, out, _TEXTS, count=12, threads=1).working
    assert (told.texts, told.of_texts, told.of_tokens) == (3, 3, 36) and told.tokens == 36 and told.tie == 0


def test_halves_come_to_lie_side_by_side() -> None:
    assert neighbouring(8, 4).tolist() == [0, 2, 1, 3, 4, 6, 5, 7]


@pytest.mark.parametrize("kind", ["F32", "F16", "Q4_1", "Q5_0", "Q4_K", "Q6_K"])
def test_halves_of_every_kind_of_weights_add_up(kind: str, tmp_path: Path) -> None:
    wide = replace(TINY, width=256, head_width=64, feed_forward=768, layers=1, kind=kind, better=kind)
    write_noise(wide, base := tmp_path / "base.gguf")
    warm_start(base, out := tmp_path / "out.gguf", share=True)
    assert np.abs(_logits(out) - _logits(base)).max() < 0.05


def test_what_cannot_be_halved(tmp_path: Path) -> None:
    write_noise(replace(TINY, width=256, head_width=64, feed_forward=256, kind="Q4_K", better="Q6_K"), tmp_path / "base.gguf")
    with pytest.raises(ModelError, match="256 neurons cannot be halved"):
        warm_start(tmp_path / "base.gguf", tmp_path / "out.gguf", share=True)


def test_given_routers_are_written(dense: Path, tmp_path: Path) -> None:
    given = np.arange(4 * 64, dtype=np.float32).reshape(4, 64)
    warm_start(dense, tmp_path / "out.gguf", routers={1: given})
    tensors = {t.name: t for t in open_gguf(tmp_path / "out.gguf").tensors}
    assert np.array_equal(tensors["blk.1.ffn_gate_inp.weight"].data, given)
    with pytest.raises(ModelError, match="4 experts by 64"):
        warm_start(dense, tmp_path / "out.gguf", routers={1: given[:3]})


def test_experts_of_other_files_of_the_same_model(dense: Path, tmp_path: Path) -> None:
    write_noise(TINY, other := tmp_path / "other.gguf", seed=5)
    warm_start(dense, out := tmp_path / "out.gguf", experts=3, used=1, variants=[other])
    experts = {t.name: t for t in open_gguf(out).tensors}["blk.0.ffn_up_exps.weight"].data
    mine, theirs = ({t.name: t for t in open_gguf(f).tensors}["blk.0.ffn_up.weight"].data for f in (dense, other))
    assert np.array_equal(experts[0], theirs) and np.array_equal(experts[1], mine) and np.array_equal(experts[2], mine)


def _lora(file: Path, width: int = 64) -> Path:
    """Rank 2 on the way up of the first layer."""
    writer, noise = GGUFWriter(file, "llama"), np.random.default_rng(1)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 4.0)
    writer.add_tensor("blk.0.ffn_up.weight.lora_a", noise.normal(0, 0.3, (2, width)).astype(np.float32))
    writer.add_tensor("blk.0.ffn_up.weight.lora_b", noise.normal(0, 0.3, (128, 2)).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def test_an_adapter_is_merged_into_its_expert(dense: Path, tmp_path: Path) -> None:
    lora = _lora(tmp_path / "lora.gguf")
    warm_start(dense, out := tmp_path / "out.gguf", experts=2, used=1, variants=[lora])
    halves = {t.name: t.data for t in open_gguf(lora).tensors}
    change = 2.0 * halves["blk.0.ffn_up.weight.lora_b"] @ halves["blk.0.ffn_up.weight.lora_a"]
    tensor = {t.name: t for t in open_gguf(out).tensors}["blk.0.ffn_up_exps.weight"]
    merged, plain = numbers_of(tensor.data, tensor.tensor_type)
    assert np.abs(merged - plain - change).max() < 0.02 < np.abs(change).max()


def test_variants_that_do_not_fit(dense: Path, tmp_path: Path) -> None:
    write_noise(replace(TINY, kind="F16"), other := tmp_path / "other.gguf")
    for variants, why in (([other], "another shape or kind"), ([_lora(tmp_path / "wide.gguf", 32)], "another model"), ([dense] * 5, "5 files are given for 4")):
        with pytest.raises(ModelError, match=why):
            warm_start(dense, tmp_path / "out.gguf", variants=variants)
    assert not (tmp_path / "out.gguf").exists() and not (tmp_path / "out.gguf.part").exists()


def test_layers_that_are_not_there(dense: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="layers 0 to 2"):
        warm_start(dense, tmp_path / "out.gguf", first_layer=3)
