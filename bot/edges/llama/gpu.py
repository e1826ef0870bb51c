"""GPUs as llama.cpp sees them, and how it is told that experts are to stay off them."""

import ctypes
from typing import Any

from llama_cpp._ggml import libggml

_EXPERTS = rb"\.ffn_(up|down|gate|gate_up)_(ch|)exps"
_GPU, _INTEGRATED = 1, 2  # enum ggml_backend_dev_type


class _Override(ctypes.Structure):
    _fields_ = [("pattern", ctypes.c_char_p), ("buffer_type", ctypes.c_void_p)]


class ExpertsOnCpu:
    """A list of overrides as llama.cpp takes it; must stay referenced while the model loads."""

    def __init__(self) -> None:
        cpu: Any = libggml.ggml_backend_cpu_buffer_type
        cpu.restype = ctypes.c_void_p
        self._list = (_Override * 2)(_Override(_EXPERTS, cpu()), _Override(None, None))
        self.pointer = ctypes.cast(self._list, ctypes.c_void_p)


def gpu_memory() -> int:
    """Free bytes of all GPUs together; 0 where there is none."""
    libggml.ggml_backend_dev_count.restype = ctypes.c_size_t
    libggml.ggml_backend_dev_get.restype = ctypes.c_void_p
    devices = [ctypes.c_void_p(libggml.ggml_backend_dev_get(ctypes.c_size_t(i))) for i in range(libggml.ggml_backend_dev_count())]
    return sum(_free(device) for device in devices if libggml.ggml_backend_dev_type(device) in (_GPU, _INTEGRATED))


def _free(device: ctypes.c_void_p) -> int:
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    libggml.ggml_backend_dev_memory(device, ctypes.byref(free), ctypes.byref(total))
    return free.value
