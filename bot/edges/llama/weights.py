"""What the head of a GGUF file says of a model's size, read without loading it.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3.
"""

import mmap
import re
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

_EXPERTS = re.compile(r"\.ffn_(up|down|gate|gate_up)_(ch)?exps")
_LAYER = re.compile(r"blk\.\d+\.")
_NUMBERS = {0: "B", 1: "b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9
_LENGTH = struct.Struct("<Q")
_LONG_LIST = 4096  # more than any model has layers
_F16 = 2  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Sizes in bytes."""

    layers: int
    layer_bytes: int
    """All layers together, experts included."""
    expert_bytes: int
    other_bytes: int
    """Embeddings and output."""
    kv_bytes: int
    """What one token takes in a cache of f16, in all layers."""


def read_weights(file: Path) -> Weights:
    """Raises ValueError when it is no such file, OSError when it cannot be read."""
    if not file.stat().st_size:
        raise ValueError("it is empty")
    with file.open("rb") as source, mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            return _weights(_Head(data), len(data))
        except (struct.error, LookupError, TypeError, ValueError, ArithmeticError) as fault:
            raise ValueError("it is damaged, or no model at all") from fault


class _Head:
    """Walks through the head once."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        magic, version, tensors, pairs = struct.unpack_from("<4sIQQ", data)
        if magic != b"GGUF" or version not in (2, 3):
            raise ValueError("not GGUF")
        self._at = 24
        self.values = {self._string(): self._value(self._number("<I")) for _ in range(pairs)}
        self.offsets = [self._tensor() for _ in range(tensors)]
        align = self.values.get("general.alignment", 32)
        self.start = -(-self._at // align) * align

    def _number(self, form: str) -> Any:
        (value,) = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return value

    def _string(self) -> str:
        length = self._number("<Q")
        self._at += length
        return self._data[self._at - length : self._at].decode()

    def _value(self, kind: int) -> Any:
        """A number, a string, or a list of numbers. Long lists are passed over: they are vocabulary and say nothing of sizes."""
        if kind == _STRING:
            return self._string()
        if kind != _ARRAY:
            return self._number(_NUMBERS[kind])
        kind, count = self._number("<I"), self._number("<Q")
        if kind == _STRING:
            return self._pass_strings(count)
        if count > _LONG_LIST:
            self._at += count * struct.calcsize(_NUMBERS[kind])
            return None
        return [self._number(_NUMBERS[kind]) for _ in range(count)]

    def _pass_strings(self, count: int) -> None:
        read, data, at = _LENGTH.unpack_from, self._data, self._at
        for _ in range(count):
            at += 8 + read(data, at)[0]
        self._at = at

    def _tensor(self) -> tuple[int, str]:
        """Where its data begin, and its name."""
        name = self._string()
        for _ in range(self._number("<I")):
            self._number("<Q")
        self._number("<I")
        return self._number("<Q"), name


def _weights(head: _Head, size: int) -> Weights:
    ends = sorted([*head.offsets, (size - head.start, "")])
    sizes = {name: after - offset for (offset, name), (after, _) in pairwise(ends)}
    layers = sum(length for name, length in sizes.items() if _LAYER.match(name))
    return Weights(
        layers=int(_of(head, "block_count")),
        layer_bytes=layers,
        expert_bytes=sum(length for name, length in sizes.items() if _EXPERTS.search(name)),
        other_bytes=sum(sizes.values()) - layers,
        kv_bytes=_F16 * _kv_width(head),
    )


def _kv_width(head: _Head) -> int:
    """Numbers that one token adds to the cache, keys and values of all layers."""
    layers, heads = int(_of(head, "block_count")), _of(head, "attention.head_count")
    width = int(_of(head, "embedding_length")) // (max(heads) if isinstance(heads, list) else int(heads))
    wide = int(_of(head, "attention.key_length", width)) + int(_of(head, "attention.value_length", width))
    per_layer = _of(head, "attention.head_count_kv", heads)
    return wide * int(sum(per_layer) if isinstance(per_layer, list) else per_layer * layers)


def _of(head: _Head, key: str, default: Any = None) -> Any:
    full = f"{head.values['general.architecture']}.{key}"
    return head.values[full] if default is None else head.values.get(full, default)
