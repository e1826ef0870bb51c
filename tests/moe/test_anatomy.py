"""What a file is made of: parameters, active ones, experts of each layer, cache."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ModelDamaged, ModelError, ModelMissing
from bot.moe.anatomy import Anatomy, Head, Tensor, anatomy
from bot.moe.gguf_file import inspect
from bot.moe.memory import cells_for, memory
from bot.moe.noise import write_noise
from bot.moe.shapes import SHAPES, Shape, keys_of, named, tensors_of
from tests.moe.conftest import TINY


def _of(shape: Shape, **more: object) -> Anatomy:
    """From the head that a file of this shape would have; each number counts as two bytes."""
    values = {f"{shape.architecture}.{key}": value for key, value in keys_of(shape).items()}
    tensors = [Tensor(name, size, kind, 2) for name, size, kind in tensors_of(shape)]
    return anatomy(Head(values={"general.architecture": shape.architecture, **values, **more}, tensors=tuple(tensors), bytes=1))


@pytest.mark.parametrize(("name", "billions", "active"), [("granite-1b-a400m", 1.33, 0.43), ("olmoe-1b-7b", 6.92, 1.28), ("qwen3-30b-a3b", 30.5, 3.3)])
def test_well_known_models_have_the_parameters_that_their_makers_tell(name: str, billions: float, active: float) -> None:
    model = _of(SHAPES[name])
    assert model.parameters / 1e9 == pytest.approx(billions, rel=0.02)
    assert model.active / 1e9 == pytest.approx(active, rel=0.05)


def test_a_mixture(mixture: Path) -> None:
    model = inspect(mixture)
    expert, attention = 3 * 64 * 128, 64 * 64 + 2 * 64 * 32 + 64 * 64
    layer = 4 * expert + attention + 4 * 64 + 2 * 64
    assert (model.experts, model.used, model.dense_layers, model.tied) == (4, 2, 0, True)
    assert {(one.parameters, one.active) for one in model.layers} == {(layer, layer - 2 * expert)}
    assert model.parameters == 3 * layer + 300 * 64 + 64
    assert model.kv_bytes == 3 * 2 * (16 + 16) * 2
    assert sum(w.parameters for w in model.weights) == model.parameters and sum(w.bytes for w in model.weights) == model.bytes
    assert {w.part for w in model.weights} == {"embedding", "attention", "experts", "routers", "other"}


def test_a_dense_model_works_as_a_whole(dense: Path) -> None:
    model = inspect(dense)
    assert model.experts == model.used == 0 and model.dense_layers == 3
    assert model.active == model.parameters


def test_dense_layers_below_experts_and_an_expert_that_always_works() -> None:
    head = [
        Tensor("token_embd.weight", (8, 10), "F16", 160), Tensor("blk.0.ffn_up.weight", (8, 16), "F16", 256),
        Tensor("blk.1.ffn_up_exps.weight", (8, 4, 6), "F16", 384), Tensor("blk.1.ffn_up_shexp.weight", (8, 4), "F16", 64),
    ]  # fmt: skip
    keys = {"block_count": 2, "expert_used_count": [0, 3], "attention.head_count": [2, 2], "attention.head_count_kv": [0, 1], "embedding_length": 8}
    model = anatomy(Head(values={"general.architecture": "x"} | {f"x.{k}": v for k, v in keys.items()}, tensors=tuple(head), bytes=1))
    assert [(one.experts, one.used, one.shared) for one in model.layers] == [(0, 0, False), (6, 3, True)]
    assert model.layers[1].active == 32 * 3 + 32 and model.kv_bytes == 2 * 8


def test_experts_of_old_files_lie_apart() -> None:
    apart = [Tensor(f"blk.0.ffn_{part}.{n}.weight", (8, 4), "F16", 64) for part in ("up", "down", "gate") for n in range(4)]
    model = anatomy(Head(values={"general.architecture": "x", "x.block_count": 1, "x.expert_used_count": 1}, tensors=tuple(apart), bytes=1))
    assert (model.experts, model.layers[0].active) == (4, 3 * 32)


def test_latent_attention_keeps_one_head_of_keys() -> None:
    shape = replace(TINY, architecture="deepseek2")
    latent = {"attention.kv_lora_rank": 512, "attention.key_length": 576, "attention.value_length": 512, "attention.head_count_kv": 1}
    assert _of(shape, **{f"deepseek2.{key}": value for key, value in latent.items()}).kv_bytes == 3 * 576 * 2


@pytest.mark.parametrize("values", [{}, {"general.architecture": "clip"}, {"general.architecture": 3}])
def test_what_is_no_language_model(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="architecture|no language model"):
        anatomy(Head(values=values, tensors=(), bytes=1))


@pytest.mark.parametrize("content", [b"", b"GG", b"GGUF" + bytes(1000), b"GGUF\x03\0\0\0" + b"\xff" * 200, b"<html>" * 100])
def test_what_is_no_model_is_said(tmp_path: Path, content: bytes) -> None:
    (file := tmp_path / "x.gguf").write_bytes(content)
    with pytest.raises(ModelDamaged, match=r"x\.gguf cannot be read as a GGUF model"):
        inspect(file)
    with pytest.raises(ModelMissing):
        inspect(tmp_path / "none.gguf")


@pytest.mark.parametrize("part", [0.001, 0.01, 0.05, 0.3, 0.9, 0.999])
def test_a_file_that_is_cut_off_is_said(mixture: Path, tmp_path: Path, part: float) -> None:
    whole = mixture.read_bytes()
    (file := tmp_path / "cut.gguf").write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(ModelDamaged):
        inspect(file)


@settings(deadline=None, max_examples=20)
@given(place=st.integers(0, 2000), byte=st.integers(0, 255))
def test_a_changed_byte_of_the_head_is_read_or_refused(mixture: Path, tmp_path_factory: pytest.TempPathFactory, place: int, byte: int) -> None:
    changed = bytearray(mixture.read_bytes())
    changed[place] = byte
    (file := tmp_path_factory.getbasetemp() / "changed.gguf").write_bytes(changed)
    try:
        assert inspect(file).bytes > 0
    except ModelDamaged:
        pass


def test_memory_grows_with_people_and_is_halved_by_q8_0(mixture: Path) -> None:
    model = inspect(mixture)
    four, eight = (memory(model, cells=cells_for(1000, people)) for people in (4, 8))
    assert eight.cache == 2 * four.cache == 8000 * model.kv_bytes
    assert memory(model, cells=4000, kv_type="q8_0").cache == four.cache * 34 // 64
    assert four.total == model.bytes + four.cache + four.working
    assert cells_for(1000, 1) == 2000


def test_only_some_layers_of_a_shape_can_be_made(tmp_path: Path) -> None:
    write_noise(replace(TINY, layers=1), tmp_path / "one.gguf")
    assert len(inspect(tmp_path / "one.gguf").layers) == 1


def test_names_of_shapes() -> None:
    assert named("olmoe-1b-7b") == SHAPES["olmoe-1b-7b"]
    cut = named("qwen3-30b-a3b:Q5_K@3")
    assert (cut.layers, cut.kind, cut.better) == (3, "Q5_K", "Q6_K") and cut.experts == 128
    assert named("granite-1b-a400m@99").layers == 24
    for wrong in ("", "qwen", "olmoe-1b-7b:Q9", "olmoe-1b-7b@x"):
        with pytest.raises(ModelError, match="There is no"):
            named(wrong)
