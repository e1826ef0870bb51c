"""LoRA adapters and control vectors: loaded once, and put on and off between steps."""

import ctypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as c
import numpy as np
from gguf import GGUFReader

from bot.edges.llama.native import Native
from bot.edges.llama.talk import Refusal

_HEADER = 1 << 16  # bytes: where a file says what it is


@dataclass(frozen=True, slots=True)
class _ControlVector:
    data: "ctypes.Array[ctypes.c_float]"
    width: int
    layers: int


class Adapters:
    """Those of one model, by file."""

    def __init__(self, native: Native) -> None:
        self._native = native
        self._loaded: dict[str, Any] = {}
        self._worn = ""

    def load(self, file: str) -> None:
        """Read it, unless that was done. Raises Refusal."""
        if not file or file in self._loaded:
            return
        if not Path(file).is_file():
            raise Refusal(f"The adapter {Path(file).name} is not there.")
        try:
            with open(file, "rb") as start:
                head = start.read(_HEADER)
            # Whole models are told apart here: they take long to read, and llama.cpp crashes later on what it did not take.
            if b"controlvector" in head:
                self._loaded[file] = self._control_vector(file)
            elif b"adapter.lora.alpha" in head:
                self._loaded[file] = self._lora(file)
            else:
                raise ValueError("neither a LoRA adapter nor a control vector")
        except (ValueError, KeyError, IndexError, OSError) as fault:
            raise Refusal(f"The adapter {Path(file).name} is not one for this model.") from fault

    def use(self, file: str) -> None:
        """Evaluate with this one from now on; an empty name is the model as it is."""
        if file == self._worn:
            return
        before, after = self._loaded.get(self._worn), self._loaded.get(file)
        if isinstance(before, _ControlVector) or isinstance(after, _ControlVector):
            self._steer(after if isinstance(after, _ControlVector) else None)
        self._attach(None if isinstance(after, _ControlVector) else after)
        self._worn = file

    def _steer(self, vector: _ControlVector | None) -> None:
        if vector is None:
            c.llama_set_adapter_cvec(self._native.context, None, 0, 0, 0, 0)  # null takes it off
        else:
            c.llama_set_adapter_cvec(self._native.context, vector.data, len(vector.data), vector.width, 1, vector.layers)

    def _attach(self, lora: Any) -> None:
        if lora is None:
            c.llama_set_adapters_lora(self._native.context, None, 0, None)
        else:
            one = (c.llama_adapter_lora_p_ctypes * 1)(lora)
            c.llama_set_adapters_lora(self._native.context, one, 1, (ctypes.c_float * 1)(1.0))

    def _lora(self, file: str) -> Any:
        adapter = c.llama_adapter_lora_init(self._native.model, file.encode())
        if adapter is None:
            raise ValueError("llama.cpp does not take it")
        return adapter

    def _control_vector(self, file: str) -> _ControlVector:
        """One direction for each layer from the second on; those that the file leaves out are zero."""
        width, layers = c.llama_model_n_embd(self._native.model), c.llama_model_n_layer(self._native.model)
        reader = GGUFReader(file)
        whole = np.zeros((layers, width), dtype=np.float32)
        for tensor in reader.tensors:
            whole[int(tensor.name.removeprefix("direction."))] = tensor.data.reshape(width)
        flat = whole[1:].reshape(-1)
        return _ControlVector((ctypes.c_float * flat.size)(*flat.tolist()), width, layers - 1)
