"""Mixtures with fewer experts: measured on texts, written anew."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from gguf import GGUFValueType
from gguf.gguf_reader import ReaderTensor

from bot.errors import ModelError
from bot.moe.anatomy import Part, Tensor
from bot.moe.gguf_file import Data, Stored, inspect, open_gguf, write_gguf
from bot.moe.numbers import numbers_of, stored
from bot.moe.run import Run
from bot.moe.worth import Share, Worth

_LOGITS, _ORDER, _ADDED = "ffn_moe_logits", "ffn_moe_argsort", "ffn_moe_weighted"
_OF_EXPERTS: tuple[Part, ...] = ("experts", "routers")


def measure_worth(file: Path, texts: Sequence[str], *, threads: int) -> dict[int, Worth]:
    """For each layer with experts. Raises ModelError."""
    model = inspect(file)
    layers = {layer.number: layer for layer in model.layers if layer.experts}
    if not layers:
        raise ModelError(f"{file} is a dense model: it has no experts.")
    worth = {number: Worth(layer.experts) for number, layer in layers.items()}
    with Run(file, context=256, threads=threads, watch=(_LOGITS, _ORDER, _ADDED)) as run:
        for text in texts:
            seen = run.evaluate(run.tokens(text)).tensors
            for number, layer in layers.items():
                logits = seen[f"{_LOGITS}-{number}"]
                added = seen[f"{_ADDED}-{number}"].reshape(len(logits), layer.used, -1)
                worth[number].add(seen[f"{_ORDER}-{number}"][:, : layer.used], np.linalg.norm(added, axis=2), logits)
    return worth


def thin(file: Path, out: Path, choose: Callable[[Worth], Sequence[Share]], worth: Mapping[int, Worth]) -> None:
    """Write ``out`` with the experts that ``choose`` makes for each layer, the same number in all. Raises ModelError."""
    shares = {layer: tuple(choose(of_layer)) for layer, of_layer in worth.items()}
    (keep,) = {len(of_layer) for of_layer in shares.values()}
    reader = open_gguf(file)
    architecture = reader.fields["general.architecture"].contents()
    model = inspect(file)
    if not 1 <= keep < model.experts:
        raise ModelError(f"Of {model.experts} experts between 1 and {model.experts - 1} can be kept, not {keep}.")
    values = {
        f"{architecture}.expert_count": (keep, GGUFValueType.UINT32),
        f"{architecture}.expert_used_count": (min(keep, model.used), GGUFValueType.UINT32),
    }
    write_gguf(out, architecture, reader.fields.values(), values, _tensors(reader.tensors, shares))


def _tensors(tensors: Sequence[ReaderTensor], shares: Mapping[int, Sequence[Share]]) -> Iterator[Stored]:
    for tensor in tensors:
        known = Tensor(tensor.name, tuple(int(n) for n in tensor.shape), tensor.tensor_type.name, int(tensor.n_bytes))
        of_layer = shares.get(-1 if known.layer is None else known.layer)
        if known.part in _OF_EXPERTS and of_layer is not None:
            yield Stored(tensor.name, tensor.tensor_type, (len(of_layer), *tensor.data.shape[1:]), tensor.data.dtype, partial(_fewer, tensor, of_layer))
        else:
            yield Stored.of(tensor.name, tensor.data, tensor.tensor_type)


def _fewer(tensor: ReaderTensor, shares: Sequence[Share]) -> Data:
    return np.stack([_mixed(tensor, share) for share in shares])


def _mixed(tensor: ReaderTensor, share: Share) -> Data:
    """One expert, or its row of the router. An expert that stays alone is copied as it is stored."""
    first = tensor.data[share.members[0]]
    if len(share.members) == 1:
        return np.asarray(first)
    mean = sum(part * numbers_of(tensor.data[member], tensor.tensor_type) for member, part in zip(share.members, share.parts, strict=True))
    return stored(np.asarray(mean, dtype=np.float32), tensor.tensor_type)
