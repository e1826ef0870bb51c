"""Files of random weights: the speed of a model without its download. They say nothing sensible."""

from collections.abc import Iterator
from functools import partial
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, GGUFValueType

from bot.moe.anatomy import Head, Tensor
from bot.moe.gguf_file import Stored, write_gguf
from bot.moe.numbers import stored
from bot.moe.shapes import Shape, keys_of, tensors_of

_TILE = 1 << 20  # numbers that are drawn and quantised once for each kind, and laid out again and again
_END = "<end>"


def write_noise(shape: Shape, out: Path, *, seed: int = 0) -> None:
    """A file of this shape whose tokens are single bytes. Raises OSError, ModelError."""
    values: dict[str, tuple[Any, GGUFValueType]] = {f"{shape.architecture}.{key}": (value, _type(value)) for key, value in keys_of(shape).items()}
    values |= {
        "general.name": (f"random weights, {shape.layers} layers", GGUFValueType.STRING),
        "tokenizer.ggml.model": ("gpt2", GGUFValueType.STRING), "tokenizer.ggml.pre": ("gpt-2", GGUFValueType.STRING),
        "tokenizer.ggml.tokens": (byte_words(shape.vocabulary), GGUFValueType.ARRAY),
        "tokenizer.ggml.token_type": ([1] * 256 + [3] * (shape.vocabulary - 256), GGUFValueType.ARRAY),
        "tokenizer.ggml.merges": (["! !"], GGUFValueType.ARRAY),
        "tokenizer.ggml.eos_token_id": (256, GGUFValueType.UINT32), "tokenizer.ggml.bos_token_id": (256, GGUFValueType.UINT32),
        "tokenizer.ggml.add_bos_token": (False, GGUFValueType.BOOL),
    }  # fmt: skip
    write_gguf(out, shape.architecture, (), values, _tensors(shape, np.random.default_rng(seed)))


def head_of(shape: Shape) -> Head:
    """What the head of such a file says, without a file."""
    tensors = [Tensor(name, size, kind, _bytes(size, GGMLQuantizationType[kind])) for name, size, kind in tensors_of(shape)]
    keys = {f"{shape.architecture}.{key}": value for key, value in keys_of(shape).items()}
    return Head(values={"general.architecture": shape.architecture, **keys}, tensors=tuple(tensors), bytes=sum(t.bytes for t in tensors))


def _bytes(size: tuple[int, ...], kind: GGMLQuantizationType) -> int:
    block, length = GGML_QUANT_SIZES[kind]
    return prod(size) // block * length


def byte_words(count: int) -> list[str]:
    """A vocabulary in which every byte is a token, in the letters of GPT-2, and what else is never said."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    odd = {byte: 256 + place for place, byte in enumerate(b for b in range(256) if b not in plain)}
    words = [chr(odd.get(byte, byte)) for byte in range(256)]
    return [*words, _END, *(f"<none {n}>" for n in range(count - 257))][:count]


def _type(value: Any) -> GGUFValueType:
    return GGUFValueType.FLOAT32 if isinstance(value, float) else GGUFValueType.UINT32


def _tensors(shape: Shape, draw: np.random.Generator) -> Iterator[Stored]:
    tiles: dict[tuple[str, int, float], npt.NDArray[Any]] = {}
    for name, size, word in tensors_of(shape):
        kind = GGMLQuantizationType[word]
        if len(size) == 1:
            around = 0.0 if name.endswith("bias") else 1.0
            scale = size[0] ** -0.5 if name == "output_norm.weight" and shape.tied else 1.0  # the words are the output too, and stand out
            yield Stored.of(name, (scale * draw.normal(around, 0.1, size)).astype(np.float32), kind)
            continue
        row = size[0]
        # Words stand out from what attention mixes of them all, else routers send every token to the same few experts, unlike trained ones.
        spread = 1.0 if name == "token_embd.weight" else row**-0.5
        if (word, row, spread) not in tiles:
            tiles[word, row, spread] = stored(draw.normal(0.0, spread, (max(_TILE // row, 1), row)).astype(np.float32), kind)
        tile, start = tiles[word, row, spread], int(draw.integers(_TILE))
        yield Stored(name, kind, (*reversed(size[1:]), tile.shape[1]), tile.dtype, partial(_laid_out, tile, start, size))


def _laid_out(tile: npt.NDArray[Any], start: int, size: tuple[int, ...]) -> npt.NDArray[Any]:
    rows = prod(size[1:])
    return np.take(tile, np.arange(start, start + rows), axis=0, mode="wrap").reshape(*reversed(size[1:]), -1)
