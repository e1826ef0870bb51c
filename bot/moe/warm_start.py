"""Make a mixture-of-experts model out of a dense one: each expert begins as a copy of the dense feed-forward network.

With equal experts the result answers as the dense model does, whatever its routers say, because the weights of the
chosen experts sum to one (bit by bit the same with one expert at work, but for rounding with more). So it is a true MoE file to test with, and a start for training the experts apart.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter
from gguf.gguf_reader import ReaderField, ReaderTensor

from bot.errors import ModelDamaged, ModelError

_ARCHITECTURE = "llama"
_ROUTER_SPREAD = 0.02  # standard deviation; small, so that no expert is preferred from the start
_FFN = {f"ffn_{part}.weight": f"ffn_{part}_exps.weight" for part in ("gate", "up", "down")}
_Tensor = tuple[str, np.ndarray, GGMLQuantizationType]


def warm_start(dense: Path, out: Path, *, experts: int = 4, used: int = 2, seed: int = 0) -> None:
    """Write the GGUF file ``out`` with ``experts`` experts, of which ``used`` work on each token.

    Tensors are copied as they are stored, so the quantisation stays; tokenizer, chat template and the rest of the
    metadata too. ``seed`` draws the routers. ``out`` appears only when it is whole. Raises ModelError when the dense
    file cannot be used.
    """
    if not 1 <= used <= experts:
        raise ModelError(f"Of {experts} experts between 1 and {experts} can be used for a token, not {used}.")
    reader = _open(dense)
    part = out.with_name(f"{out.name}.part")
    writer = GGUFWriter(part, _ARCHITECTURE)
    try:
        for field in reader.fields.values():
            _copy_field(field, writer)
        writer.add_expert_count(experts)
        writer.add_expert_used_count(used)
        draw = np.random.default_rng(seed)
        for tensor in reader.tensors:
            for name, data, kind in _tensors(tensor, experts, draw):
                writer.add_tensor(name, data, raw_dtype=kind)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    finally:
        writer.close()
    os.replace(part, out)


def _open(dense: Path) -> GGUFReader:
    try:
        reader = GGUFReader(dense)
    except (OSError, ValueError, IndexError, KeyError, OverflowError, struct.error) as fault:
        raise ModelDamaged(f"{dense} cannot be read as a GGUF model: {fault}.") from fault
    architecture = reader.fields["general.architecture"].contents() if "general.architecture" in reader.fields else "unknown"
    names = {tensor.name for tensor in reader.tensors}
    if architecture != _ARCHITECTURE or "blk.0.ffn_gate.weight" not in names:
        raise ModelError(
            f"{dense} is not a dense model of the llama architecture (it says {architecture!r}); only such a one can be warm-started."
        )
    return reader


def _copy_field(field: ReaderField, writer: GGUFWriter) -> None:
    if field.name.startswith("GGUF.") or field.name == "general.architecture":
        return  # the writer makes these itself
    kind = field.types[0]
    inner = field.types[-1] if kind == GGUFValueType.ARRAY else None
    writer.add_key_value(field.name, field.contents(), kind, sub_type=inner)


def _tensors(tensor: ReaderTensor, experts: int, draw: np.random.Generator) -> Iterator[_Tensor]:
    """What one tensor of the dense model becomes: itself, or its experts, and with the gate a router."""
    block, _, part = tensor.name.rpartition(".ffn_")
    stacked = _FFN.get(f"ffn_{part}")
    if stacked is None:
        yield tensor.name, tensor.data, tensor.tensor_type
        return
    yield f"{block}.{stacked}", np.stack([tensor.data] * experts), tensor.tensor_type
    if part == "gate.weight":
        width = int(tensor.shape[0])
        router = draw.normal(0.0, _ROUTER_SPREAD, (experts, width)).astype(np.float32)
        yield f"{block}.ffn_gate_inp.weight", router, GGMLQuantizationType.F32
