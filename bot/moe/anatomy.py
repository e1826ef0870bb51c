"""What a model file is made of: layers, experts, parameters, and what one token makes the computer read.

Pure arithmetic over the head of a GGUF file (``bot.moe.gguf_file`` reads it). Names of tensors and keys as in
https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Literal

Part = Literal["embedding", "output", "attention", "feed-forward", "experts", "shared experts", "routers", "other"]
PARTS: tuple[Part, ...] = ("embedding", "output", "attention", "feed-forward", "experts", "shared experts", "routers", "other")

_LAYER = re.compile(r"blk\.(\d+)\.(.+)")
_EXPERTS = re.compile(r"ffn_(up|down|gate|gate_up)(_(ch)?exps|\.\d+)\.")
_OLD_EXPERT = re.compile(r"ffn_(up|down|gate)\.(\d+)\.")  # files from before experts were stacked: one tensor each
_SHARED = re.compile(r"ffn_.*shexp")
_ROUTER = re.compile(r"ffn_gate_inp|exp_probs_b")
_F16 = 2  # bytes
_MOST_LAYERS = 4096  # a damaged head may tell of billions


@dataclass(frozen=True, slots=True)
class Tensor:
    """``shape`` begins with the dimension that lies together in memory, as GGUF has it; ``kind`` is F32, Q4_K, ..."""

    name: str
    shape: tuple[int, ...]
    kind: str
    bytes: int

    @property
    def layer(self) -> int | None:
        found = _LAYER.match(self.name)
        return int(found[1]) if found else None

    @property
    def part(self) -> Part:
        found = _LAYER.match(self.name)
        if found is None:
            return {"token_embd": "embedding", "output": "output"}.get(self.name.removesuffix(".weight"), "other")  # type: ignore[return-value]
        return _part(found[2])


def _part(name: str) -> Part:
    if _SHARED.match(name):
        return "shared experts"
    if _ROUTER.match(name):
        return "routers"
    if _EXPERTS.match(name):
        return "experts"
    if "norm" in name:
        return "other"
    return "feed-forward" if name.startswith("ffn_") else "attention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the head of a file says. ``values`` has no long lists (vocabulary) in it."""

    values: Mapping[str, Any]
    tensors: tuple[Tensor, ...]
    bytes: int
    """Size of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One of the layers. A dense one has no experts."""

    number: int
    experts: int
    used: int
    """Experts that work on one token."""
    shared: bool
    """Beside them there is one that always works."""
    parameters: int
    active: int
    """Of these, what works on one token."""
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """Tensors of the same part and kind, together."""

    part: Part
    kind: str
    parameters: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Anatomy:
    """Sizes in bytes, lengths in numbers."""

    name: str
    architecture: str
    licence: str
    trained_context: int
    vocabulary: int
    width: int
    heads: int
    head_width: int
    feed_forward: int
    """Width of one expert, or of the dense feed-forward network."""
    layers: tuple[Layer, ...]
    parameters: int
    active: int
    """Parameters, without the experts that do not work on a token."""
    bytes: int
    """All tensors."""
    kv_bytes: int
    """What one token takes in a cache of f16."""
    weights: tuple[Weight, ...]
    """What there is of each part in each kind of quantisation."""
    tied: bool
    """The embedding is the output as well."""

    @property
    def experts(self) -> int:
        return max((layer.experts for layer in self.layers), default=0)

    @property
    def used(self) -> int:
        return max((layer.used for layer in self.layers), default=0)

    @property
    def dense_layers(self) -> int:
        return sum(not layer.experts for layer in self.layers)

    def of(self, *parts: Part) -> int:
        """Bytes of these parts."""
        return sum(weight.bytes for weight in self.weights if weight.part in parts)


