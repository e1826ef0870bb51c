"""What the doctor says of how the model runs here: what the computer chose, and what was set by hand."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ModelError

if TYPE_CHECKING:
    from bot.config import Model
    from bot.edges.doctor import Finding
    from bot.edges.llama import Setup
    from bot.edges.models import Catalogue

_CHOOSABLE = (
    "threads", "parallel", "batch", "context_tokens", "cells", "kv_type", "mmap", "gpu_layers", "experts_on_cpu", "kept_mb",
)  # fmt: skip


def check_engine(model: "Model", catalogue: "Catalogue") -> "Finding":
    """Loads nothing. What depends on the size of the model is still open while that is not here."""
    from bot.edges.doctor import Finding
    from bot.edges.llama import built_for_gpu, choose_setup
    from bot.wiring import tuning_of

    setup, cache = choose_setup(model.context_tokens, model.threads or None, tuning_of(model)), ""
    if (file := _file(model.name, catalogue)) is not None:
        with suppress(ValueError, OSError):  # another line says what is wrong with the model
            setup, cache = _suited(file, setup)
    by_hand = [f"model.{name}" for name in _CHOOSABLE if getattr(model, name) != type(model).model_fields[name].default]
    found = f"{_told(setup, cache)}; set by hand: {', '.join(by_hand) or 'nothing'}"
    if model.gpu_layers > 0 and not built_for_gpu():
        fix = "build llama-cpp-python for your card, as its README says, or leave model.gpu_layers out"
        return Finding("engine", "warn", f"{found}. llama-cpp-python here was not built for a graphics card", fix)
    return Finding("engine", "ok", found)


def _file(name: str, catalogue: "Catalogue") -> Path | None:
    """The chat model that would be loaded, if it is here."""
    import psutil

    from bot.edges.models import choose_auto

    if name == "auto":
        entry, _ = choose_auto(catalogue, ram_bytes=psutil.virtual_memory().total, hub_reachable=False, confirm=lambda _: False)
        name = entry.name
    try:
        return catalogue.path(name)
    except ModelError:
        return None


def _suited(file: Path, setup: "Setup") -> "tuple[Setup, str]":
    """As it would be loaded now, and the size of its cache. Raises ValueError and OSError."""
    import psutil

    from bot.edges.llama import read_weights, suited

    gpu_free = 0
    if setup.gpu_layers:
        from bot.edges.llama.gpu import gpu_memory

        gpu_free = gpu_memory()
    weights = read_weights(file)
    setup = suited(setup, weights, free=psutil.virtual_memory().available, gpu_free=gpu_free)
    return setup, f" ({setup.cache_bytes(weights) / 1e6:,.0f} MB)"


def _told(setup: "Setup", cache: str) -> str:
    return (
        f"{_counted(setup.threads, 'thread')}; {setup.chunk} tokens a step; "
        f"{_counted(setup.parallel, 'answer')} at once; context {setup.context_tokens} tokens, {setup.cells} for all together; "
        f"KV cache {setup.kv_type}{cache}; mmap {'on' if setup.mmap else 'off'}; {_on_gpu(setup)}; "
        f"{setup.kept_bytes / 1e6:,.0f} MB for conversations that made room"
    )


def _on_gpu(setup: "Setup") -> str:
    if not setup.gpu_layers:
        return "nothing on a GPU"
    layers = "all layers" if setup.gpu_layers < 0 else _counted(setup.gpu_layers, "layer")
    experts = {None: ", or as much of it as fits", True: ", experts on the CPU", False: ""}[setup.experts_on_cpu]
    return f"{layers} on the GPU{experts}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
