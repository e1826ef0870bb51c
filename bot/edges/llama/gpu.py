"""Where tensors go when there is a GPU: the experts of a mixture may stay in main memory.

In a mixture most of the bytes are experts, of which each token uses a few; attention is small and used by every token. So
when the GPU's memory is short, attention goes there and the experts stay.
"""

import ctypes
from typing import Any

from llama_cpp._ggml import libggml

_EXPERTS = rb"\.ffn_(up|down|gate|gate_up)_(ch|)exps"


class _Override(ctypes.Structure):
    _fields_ = [("pattern", ctypes.c_char_p), ("buffer_type", ctypes.c_void_p)]


class ExpertsOnCpu:
    """A list of overrides as llama.cpp takes it; must stay referenced while the model loads."""

    def __init__(self) -> None:
        cpu: Any = libggml.ggml_backend_cpu_buffer_type
        cpu.restype = ctypes.c_void_p
        self._list = (_Override * 2)(_Override(_EXPERTS, cpu()), _Override(None, None))
        self.pointer = ctypes.cast(self._list, ctypes.c_void_p)