def anatomy(head: Head) -> Anatomy:
    """Raises ValueError when something is missing without which it is no language model."""
    architecture = head.values.get("general.architecture")
    if not isinstance(architecture, str):
        raise ValueError("it does not say its architecture")
    if not isinstance(_of(head, "block_count"), int):
        raise ValueError(f"it is no language model: it has no {architecture}.block_count")
    if _of(head, "block_count") > _MOST_LAYERS:
        raise ValueError(f"it says that it has {_of(head, 'block_count')} layers")
    layers = tuple(_layers(head))
    embedding = next((t for t in head.tensors if t.part == "embedding"), None)
    idle = sum(layer.parameters - layer.active for layer in layers)
    parameters = sum(prod(t.shape) for t in head.tensors)
    return Anatomy(
        name=str(head.values.get("general.name", "")),
        architecture=architecture,
        licence=str(head.values.get("general.license", "")),
        trained_context=int(_of(head, "context_length") or 0),
        vocabulary=embedding.shape[-1] if embedding else 0,
        width=int(_of(head, "embedding_length") or 0),
        heads=_most(_of(head, "attention.head_count")),
        head_width=_head_width(head),
        feed_forward=_feed_forward(head),
        layers=layers,
        parameters=parameters,
        active=parameters - idle,
        bytes=sum(t.bytes for t in head.tensors),
        kv_bytes=_F16 * _kv_width(head),
        weights=_weights(head.tensors),
        tied=not any(t.part == "output" for t in head.tensors),
    )


def _layers(head: Head) -> Iterator[Layer]:
    of_layer: dict[int, list[Tensor]] = defaultdict(list)
    for tensor in head.tensors:
        if tensor.layer is not None:
            of_layer[tensor.layer].append(tensor)
    for number in range(int(_of(head, "block_count"))):
        tensors = of_layer[number]
        experts = _experts([t for t in tensors if t.part == "experts"])
        used = _at(_of(head, "expert_used_count"), number) if experts else 0
        parameters = sum(prod(t.shape) for t in tensors)
        in_experts = sum(prod(t.shape) for t in tensors if t.part == "experts")
        idle = in_experts - in_experts * used // experts if experts else 0
        yield Layer(
            number=number, experts=experts, used=used, shared=any(t.part == "shared experts" for t in tensors),
            parameters=parameters, active=parameters - idle, bytes=sum(t.bytes for t in tensors),
        )  # fmt: skip


def _experts(tensors: Sequence[Tensor]) -> int:
    stacked = [t.shape[2] for t in tensors if len(t.shape) == 3]
    old = {int(found[2]) for t in tensors if (found := _OLD_EXPERT.search(t.name))}
    return max([*stacked, len(old)], default=0)


def _weights(tensors: Sequence[Tensor]) -> tuple[Weight, ...]:
    sums: dict[tuple[Part, str], list[int]] = defaultdict(lambda: [0, 0])
    for tensor in tensors:
        entry = sums[tensor.part, tensor.kind]
        entry[0] += prod(tensor.shape)
        entry[1] += tensor.bytes
    ordered = sorted(sums, key=lambda key: (PARTS.index(key[0]), -sums[key][1]))
    return tuple(Weight(part=part, kind=kind, parameters=sums[part, kind][0], bytes=sums[part, kind][1]) for part, kind in ordered)


def _kv_width(head: Head) -> int:
    """Numbers that one token adds to the cache, keys and values of all layers; of a sliding window at most so many."""
    layers, heads = int(_of(head, "block_count")), _of(head, "attention.head_count")
    if heads is None:
        return 0
    wide = _head_width(head)
    keys, values = int(_of(head, "attention.key_length") or wide), int(_of(head, "attention.value_length") or wide)
    per_layer = _of(head, "attention.head_count_kv") or heads
    count = sum(per_layer) if isinstance(per_layer, list) else int(per_layer) * layers
    # Latent attention (DeepSeek-V2, 2405.04434) with one head keeps only keys; values are part of them.
    return int(count) * (keys if _of(head, "attention.kv_lora_rank") and per_layer == 1 else keys + values)


def _head_width(head: Head) -> int:
    heads = _most(_of(head, "attention.head_count"))
    return int(_of(head, "attention.key_length") or int(_of(head, "embedding_length") or 0) // max(heads, 1))


def _feed_forward(head: Head) -> int:
    return _most(_of(head, "expert_feed_forward_length") or _of(head, "feed_forward_length"))


def _of(head: Head, key: str) -> Any:
    return head.values.get(f"{head.values['general.architecture']}.{key}")


def _most(value: Any) -> int:
    return int(max(value)) if isinstance(value, list) else int(value or 0)


def _at(value: Any, number: int) -> int:
    return int(value[number]) if isinstance(value, list) else int(value or 0)
