"""What the machine decides, what a person may, and what is given up when memory is short."""

from pathlib import Path
from typing import Any

import pytest

from bot.edges.llama import worker
from bot.edges.llama.native import TooLittleMemory
from bot.edges.llama.protocol import Reply
from bot.edges.llama.tuning import Setup, Tuning, choose_setup, cores, ladder


def test_the_machine_decides_what_nobody_set() -> None:
    setup = choose_setup(4096)
    assert setup.threads == cores() >= 1 and setup.context_tokens == 4096 and setup.cells >= 4096
    assert Setup.decode(setup.encode()) == setup


def test_what_a_person_set_holds() -> None:
    setup = choose_setup(1024, 3, Tuning(parallel=2, kv_type="q8_0", mmap=False, kept_bytes=0))
    assert (setup.threads, setup.parallel, setup.kv_type, setup.mmap, setup.kept_bytes) == (3, 2, "q8_0", False, 0)


def test_first_the_experts_leave_the_gpu_then_all_then_the_context_shrinks() -> None:
    steps = ladder(choose_setup(2048, 2, Tuning(gpu_layers=-1)))
    assert [(s.gpu_layers, s.experts_on_cpu, s.context_tokens) for s, _ in steps] == [
        (-1, False, 2048), (-1, True, 2048), (0, False, 2048), (0, False, 1024), (0, False, 512),
    ]  # fmt: skip
    assert steps[0][1] == "" and "512 tokens" in steps[-1][1]


class _Wire:
    def say(self, reply: Reply) -> None: ...


class _Needy:
    """A model that has room for 2,048 cells."""

    trained_context, architecture, kv_type = 8192, "llama", "f16"

    def __init__(self, path: Path, setup: Setup, **_: Any) -> None:
        if setup.cells > 2048:
            raise TooLittleMemory("no")

    def meta(self, key: str) -> str:
        return ""


def test_a_smaller_context_is_taken_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "Native", _Needy)
    _, used, ready = worker._load(Path("m.gguf"), choose_setup(4096), 0, _Wire())  # type: ignore[arg-type]  # says nothing
    assert used.context_tokens == ready.context_tokens == 1024
    assert "not enough memory" in ready.note and "1024 tokens" in ready.note


def test_no_context_is_small_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "Native", _Needy)
    with pytest.raises(TooLittleMemory):
        worker._load(Path("m.gguf"), choose_setup(512, None, Tuning(cells=5000)), 0, _Wire())  # type: ignore[arg-type]  # says nothing
