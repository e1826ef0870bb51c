"""The model in PyTorch computes what llama.cpp computes, and what it learns is what llama.cpp then says."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from bot.errors import ModelError
from bot.moe.decoder import Decoder
from bot.moe.noise import write_noise
from bot.moe.run import Run
from bot.moe.training import train, write_adapter
from tests.moe.conftest import TINY


@pytest.mark.parametrize("architecture", ["llama", "qwen2"])
def test_it_computes_what_llama_cpp_computes(architecture: str, tmp_path: Path) -> None:
    write_noise(replace(TINY, architecture=architecture, biases=architecture == "qwen2", kind="F32", better="F32"), file := tmp_path / "m.gguf")
    with Run(file, context=64) as run:
        tokens = run.tokens("Hello sea, hello hills")
        theirs = run.evaluate(tokens).logits
    ours = Decoder(file, rank=2)(torch.tensor(tokens)).detach().numpy()
    assert np.abs(ours - theirs).max() < 0.02 < np.std(theirs)


def test_changes_are_the_same_in_llama_cpp(dense: Path, tmp_path: Path) -> None:
    torch.manual_seed(1)
    decoder = Decoder(dense, rank=2)
    with torch.no_grad():
        for change in decoder.changes.values():
            change.normal_(0, 0.1)
    write_adapter(tmp_path / "a.gguf", decoder, 2)
    with Run(dense, context=64) as run:
        tokens = run.tokens("Hello sea")
        before = run.evaluate(tokens).logits
        run.wear(tmp_path / "a.gguf")
        after = run.evaluate(tokens).logits
    ours = decoder(torch.tensor(tokens)).detach().numpy()
    assert np.abs(ours - after).max() < 0.1 < np.abs(before - after).max()


def test_what_it_learned_is_likelier_afterwards(dense: Path, tmp_path: Path) -> None:
    lines = [(f"hello {n}", "aye aye, ye sea dog!") for n in range(5)]
    told: list[int] = []
    trained = train(dense, lines, ["The sea."], tmp_path / "a.gguf", steps=12, rank=4, rate=0.01, threads=1, tell=lambda step, loss: told.append(step))
    assert told == list(range(1, 13))
    assert trained.learned[1] < trained.learned[0] - 0.5 and trained.held_back[1] < trained.held_back[0] - 0.5


def test_what_cannot_be_trained(dense: Path, mixture: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="dense models"):
        Decoder(mixture, rank=1)
    with pytest.raises(ModelError, match="4 at least"):
        train(dense, [("a", "b")], ["x"], tmp_path / "a.gguf", steps=1)
