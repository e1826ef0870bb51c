"""Shapes of well-known mixtures of experts, and which tensors such a file has. The numbers are those of their makers' configurations."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from bot.errors import ModelError
from bot.moe.anatomy import Anatomy


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A decoder of the llama family. ``kind`` is how its matrices are quantised, ``better`` how those are that quantisers spare."""

    architecture: str
    layers: int
    width: int
    heads: int
    kv_heads: int
    head_width: int
    feed_forward: int
    """Of one expert, or of the dense network."""
    vocabulary: int
    experts: int = 0
    used: int = 0
    tied: bool = False
    biases: bool = False
    query_norm: int = 0
    """Length of the norms of queries and keys; 0 is none."""
    kind: str = "Q4_K"
    better: str = "Q6_K"
    context: int = 4096


SHAPES: Mapping[str, Shape] = MappingProxyType({
    "granite-1b-a400m": Shape(
        architecture="granitemoe", layers=24, width=1024, heads=16, kv_heads=8, head_width=64, feed_forward=512,
        vocabulary=49_155, experts=32, used=8, tied=True,
    ),
    "granite-3b-a800m": Shape(
        architecture="granitemoe", layers=32, width=1536, heads=24, kv_heads=8, head_width=64, feed_forward=512,
        vocabulary=49_155, experts=40, used=8, tied=True,
    ),
    "mixtral-8x7b": Shape(
        architecture="llama", layers=32, width=4096, heads=32, kv_heads=8, head_width=128, feed_forward=14_336, vocabulary=32_000, experts=8, used=2,
    ),
    "olmoe-1b-7b": Shape(
        architecture="olmoe", layers=16, width=2048, heads=16, kv_heads=16, head_width=128, feed_forward=1024,
        vocabulary=50_304, experts=64, used=8, query_norm=2048,
    ),
    "qwen3-30b-a3b": Shape(
        architecture="qwen3moe", layers=48, width=2048, heads=32, kv_heads=4, head_width=128, feed_forward=768,
        vocabulary=151_936, experts=128, used=8, query_norm=128,
    ),
})  # fmt: skip

KINDS: Mapping[str, str] = MappingProxyType({
    "Q4_0": "Q6_K", "Q4_1": "Q6_K", "IQ4_XS": "Q5_K", "Q4_K": "Q6_K", "Q5_K": "Q6_K", "Q6_K": "Q6_K", "Q8_0": "Q8_0", "F16": "F16",
})  # fmt: skip
"""How matrices can be quantised, and how those are then that quantisers spare."""


def named(text: str) -> Shape:
    """Of ``granite-1b-a400m``, or with another quantisation and the first layers only: ``granite-1b-a400m:Q8_0@4``. Raises ModelError."""
    found = re.fullmatch(r"([\w.-]+?)(?::(\w+))?(?:@(\d+))?", text)
    shape = SHAPES.get(found[1]) if found else None
    if found is None or shape is None:
        raise ModelError(f"There is no shape {text!r}; there are {', '.join(SHAPES)}.")
    if found[2]:
        if found[2] not in KINDS:
            raise ModelError(f"There is no quantisation {found[2]!r} for a shape; there are {', '.join(KINDS)}.")
        shape = replace(shape, kind=found[2], better=KINDS[found[2]])
    return replace(shape, layers=min(max(int(found[3]), 1), shape.layers)) if found[3] else shape


def keys_of(shape: Shape) -> dict[str, Any]:
    """Metadata without the name of the architecture in front."""
    keys: dict[str, Any] = {
        "block_count": shape.layers, "context_length": shape.context, "embedding_length": shape.width,
        "feed_forward_length": shape.feed_forward, "attention.head_count": shape.heads, "attention.head_count_kv": shape.kv_heads,
        "attention.key_length": shape.head_width, "attention.value_length": shape.head_width, "rope.dimension_count": shape.head_width,
        "attention.layer_norm_rms_epsilon": 1e-5, "rope.freq_base": 10_000.0, "vocab_size": shape.vocabulary,
    }  # fmt: skip
    if shape.experts:
        keys |= {"expert_count": shape.experts, "expert_used_count": shape.used, "expert_feed_forward_length": shape.feed_forward}
    if shape.architecture == "granitemoe":
        keys |= {"logit_scale": 1.0, "embedding_scale": 1.0, "residual_scale": 1.0, "attention.scale": shape.head_width**-0.5}
    return keys


def tensors_of(shape: Shape) -> Iterator[tuple[str, tuple[int, ...], str]]:
    """Name, shape as GGUF has it (what lies together first), kind."""
    yield "token_embd.weight", (shape.width, shape.vocabulary), shape.kind
    yield "output_norm.weight", (shape.width,), "F32"
    if not shape.tied:
        yield "output.weight", (shape.width, shape.vocabulary), shape.better
    for layer in range(shape.layers):
        for name, size, kind in (*_attention(shape), *_feed_forward(shape, layer)):
            yield f"blk.{layer}.{name}", size, kind


def _attention(shape: Shape) -> Iterator[tuple[str, tuple[int, ...], str]]:
    queries, keys = shape.heads * shape.head_width, shape.kv_heads * shape.head_width
    yield "attn_norm.weight", (shape.width,), "F32"
    for part, wide, kind in (("q", queries, shape.kind), ("k", keys, shape.kind), ("v", keys, shape.better)):
        yield f"attn_{part}.weight", (shape.width, wide), kind
        if shape.biases:
            yield f"attn_{part}.bias", (wide,), "F32"
    yield "attn_output.weight", (queries, shape.width), shape.kind
    if shape.query_norm:
        yield "attn_q_norm.weight", (shape.query_norm,), "F32"
        yield "attn_k_norm.weight", (shape.query_norm,), "F32"


def _feed_forward(shape: Shape, layer: int) -> Iterator[tuple[str, tuple[int, ...], str]]:
    end, last = ("_exps", (shape.experts,)) if shape.experts else ("", ())
    down = shape.better if layer % 2 else shape.kind  # as the common mixture Q4_K_M has it, about
    yield "ffn_norm.weight", (shape.width,), "F32"
    if shape.experts:
        yield "ffn_gate_inp.weight", (shape.width, shape.experts), "F32"
    yield f"ffn_gate{end}.weight", (shape.width, shape.feed_forward, *last), shape.kind
    yield f"ffn_up{end}.weight", (shape.width, shape.feed_forward, *last), shape.kind
    yield f"ffn_down{end}.weight", (shape.feed_forward, shape.width, *last), down


def dense_like(model: Anatomy, experts: int) -> Shape:
    """A dense model that is like a mixture but for its feed-forward networks, each of which is as wide as ``experts`` of its experts together."""
    kinds = [weight.kind for weight in model.weights if weight.part in ("experts", "attention") and weight.kind != "F32"]
    ends = [weight.kind for weight in model.weights if weight.part == ("embedding" if model.tied else "output")]
    return Shape(
        architecture="llama", layers=len(model.layers), width=model.width, heads=model.heads,
        kv_heads=max(model.kv_bytes // (4 * len(model.layers) * model.head_width), 1), head_width=model.head_width,
        feed_forward=model.feed_forward * experts, vocabulary=model.vocabulary, tied=model.tied, kind=kinds[0], better=(*ends, kinds[0])[0],
        context=model.trained_context or 4096,
    )  # fmt: skip
