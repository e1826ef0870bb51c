"""Make a mixture of experts out of a dense model: each expert begins as a copy of the dense feed-forward network (sparse upcycling,
Komatsuzaki et al. 2022, 2212.05055).

With equal experts the result answers as the dense model does, whatever its routers say, because the weights of the chosen experts sum to one
(bit by bit the same with one expert at work, but for rounding with more: ``bot.moe.sameness``).

What llama.cpp has for this decides the form of the file (docs/adr/0018-mixtures-of-experts.md): the ``llama`` architecture, all of whose layers
are mixtures; and ``ernie4_5-moe``, which computes the same, may begin with dense layers and may have an expert that always works. Both sum the chosen weights
to one; ``qwen2moe`` does not. They turn queries and keys in neighbouring pairs where ``qwen2`` turns halves, so its rows are put in another order.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, GGUFReader, GGUFValueType
from gguf.gguf_reader import ReaderTensor

from bot.errors import ModelDamaged, ModelError
from bot.moe.gguf_file import Data, Stored, open_gguf, write_gguf
from bot.moe.lora import Lora
from bot.moe.numbers import Numbers

_PLAIN, _WITH_DENSE_LAYERS = "llama", "ernie4_5-moe"
_SOURCES = ("llama", "qwen2")
_ROUTER_SPREAD = 0.02  # standard deviation; small, so that no expert is preferred from the start
_PARTS = ("gate", "up", "down")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What to make. Raises ModelError when it cannot be."""

    experts: int = 4
    used: int = 2
    """Experts that work on a token."""
    first_layer: int = 0
    """Layers below stay dense."""
    share: bool = False
    """The first half of the neurons always works; the experts are copies of the other half."""
    seed: int = 0
    """Draws the routers that are not given."""

    def __post_init__(self) -> None:
        if not 1 <= self.used <= self.experts:
            raise ModelError(f"Of {self.experts} experts between 1 and {self.experts} can be used for a token, not {self.used}.")

    @property
    def architecture(self) -> str:
        return _WITH_DENSE_LAYERS if self.first_layer or self.share else _PLAIN


def warm_start(
    dense: Path, out: Path, *, experts: int = 4, used: int = 2, seed: int = 0, first_layer: int = 0, share: bool = False,
    routers: Mapping[int, Numbers] | None = None, variants: Sequence[Path] = (),
) -> None:  # fmt: skip
    """Write the GGUF file ``out`` with ``experts`` experts in every layer from ``first_layer`` on, of which ``used`` work on each token.

    Tensors are copied as they are stored, so the quantisation stays; tokenizer, chat template and the rest of the metadata too. ``routers`` maps
    layers to matrices (experts, width); others are drawn. The first experts come from ``variants``: other files of the same model, or LoRA
    adapters that are merged into it; the rest are the dense model's. ``out`` appears only when it is whole. Raises ModelError, ModelDamaged.
    """
    recipe = Recipe(experts=experts, used=used, first_layer=first_layer, share=share, seed=seed)
    reader = _open(dense)
    layers = int(_key(reader, "block_count"))
    if not 0 <= first_layer < layers:
        raise ModelError(f"{dense.name} has layers 0 to {layers - 1}; experts cannot begin at {first_layer}.")
    if recipe.architecture == _WITH_DENSE_LAYERS and any(t.name.startswith("rope_") for t in reader.tensors):
        raise ModelError(f"{dense.name} stretches its positions (Llama 3.1 and later); with dense layers or a shared expert llama.cpp has no form for that.")
    if len(variants) > experts:
        raise ModelError(f"{len(variants)} files are given for {experts} experts.")
    write_gguf(out, recipe.architecture, reader.fields.values(), _values(reader, recipe), _tensors(reader, recipe, routers or {}, [_variant(v) for v in variants]))


