"""The head of a model file: sizes of what is in it, and files that are none."""

from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFWriter

from bot.edges.llama.weights import Weights, read_weights


def _mixture(file: Path) -> Path:
    """Two layers of 4 heads 8 wide, 2 of them for keys and values, and two experts."""
    writer = GGUFWriter(file, "llama")
    writer.add_block_count(2)
    writer.add_embedding_length(32)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_token_list([f"word {n}" for n in range(300)])
    writer.add_token_scores([0.5] * 5000)
    writer.add_tensor("token_embd.weight", np.zeros((16, 32), dtype=np.float32))
    for layer in range(2):
        writer.add_tensor(f"blk.{layer}.attn_q.weight", np.zeros((32, 32), dtype=np.float32))
        writer.add_tensor(f"blk.{layer}.ffn_gate_exps.weight", np.zeros((2, 32, 32), dtype=np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def test_sizes_of_a_mixture(tmp_path: Path) -> None:
    attention, experts = 2 * 32 * 32 * 4, 2 * 2 * 32 * 32 * 2
    assert read_weights(_mixture(tmp_path / "m.gguf")) == Weights(
        layers=2, layer_bytes=attention + experts, expert_bytes=experts, other_bytes=16 * 32 * 4, kv_bytes=2 * 2 * (8 + 8) * 2
    )


@pytest.mark.model
def test_sizes_of_a_real_model(tiny_moe_model: Path) -> None:
    weights = read_weights(tiny_moe_model)
    assert (weights.layers, weights.kv_bytes) == (30, 23_040)
    assert 0 < weights.expert_bytes < weights.layer_bytes < tiny_moe_model.stat().st_size


@pytest.mark.parametrize("content", [b"", b"GG", b"GGUF" + bytes(1000), b"GGUF\x03\0\0\0" + b"\xff" * 200, b"<html>" * 100, b"GGUF\x03\0\0\0" + b"\x01" + bytes(7) + b"\x01" + bytes(7) + b"\x07\0\0\0\0\x7f\x0e\xd4"])
def test_what_is_no_model_is_said(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.gguf"
    file.write_bytes(content)
    with pytest.raises(ValueError, match="damaged, or no model|empty"):
        read_weights(file)


def test_a_model_that_is_cut_off_in_its_head_is_said(tmp_path: Path) -> None:
    whole = _mixture(tmp_path / "m.gguf").read_bytes()
    for length in range(0, 3000, 97):
        (tmp_path / "cut.gguf").write_bytes(whole[:length])
        with pytest.raises(ValueError, match="damaged, or no model|empty"):
            read_weights(tmp_path / "cut.gguf")
