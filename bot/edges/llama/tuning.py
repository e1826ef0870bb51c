"""How the model is run on this computer: threads, batch, cache, memory, GPU. Chosen from the machine, overridable."""

import json
import os
from dataclasses import asdict, dataclass, fields, replace

import psutil

LONE_CHUNK = 60
"""Rows evaluated at once on a CPU. Below 64 llama.cpp's attention takes each row by itself, so that most models compute a row
the same whatever stands beside it; the price is a sixth of the speed of long prompts (measured on 2 cores), the gain besides
is that nobody waits long for the next word while another prompt is read."""
_GPU_CHUNK = 512
_SMALLEST_CONTEXT = 512


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
    """For many rows at once: prompts, and several answers together."""
    lone_threads: int
    """For one row, that is one answer alone."""
    chunk: int
    """Rows evaluated at once, at most."""
    kv_type: str
    """Of the cache: ``f16``, ``q8_0``, or ``auto``: q8_0 where f16 would take too much of the free memory."""
    mmap: bool
    """Map the file instead of reading it: starts sooner, and the system may drop pages when memory is short."""
    gpu_layers: int
    """Layers on a GPU; -1 is all of them. Only when llama-cpp-python was built for one."""
    experts_on_cpu: bool
    """Leave the experts of a mixture in main memory while all else goes to the GPU."""
    kept_bytes: int
    """Main memory for conversations that had to leave the cache."""

    def encode(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def decode(text: str) -> "Setup":
        return Setup(**json.loads(text))


def choose_setup(context_tokens: int, threads: int | None = None, tuning: Tuning | None = None) -> Setup:
    """What suits this machine, with what the person set by hand. Cheap; loads nothing."""
    threads = threads or cores()
    on_gpu = tuning is not None and bool(tuning.gpu_layers)
    setup = Setup(
        context_tokens=context_tokens,
        cells=2 * context_tokens,  # one full conversation, and as much again for the others
        parallel=16 if on_gpu else 8,
        threads=threads,
        # Drawing one answer waits for memory more than for cores, and the threads wait for each other after every layer:
        # with a thread on every core, one other busy program makes it many times slower (39 -> 2 tokens/s on 2 cores;
        # one thread less gives 28 in both cases). The core left over is also where the companion itself runs.
        lone_threads=max(1, threads - 1),
        chunk=_GPU_CHUNK if on_gpu else LONE_CHUNK,
        kv_type="auto",
        mmap=True,
        gpu_layers=0,
        experts_on_cpu=False,
        kept_bytes=min(1 << 30, psutil.virtual_memory().total // 16),
    )
    given = {} if tuning is None else {f.name: getattr(tuning, f.name) for f in fields(tuning)}
    return replace(setup, **{name: value for name, value in given.items() if value is not None})


def ladder(setup: Setup) -> list[tuple[Setup, str]]:
    """What to try when memory does not suffice, from ``setup`` down; each with what it means for the person."""
    steps = [(setup, "")]
    if setup.gpu_layers and not setup.experts_on_cpu:
        setup = replace(setup, experts_on_cpu=True)
        steps.append((setup, "experts stay in main memory"))
    if setup.gpu_layers:
        setup = replace(setup, gpu_layers=0, experts_on_cpu=False)
        steps.append((setup, "the GPU is not used"))
    while setup.context_tokens // 2 >= _SMALLEST_CONTEXT:
        setup = replace(setup, context_tokens=setup.context_tokens // 2, cells=setup.cells // 2)
        steps.append((setup, f"the context is {setup.context_tokens} tokens"))
    return steps


def cores() -> int:
    """Physical cores that we may use; a machine that does not say how many it has gets all it shows."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(psutil.cpu_count(logical=False) or allowed, allowed)