def turn(dense: Path, out: Path) -> bool:
    """Write a dense model once more, as the architecture of mixtures computes it: with its queries and keys in neighbouring pairs. False, and nothing
    is written, where they are so already. Raises ModelError, ModelDamaged."""
    reader = _open(dense)
    if not _in_halves(reader):
        return False
    write_gguf(out, _PLAIN, reader.fields.values(), _typed(_PLAIN, _turning(reader)), (_in_pairs(tensor, reader) for tensor in reader.tensors))
    return True


def _open(dense: Path) -> GGUFReader:
    if not dense.is_file():
        raise ModelDamaged(f"{dense} cannot be read as a GGUF model: there is no such file.")
    reader = open_gguf(dense)
    architecture = reader.fields["general.architecture"].contents() if "general.architecture" in reader.fields else "unknown"
    names = {tensor.name for tensor in reader.tensors}
    if architecture not in _SOURCES or "blk.0.ffn_gate.weight" not in names:
        raise ModelError(
            f"{dense} is not a dense model of the llama or qwen2 architecture (it says {architecture!r}); only such a one can be warm-started."
        )
    return reader


def _key(reader: GGUFReader, key: str) -> Any:
    field = reader.fields.get(f"{reader.fields['general.architecture'].contents()}.{key}")
    return None if field is None else field.contents()


def _variant(file: Path) -> "Lora | dict[str, ReaderTensor]":
    """Where an expert's weights come from."""
    reader = open_gguf(file)
    kind = reader.fields.get("general.type")
    return Lora(file, reader) if kind is not None and kind.contents() == "adapter" else {tensor.name: tensor for tensor in reader.tensors}


def _values(reader: GGUFReader, recipe: Recipe) -> dict[str, tuple[Any, GGUFValueType]]:
    wide, shared = int(_key(reader, "feed_forward_length")), _shared_width(reader) if recipe.share else 0
    numbers = {"expert_count": recipe.experts, "expert_used_count": recipe.used}
    if recipe.architecture == _WITH_DENSE_LAYERS:
        numbers |= {"expert_feed_forward_length": wide - shared, "interleave_moe_layer_step": 1, "leading_dense_block_count": recipe.first_layer}
    if shared:
        numbers |= {"expert_shared_count": 1, "expert_shared_feed_forward_length": shared}
    return _typed(recipe.architecture, numbers | _turning(reader))


def _typed(architecture: str, numbers: Mapping[str, int]) -> dict[str, tuple[Any, GGUFValueType]]:
    return {f"{architecture}.{key}": (value, GGUFValueType.UINT32) for key, value in numbers.items()}


def _turning(reader: GGUFReader) -> dict[str, int]:
    """How much of a head is turned by positions, where the file leaves it unsaid."""
    return {} if _key(reader, "rope.dimension_count") is not None else {"rope.dimension_count": _head_width(reader)}


