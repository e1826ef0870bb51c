"""GGUF files in and out, through the ``gguf`` package."""

import os
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from gguf import GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter
from gguf.gguf_reader import ReaderField

from bot.errors import ModelDamaged, ModelMissing
from bot.moe.anatomy import Anatomy, Head, Tensor, anatomy

Data = npt.NDArray[Any]

_LONG = 4096  # more than any model has layers; longer lists are vocabulary
_FAULTS = (OSError, ValueError, IndexError, KeyError, OverflowError, TypeError, MemoryError, struct.error)


@dataclass(frozen=True, slots=True)
class Stored:
    """A tensor to be written: ``make`` gives its bytes, or its numbers, when its turn has come, so that files may be larger than the memory."""

    name: str
    kind: GGMLQuantizationType
    shape: tuple[int, ...]
    """Of what ``make`` gives."""
    dtype: np.dtype[Any]
    make: Callable[[], Data]

    @staticmethod
    def of(name: str, data: Data, kind: GGMLQuantizationType) -> "Stored":
        """One that is there already."""
        return Stored(name, kind, data.shape, data.dtype, lambda: data)


class _HeadReader(GGUFReader):
    """Passes over the vocabulary, which takes the package seconds to read and says nothing of sizes."""

    def _get_field_parts(self, orig_offs: int, raw_type: int) -> tuple[int, list[Data], list[int], list[GGUFValueType]]:
        if raw_type != GGUFValueType.ARRAY:
            return super()._get_field_parts(orig_offs, raw_type)
        kind, count = int(self._get(orig_offs, np.uint32)[0]), int(self._get(orig_offs + 4, np.uint64)[0])
        if kind != GGUFValueType.STRING and count <= _LONG:
            return super()._get_field_parts(orig_offs, raw_type)
        at = orig_offs + 12
        if kind == GGUFValueType.STRING:
            read = struct.Struct("<Q").unpack_from
            data: Any = self.data  # a map of the file is a buffer, whatever its types say
            for _ in range(count):
                at += 8 + read(data, at)[0]
        else:
            at += count * np.dtype(self.gguf_scalar_to_np[GGUFValueType(kind)]).itemsize
        if at > len(self.data):
            raise ValueError("it ends within its head")
        return at - orig_offs, [], [], [GGUFValueType.ARRAY, GGUFValueType(kind)]


def read_head(file: Path) -> Head:
    """What the head says; the tensors must be there in full. Raises ModelMissing, ModelDamaged."""
    with _faults(file):
        reader = _HeadReader(file)
        values = {name: field.contents() for name, field in reader.fields.items() if field.data}
        tensors = tuple(
            Tensor(t.name, tuple(int(n) for n in t.shape), t.tensor_type.name, int(t.n_bytes)) for t in reader.tensors
        )
        if not tensors:
            raise ValueError("there are no tensors in it")
        return Head(values=values, tensors=tensors, bytes=file.stat().st_size)


def inspect(file: Path) -> Anatomy:
    """Raises ModelMissing, ModelDamaged."""
    head = read_head(file)
    with _faults(file):
        return anatomy(head)


def open_gguf(file: Path) -> GGUFReader:
    """The whole file, tensors as they lie on disk. Raises ModelMissing, ModelDamaged."""
    with _faults(file):
        return GGUFReader(file)


@contextmanager
def _faults(file: Path) -> Iterator[None]:
    if not file.is_file():
        raise ModelMissing(f"There is no file {file}.")
    if not file.stat().st_size:
        raise ModelDamaged(f"{file} cannot be read as a GGUF model: it is empty.")
    try:
        with np.errstate(over="ignore"):  # lengths of a damaged file
            yield
    except _FAULTS as fault:
        raise ModelDamaged(f"{file} cannot be read as a GGUF model: {fault}.") from fault


def write_gguf(out: Path, architecture: str, fields: Iterable[ReaderField], values: Mapping[str, tuple[Any, GGUFValueType]], tensors: Iterable[Stored]) -> None:
    """Write ``out`` with ``fields`` of another file, ``values`` over them, and ``tensors``. It appears only when it is whole.

    Keys of another architecture get the name of this one.
    """
    part = out.with_name(f"{out.name}.part")
    writer = GGUFWriter(part, architecture)
    try:
        for field in fields:
            _copy_field(field, architecture, values, writer)
        for key, (value, kind) in values.items():
            writer.add_key_value(key, value, kind)
        waiting = list(tensors)
        for one in waiting:
            count = prod(one.shape) * one.dtype.itemsize
            writer.add_tensor_info(one.name, one.shape, one.dtype, count, raw_dtype=one.kind)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for one in waiting:
            writer.write_tensor_data(np.ascontiguousarray(one.make()))
        writer.close()
        os.replace(part, out)
    finally:
        writer.close()
        part.unlink(missing_ok=True)


def _copy_field(field: ReaderField, architecture: str, values: Mapping[str, Any], writer: GGUFWriter) -> None:
    if field.name.startswith("GGUF.") or field.name == "general.architecture":
        return  # the writer makes these itself
    first, _, rest = field.name.partition(".")
    name = field.name if first in ("general", "tokenizer", "quantize") else f"{architecture}.{rest}"
    if name in values or not field.types:
        return
    kind = field.types[0]
    inner = field.types[-1] if kind == GGUFValueType.ARRAY else None
    writer.add_key_value(name, field.contents(), kind, sub_type=inner)
