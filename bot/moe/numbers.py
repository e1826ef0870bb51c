"""Weights as numbers, and back into the blocks that llama.cpp quantises them to."""

import ctypes
from typing import Any

import numpy as np
import numpy.typing as npt
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize

from bot.errors import ModelError

Numbers = npt.NDArray[np.float32]

_PLAIN = {GGMLQuantizationType.F32: np.float32, GGMLQuantizationType.F16: np.float16}


def numbers_of(data: npt.NDArray[Any], kind: GGMLQuantizationType) -> Numbers:
    """Stored weights as numbers; shape (..., row). Raises ModelError for a kind that cannot be read."""
    try:
        return np.asarray(dequantize(data, kind), dtype=np.float32)
    except NotImplementedError as fault:
        raise ModelError(f"Weights of the kind {kind.name} cannot be computed with.") from fault


def makeable(kind: GGMLQuantizationType) -> bool:
    """Can numbers be stored as this kind, without knowing what they are for?"""
    if kind in _PLAIN:
        return True
    from llama_cpp._ggml import libggml  # loads the library

    libggml.ggml_quantize_requires_imatrix.restype = ctypes.c_bool
    return not libggml.ggml_quantize_requires_imatrix(ctypes.c_int(int(kind)))


def stored(numbers: Numbers, kind: GGMLQuantizationType) -> npt.NDArray[Any]:
    """As llama.cpp quantises them: shape (..., bytes of a row), or the numbers for F32 and F16. Raises ModelError."""
    if kind in _PLAIN:
        return np.ascontiguousarray(numbers, dtype=_PLAIN[kind])
    block, size = GGML_QUANT_SIZES[kind]
    row = numbers.shape[-1]
    if row % block:
        raise ModelError(f"Rows of {row} numbers cannot be stored as {kind.name}, whose blocks have {block}.")
    from llama_cpp._ggml import libggml  # loads the library

    flat = np.ascontiguousarray(numbers, dtype=np.float32)
    raw = np.empty((*numbers.shape[:-1], row // block * size), dtype=np.uint8)
    libggml.ggml_quantize_chunk.restype = ctypes.c_size_t
    if not makeable(kind):
        raise ModelError(f"Weights of the kind {kind.name} cannot be made anew: they need more than the weights.")
    written = libggml.ggml_quantize_chunk(
        ctypes.c_int(int(kind)), flat.ctypes.data_as(ctypes.c_void_p), raw.ctypes.data_as(ctypes.c_void_p), ctypes.c_int64(0),
        ctypes.c_int64(flat.size // row), ctypes.c_int64(row), None,
    )  # fmt: skip
    assert written == raw.nbytes, "every row was written"
    return raw
