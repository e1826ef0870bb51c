"""How the model is run on this computer: threads, batch, cache, memory, GPU. Chosen from the machine, overridable."""

import importlib.util
import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import psutil

from bot.edges.llama.placement import ALL, place
from bot.edges.llama.weights import Weights

CPU_CHUNK = 128
"""Rows evaluated at once on a CPU, at most; a slow model has fewer (``pace``). From 64 on llama.cpp's attention takes a way that reads
prompts a third faster (measured on 2 cores); beyond this nothing more is gained, and everybody waits longer for the next word."""
_GPU_CHUNK = 512
_SMALLEST_CONTEXT = 512
_KV_SHARE = 0.25  # of the free memory; a cache that wants more is quantised
_Q8_0 = 34 / 64  # of the bytes of f16
_GPU_KINDS = ("cuda", "metal", "vulkan", "hip", "sycl", "musa", "opencl", "cann")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What a person set by hand; None where the machine decides."""

    parallel: int | None = None
    chunk: int | None = None
    cells: int | None = None
    kv_type: str | None = None
    mmap: bool | None = None
    gpu_layers: int | None = None
    experts_on_cpu: bool | None = None
    kept_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How one worker runs its model."""

    context_tokens: int
    """What one request may use, prompt and answer together."""
    cells: int
    """Tokens that all conversations together have room for in the cache."""
    parallel: int
    """Answers drawn at the same time."""
    threads: int
    """At most; small steps may have one less (``pace``)."""
    chunk: int
    """Rows evaluated at once, at most."""
    kv_type: str
    """Of the cache: ``f16``, ``q8_0``, or ``auto``: q8_0 where f16 would take too much of the free memory."""
    mmap: bool
    """Map the file instead of reading it: starts sooner, and the system may drop pages when memory is short."""
    gpu_layers: int
    """Layers on a GPU; -1 is as many as fit, and once ``suited`` all of them."""
    experts_on_cpu: bool | None
    """Leave the experts of a mixture in main memory while all else goes to the GPU; None: when they do not fit there."""
    kept_bytes: int
    """Main memory for conversations that had to leave the cache."""

    def encode(self) -> str:
        return json.dumps(asdict(self))

    def cache_bytes(self, weights: Weights) -> int:
        """What the cache takes, ``auto`` counted as f16."""
        return int(self.cells * weights.kv_bytes * (_Q8_0 if self.kv_type == "q8_0" else 1))

    @staticmethod
    def decode(text: str) -> "Setup":
        return Setup(**json.loads(text))


def choose_setup(context_tokens: int, threads: int | None = None, tuning: Tuning | None = None) -> Setup:
    """What suits this machine, with what the person set by hand. Cheap; loads nothing."""
    threads = threads or cores()
    layers = ALL if built_for_gpu() else 0
    on_gpu = bool(layers if tuning is None or tuning.gpu_layers is None else tuning.gpu_layers)
    setup = Setup(
        context_tokens=context_tokens,
        cells=2 * context_tokens,  # one full conversation, and as much again for the others
        parallel=16 if on_gpu else 8,
        threads=threads,
        chunk=_GPU_CHUNK if on_gpu else CPU_CHUNK,
        kv_type="auto",
        mmap=True,
        gpu_layers=layers,
        experts_on_cpu=None,
        kept_bytes=min(1 << 30, psutil.virtual_memory().total // 16),
    )
    given = {} if tuning is None else {f.name: getattr(tuning, f.name) for f in fields(tuning)}
    setup = replace(setup, **{name: value for name, value in given.items() if value is not None})
    return replace(setup, parallel=min(setup.parallel, setup.chunk))  # each answer is a row of a step


def suited(setup: Setup, weights: Weights, *, free: int, gpu_free: int) -> Setup:
    """What was left open until the model's size is known, with so many bytes free in main memory and on GPUs."""
    if setup.kv_type == "auto":
        share = _KV_SHARE * (gpu_free if setup.gpu_layers and gpu_free else free)
        setup = replace(setup, kv_type="q8_0" if setup.cache_bytes(weights) > share else "f16")
    placed = place(weights, setup.cache_bytes(weights), gpu_free, layers=setup.gpu_layers, experts_on_cpu=setup.experts_on_cpu)
    chunk = min(setup.chunk, CPU_CHUNK) if setup.gpu_layers and not placed.layers else setup.chunk
    return replace(setup, gpu_layers=placed.layers, experts_on_cpu=placed.experts_on_cpu, chunk=chunk)


def ladder(setup: Setup) -> list[tuple[Setup, str]]:
    """What to try when memory does not suffice, from ``setup`` down; each with what it means for the person."""
    steps = [(setup, "")]
    if setup.gpu_layers and not setup.experts_on_cpu:
        setup = replace(setup, experts_on_cpu=True)
        steps.append((setup, "experts stay in main memory"))
    if setup.gpu_layers:
        setup = replace(setup, gpu_layers=0, experts_on_cpu=False, chunk=min(setup.chunk, CPU_CHUNK))
        steps.append((setup, "the GPU is not used"))
    while setup.context_tokens // 2 >= _SMALLEST_CONTEXT:
        setup = replace(setup, context_tokens=setup.context_tokens // 2, cells=setup.cells // 2)
        steps.append((setup, f"the context is {setup.context_tokens} tokens"))
    return steps


def cores() -> int:
    """Physical cores that we may use; a machine that does not say how many it has gets all it shows."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(psutil.cpu_count(logical=False) or allowed, allowed)


def built_for_gpu() -> bool:
    """Whether llama-cpp-python was built for a GPU. Looks at its files and loads nothing."""
    found = importlib.util.find_spec("llama_cpp")
    if found is None or found.origin is None:
        return False
    libraries = Path(found.origin).parent / "lib"
    return any(next(libraries.glob(f"*ggml-{kind}*"), None) for kind in _GPU_KINDS)
