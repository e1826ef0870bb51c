"""Tiny models made in milliseconds: every byte of a text is a token."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gguf import GGMLQuantizationType
from gguf.gguf_reader import ReaderTensor

from bot.moe.gguf_file import Stored, open_gguf, write_gguf
from bot.moe.noise import write_noise
from bot.moe.shapes import Shape

TINY = Shape(
    architecture="llama", layers=3, width=64, heads=4, kv_heads=2, head_width=16, feed_forward=128, vocabulary=300, kind="Q8_0",
    better="F16", tied=True, context=512,
)  # fmt: skip


@pytest.fixture(scope="session")
def dense(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three layers of noise, in the llama architecture."""
    write_noise(TINY, file := tmp_path_factory.mktemp("dense") / "dense.gguf")
    return file


@pytest.fixture(scope="session")
def dense_qwen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in the qwen2 architecture, with its biases."""
    write_noise(replace(TINY, architecture="qwen2", biases=True), file := tmp_path_factory.mktemp("qwen") / "qwen.gguf")
    return file


@pytest.fixture(scope="session")
def mixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four experts in each layer, two at work."""
    write_noise(replace(TINY, experts=4, used=2), file := tmp_path_factory.mktemp("mixture") / "mixture.gguf")
    return file


@pytest.fixture(scope="session")
def known_routing(mixture: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mixture whose routing is known: byte ``b`` goes to expert ``b % 4`` first and then to ``(b + 1) % 4``, in every layer.

    Each token is a direction of its own, attention and experts add nothing, and router number e reads direction e.
    """
    words = np.zeros((300, 64), dtype=np.float32)
    words[np.arange(300), np.arange(300) % 4], words[np.arange(300), (np.arange(300) + 1) % 4] = 2, 1
    made = {"token_embd.weight": words, "ffn_gate_inp.weight": np.eye(4, 64, dtype=np.float32), "ffn_norm.weight": np.ones(64, dtype=np.float32)}

    def change(tensor: ReaderTensor) -> Stored:
        part = tensor.name.removeprefix(f"blk.{tensor.name.split('.')[1]}.")
        if part in ("attn_output.weight", "ffn_down_exps.weight"):
            return Stored.of(tensor.name, np.zeros_like(tensor.data), tensor.tensor_type)
        data = made.get(part, made.get(tensor.name))
        return Stored.of(tensor.name, tensor.data, tensor.tensor_type) if data is None else Stored.of(tensor.name, data, GGMLQuantizationType.F32)

    reader, file = open_gguf(mixture), tmp_path_factory.mktemp("known") / "known.gguf"
    write_gguf(file, "llama", reader.fields.values(), {}, [change(tensor) for tensor in reader.tensors])
    return file
