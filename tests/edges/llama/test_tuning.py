"""What the machine decides, what a person may, and what is given up when memory is short."""

from pathlib import Path
from typing import Any

import pytest

from bot.edges.llama import worker
from bot.edges.llama.native import TooLittleMemory
from bot.edges.llama.protocol import Reply
from bot.edges.llama.tuning import CPU_CHUNK, Setup, Tuning, choose_setup, cores, ladder, suited
from bot.edges.llama.weights import Weights

_GB = 1 << 30
_SMALL = Weights(layers=28, layer_bytes=800_000_000, expert_bytes=0, other_bytes=300_000_000, kv_bytes=28_672)


def test_the_machine_decides_what_nobody_set() -> None:
    setup = choose_setup(4096)
    assert setup.threads == cores() >= 1 and setup.context_tokens == 4096 and setup.cells >= 4096
    assert Setup.decode(setup.encode()) == setup


def test_what_a_person_set_holds() -> None:
    setup = choose_setup(1024, 3, Tuning(parallel=2, kv_type="q8_0", mmap=False, kept_bytes=0))
    assert (setup.threads, setup.parallel, setup.kv_type, setup.mmap, setup.kept_bytes) == (3, 2, "q8_0", False, 0)


def test_a_step_has_a_row_for_every_answer() -> None:
    assert choose_setup(1024, 2, Tuning(chunk=4)).parallel == 4


def test_the_cache_is_quantised_where_it_would_take_too_much_of_the_memory() -> None:
    setup = choose_setup(4096, 2)  # 8192 cells, 224 MiB of f16
    assert suited(setup, _SMALL, free=_GB, gpu_free=0).kv_type == "f16"
    assert suited(setup, _SMALL, free=_GB // 2, gpu_free=0).kv_type == "q8_0"
    by_hand = choose_setup(4096, 2, Tuning(kv_type="f16"))
    assert suited(by_hand, _SMALL, free=1000, gpu_free=0).kv_type == "f16"


def test_a_gpu_that_is_not_there_is_not_waited_for() -> None:
    expecting = choose_setup(4096, 2, Tuning(gpu_layers=-1))
    there, missing = (suited(expecting, _SMALL, free=8 * _GB, gpu_free=free) for free in (8 * _GB, 0))
    assert (there.gpu_layers, there.chunk > CPU_CHUNK, there.experts_on_cpu) == (-1, True, False)
    assert (missing.gpu_layers, missing.chunk, missing.experts_on_cpu) == (0, CPU_CHUNK, False)


def test_first_the_experts_leave_the_gpu_then_all_then_the_context_shrinks() -> None:
    steps = ladder(choose_setup(2048, 2, Tuning(gpu_layers=-1)))
    assert [(s.gpu_layers, bool(s.experts_on_cpu), s.context_tokens) for s, _ in steps] == [
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


@pytest.fixture
def needy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "Native", _Needy)
    monkeypatch.setattr(worker, "read_weights", lambda file: _SMALL)


@pytest.mark.usefixtures("needy")
def test_a_smaller_context_is_taken_and_said() -> None:
    _, used, ready = worker._load(Path("m.gguf"), choose_setup(4096), 0, _Wire())  # type: ignore[arg-type]  # says nothing
    assert used.context_tokens == ready.context_tokens == 1024
    assert "not enough memory" in ready.note and "1024 tokens" in ready.note


@pytest.mark.usefixtures("needy")
def test_no_context_is_small_enough() -> None:
    with pytest.raises(TooLittleMemory):
        worker._load(Path("m.gguf"), choose_setup(512, None, Tuning(cells=5000)), 0, _Wire())  # type: ignore[arg-type]  # says nothing
