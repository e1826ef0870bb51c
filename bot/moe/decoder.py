"""A llama or qwen2 model in PyTorch, out of its GGUF file, with low-rank changes (LoRA) to its feed-forward networks that can be trained.

The weights of the file are unpacked and stay as they are. It computes what llama.cpp computes (a test compares the two), as far as unpacked weights do.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from gguf import GGUFReader
from torch.nn import functional

from bot.errors import ModelError
from bot.moe.gguf_file import open_gguf
from bot.moe.numbers import numbers_of

_ARCHITECTURES = ("llama", "qwen2")
PARTS = ("gate", "up", "down")


class Decoder(torch.nn.Module):
    """``rank`` 0 is the model as it is. Raises ModelError for other architectures and for mixtures."""

    def __init__(self, file: Path, *, rank: int, device: str = "cpu") -> None:
        super().__init__()
        reader = open_gguf(file)
        self.architecture = str(_key(reader, "general.architecture"))
        names = {tensor.name for tensor in reader.tensors}
        if self.architecture not in _ARCHITECTURES or "blk.0.ffn_gate.weight" not in names or any(name.startswith("rope_") for name in names):
            raise ModelError(f"{file.name} cannot be trained here: only dense models of the llama and qwen2 architectures with plain positions.")
        self.layers = int(self._own(reader, "block_count"))
        self.heads = int(self._own(reader, "attention.head_count"))
        self.kv_heads = int(self._own(reader, "attention.head_count_kv") or self.heads)
        self._epsilon = float(self._own(reader, "attention.layer_norm_rms_epsilon"))
        self._base = float(self._own(reader, "rope.freq_base") or 10_000.0)
        self._weights = {t.name: torch.from_numpy(numbers_of(t.data, t.tensor_type).copy()).to(device) for t in reader.tensors}
        self.head = self._weights["blk.0.attn_q.weight"].shape[0] // self.heads
        self.changes = torch.nn.ParameterDict()
        for layer in range(self.layers if rank else 0):
            for part in PARTS:
                out, inner = self._weights[f"blk.{layer}.ffn_{part}.weight"].shape
                self.changes[f"{layer}_{part}_a"] = torch.nn.Parameter(torch.randn(rank, inner, device=device) / inner**0.5)
                self.changes[f"{layer}_{part}_b"] = torch.nn.Parameter(torch.zeros(out, rank, device=device))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Logits after each token; shapes (tokens,) and (tokens, vocabulary)."""
        states = self._weights["token_embd.weight"][tokens]
        for layer in range(self.layers):
            states = states + self._attention(layer, self._normed(states, f"blk.{layer}.attn_norm.weight"))
            inner = self._normed(states, f"blk.{layer}.ffn_norm.weight")
            inner = functional.silu(self._part(layer, "gate", inner)) * self._part(layer, "up", inner)
            states = states + self._part(layer, "down", inner)
        output = self._weights.get("output.weight", self._weights["token_embd.weight"])
        return functional.linear(self._normed(states, "output_norm.weight"), output)

    def _part(self, layer: int, part: str, states: torch.Tensor) -> torch.Tensor:
        plain = functional.linear(states, self._weights[f"blk.{layer}.ffn_{part}.weight"])
        if f"{layer}_{part}_a" not in self.changes:
            return plain
        return plain + functional.linear(functional.linear(states, self.changes[f"{layer}_{part}_a"]), self.changes[f"{layer}_{part}_b"])

    def _attention(self, layer: int, states: torch.Tensor) -> torch.Tensor:
        count = len(states)
        queries, keys, values = (
            functional.linear(states, self._weights[f"blk.{layer}.attn_{name}.weight"], self._weights.get(f"blk.{layer}.attn_{name}.bias"))
            .view(count, heads, self.head).transpose(0, 1)
            for name, heads in (("q", self.heads), ("k", self.kv_heads), ("v", self.kv_heads))
        )  # fmt: skip
        queries, keys = self._turned(queries), self._turned(keys)
        keys, values = (one.repeat_interleave(self.heads // self.kv_heads, dim=0) for one in (keys, values))
        mixed = functional.scaled_dot_product_attention(queries, keys, values, is_causal=True)
        return functional.linear(mixed.transpose(0, 1).reshape(count, -1), self._weights[f"blk.{layer}.attn_output.weight"])

    def _turned(self, states: torch.Tensor) -> torch.Tensor:
        """Rotary positions: neighbours are turned in llama, halves in qwen2; shape (heads, tokens, head)."""
        count, half = states.shape[1], self.head // 2
        angles = torch.arange(count, device=states.device)[:, None] * self._base ** (-torch.arange(half, device=states.device) / half)
        cosine, sine = angles.cos(), angles.sin()
        if self.architecture == "qwen2":
            first, second = states[..., :half], states[..., half:]
            return torch.cat((first * cosine - second * sine, second * cosine + first * sine), dim=-1)
        first, second = states[..., ::2], states[..., 1::2]
        return torch.stack((first * cosine - second * sine, second * cosine + first * sine), dim=-1).flatten(-2)

    def _normed(self, states: torch.Tensor, name: str) -> torch.Tensor:
        return functional.rms_norm(states, (states.shape[-1],), self._weights[name], self._epsilon)

    def _own(self, reader: GGUFReader, key: str) -> Any:
        return _key(reader, f"{self.architecture}.{key}")

    def adapter(self) -> "dict[str, np.ndarray[Any, np.dtype[np.float32]]]":
        """The changes under the names of llama.cpp."""
        names = {f"{layer}_{part}_{end}": f"blk.{layer}.ffn_{part}.weight.lora_{end}" for layer in range(self.layers) for part in PARTS for end in "ab"}
        return {names[key]: change.detach().cpu().numpy().astype(np.float32) for key, change in self.changes.items()}


def _key(reader: GGUFReader, key: str) -> Any:
    field = reader.fields.get(key)
    return None if field is None else field.contents()
