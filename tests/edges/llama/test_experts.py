"""Experts kept in main memory: llama.cpp takes the list, finds all experts by it, and answers the same."""

import re
from pathlib import Path

import numpy as np
import pytest

from bot.edges.llama.gpu import gpu_memory
from bot.edges.llama.native import Native, Row
from bot.edges.llama.tuning import Setup, Tuning, built_for_gpu, choose_setup

pytestmark = pytest.mark.model


def test_the_experts_are_found_and_the_answer_is_the_same(tiny_moe_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(Native, "_log", staticmethod(lambda log, level, text: said.append(text.decode(errors="replace"))))

    def logits(setup: Setup) -> np.ndarray:
        said.clear()
        native = Native(tiny_moe_model, setup, progress=lambda part: None, log=lambda text: None)
        tokens = native.tokenize("The sea is", special=False)
        native.decode([Row(0, i, token, i == len(tokens) - 1) for i, token in enumerate(tokens)])
        return native.logits(len(tokens) - 1).copy()

    plain = logits(choose_setup(256, 1, Tuning(gpu_layers=0)))
    assert not any("overridden" in line for line in said)
    staying = logits(choose_setup(256, 1, Tuning(gpu_layers=0, experts_on_cpu=True)))
    moved = {found[1] for line in said if (found := re.search(r"tensor (\S+) .*overridden to CPU", line))}
    assert moved == {f"blk.{layer}.ffn_{part}_exps.weight" for layer in range(30) for part in ("up", "down", "gate")}
    assert np.array_equal(plain, staying)


@pytest.mark.skipif(built_for_gpu(), reason="llama-cpp-python here was built for a GPU")
def test_a_build_without_gpu_has_no_memory_there() -> None:
    assert gpu_memory() == 0
