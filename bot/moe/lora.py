"""LoRA adapters (Hu et al. 2021, 2106.09685) as llama.cpp has them, merged into weights."""

from pathlib import Path

import numpy as np
from gguf import GGUFReader
from gguf.gguf_reader import ReaderTensor

from bot.errors import ModelError
from bot.moe.gguf_file import Data
from bot.moe.numbers import numbers_of, stored


class Lora:
    """One adapter. Only what it has for a tensor changes that tensor."""

    def __init__(self, file: Path, reader: GGUFReader) -> None:
        alpha = reader.fields.get("adapter.lora.alpha")
        if alpha is None:
            raise ModelError(f"{file.name} is no LoRA adapter.")
        self._name, self._alpha = file.name, float(alpha.contents())
        self._tensors = {tensor.name: tensor for tensor in reader.tensors}

    def merged(self, tensor: ReaderTensor) -> Data:
        """The weights with the adapter in them, stored in the same kind. Raises ModelError when it does not fit."""
        pair = [self._tensors.get(f"{tensor.name}.lora_{end}") for end in "ab"]
        if pair[0] is None or pair[1] is None:
            return tensor.data
        down, up = (numbers_of(half.data, half.tensor_type) for half in pair if half is not None)
        weights = numbers_of(tensor.data, tensor.tensor_type)
        if (up.shape[0], down.shape[1]) != weights.shape:
            raise ModelError(f"{self._name} is an adapter for another model: {tensor.name} has another shape there.")
        rank = len(down)
        return stored((weights + self._alpha / rank * (up @ down)).astype(np.float32), tensor.tensor_type)