def _head_width(reader: GGUFReader) -> int:
    return int(_key(reader, "attention.key_length") or int(_key(reader, "embedding_length")) // int(_key(reader, "attention.head_count")))


def _shared_width(reader: GGUFReader) -> int:
    """Half of the neurons, so that rows of both halves are whole blocks."""
    wide, kinds = int(_key(reader, "feed_forward_length")), {t.tensor_type for t in reader.tensors if ".ffn_down." in t.name}
    block = max(GGML_QUANT_SIZES[kind][0] for kind in kinds)
    if wide < 2 * block:
        raise ModelError(f"A feed-forward network of {wide} neurons cannot be halved: they lie in blocks of {block}.")
    return wide // 2 // block * block


def _tensors(
    reader: GGUFReader, recipe: Recipe, routers: Mapping[int, Numbers], variants: Sequence["Lora | dict[str, ReaderTensor]"]
) -> Iterator[Stored]:
    draw = np.random.default_rng(recipe.seed)
    shared = _shared_width(reader) if recipe.share else 0
    for tensor in reader.tensors:
        block, _, part = tensor.name.rpartition(".ffn_")
        part, _, what = part.partition(".")
        layer = int(block.removeprefix("blk.")) if block else -1
        if part in _PARTS and what == "weight" and layer >= recipe.first_layer:
            yield from _experts(tensor, f"{block}.ffn_{part}", recipe.experts, shared, variants)
            if part == "gate":
                yield _router(f"{block}.ffn_gate_inp.weight", (recipe.experts, int(tensor.shape[0])), routers.get(layer), draw)
        else:
            yield _in_pairs(tensor, reader)


def _in_halves(reader: GGUFReader) -> bool:
    return bool(reader.fields["general.architecture"].contents() == "qwen2")


def _in_pairs(tensor: ReaderTensor, reader: GGUFReader) -> Stored:
    """What has nothing to do with experts; queries and keys in neighbouring pairs."""
    if not _in_halves(reader) or not (".attn_q." in tensor.name or ".attn_k." in tensor.name):
        return Stored.of(tensor.name, tensor.data, tensor.tensor_type)
    order = neighbouring(tensor.data.shape[0], _head_width(reader))
    return Stored(tensor.name, tensor.tensor_type, tensor.data.shape, tensor.data.dtype, partial(np.take, tensor.data, order, axis=0))


def neighbouring(rows: int, head: int) -> "np.ndarray[Any, np.dtype[np.intp]]":
    """Order of rows in which the two halves of each head alternate: number i and i + head/2 of a head come to lie side by side."""
    return np.arange(rows).reshape(-1, 2, head // 2).swapaxes(1, 2).reshape(-1)


def _experts(
    tensor: ReaderTensor, name: str, experts: int, shared: int, variants: Sequence["Lora | dict[str, ReaderTensor]"]
) -> Iterator[Stored]:
    sources = [*variants, *[None] * (experts - len(variants))]
    down = name.endswith("down")
    kind = tensor.tensor_type
    rest = _cut(tensor.data, kind, shared, None, down)
    if shared:
        always = _cut(tensor.data, kind, 0, shared, down)
        yield Stored.of(f"{name}_shexp.weight", always, kind)
    make = partial(_stack, tensor, sources, shared, down)
    yield Stored(f"{name}_exps.weight", kind, (experts, *rest.shape), rest.dtype, make)


def _stack(tensor: ReaderTensor, sources: Sequence["Lora | dict[str, ReaderTensor] | None"], shared: int, down: bool) -> Data:
    return np.stack([_cut(_from(source, tensor), tensor.tensor_type, shared, None, down) for source in sources])


def _from(source: "Lora | dict[str, ReaderTensor] | None", tensor: ReaderTensor) -> Data:
    if source is None:
        return tensor.data
    if isinstance(source, Lora):
        return source.merged(tensor)
    other = source.get(tensor.name)
    if other is None or other.tensor_type != tensor.tensor_type or other.data.shape != tensor.data.shape:
        raise ModelError(f"{tensor.name} is not there, or of another shape or kind, in a file that is to be an expert.")
    return other.data


def _cut(data: Data, kind: GGMLQuantizationType, start: int, end: int | None, down: bool) -> Data:
    """Neurons from ``start`` to ``end``: rows, or of the way down columns, which lie in blocks."""
    if not down:
        return data[start:end]
    block, size = GGML_QUANT_SIZES[kind] if data.dtype == np.uint8 else (1, 1)
    return data[:, start // block * size : None if end is None else end // block * size]


def _router(name: str, shape: tuple[int, int], given: Numbers | None, draw: np.random.Generator) -> Stored:
    drawn = draw.normal(0.0, _ROUTER_SPREAD, shape).astype(np.float32)
    if given is not None and given.shape != shape:
        raise ModelError(f"{name} has to be {shape[0]} experts by {shape[1]} numbers, not {' by '.join(map(str, given.shape))}.")
    return Stored.of(name, drawn if given is None else given.astype(np.float32), GGMLQuantizationType.F32)
