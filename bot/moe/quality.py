"""How well a model foretells texts, and whether two models say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path

import numpy as np

from bot.moe.run import Numbers, Run

_LONGEST = 256  # tokens


@dataclass(frozen=True, slots=True)
class Foretold:
    """``surprise`` is the sum of -log p of ``tokens`` tokens, in nats."""

    surprise: float
    tokens: int

    @property
    def perplexity(self) -> float:
        """As if each token had been drawn from so many equally likely ones."""
        return exp(self.surprise / self.tokens) if self.tokens else float("nan")


def perplexity(file: Path, texts: Sequence[str], *, threads: int) -> Foretold:
    """Over each text from its second token on."""
    with Run(file, context=_LONGEST, threads=threads) as run:
        return foretold(run, texts)


def foretold(run: Run, texts: Sequence[str]) -> Foretold:
    surprise, count = 0.0, 0
    for text in texts:
        tokens = run.tokens(text)
        if len(tokens) > 1:
            surprise += surprise_of(run.evaluate(tokens).logits[:-1], tokens[1:])
            count += len(tokens) - 1
    return Foretold(surprise, count)


def surprise_of(logits: Numbers, tokens: Sequence[int]) -> float:
    """Sum of -log p of tokens under logits of shape (tokens, vocabulary)."""
    top = logits.max(axis=1)
    total = np.log(np.exp((logits - top[:, None]).astype(np.float64)).sum(axis=1)) + top
    return float((total - logits[np.arange(len(tokens)), list(tokens)]).sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far another model says what a first one says."""

    texts: int
    """Those that both continue with the same likeliest tokens,"""
    of_texts: int
    tokens: int
    """and words of the first model's continuations that are the likeliest for the other one too, given all before them."""
    of_tokens: int
    tie: float
    """Where they are not: how much likelier the first model thought its own word, in nats, at most. 0 where they agree."""


def agreement(one: Path, other: Path, prompts: Sequence[str], *, count: int, threads: int) -> Agreement:
    """Over ``count`` tokens after each prompt."""
    said, logits = _continued(one, prompts, None, count, threads)
    others, beside = _continued(other, prompts, said, count, threads)
    likeliest = beside.argmax(axis=1)
    gaps = logits.max(axis=1) - logits[np.arange(len(likeliest)), likeliest]
    same = int((likeliest == logits.argmax(axis=1)).sum())
    return Agreement(
        texts=sum(a == b for a, b in zip(said, others, strict=True)), of_texts=len(prompts), tokens=same, of_tokens=len(likeliest), tie=float(gaps.max())
    )  # fmt: skip


def _continued(file: Path, prompts: Sequence[str], given: Sequence[Sequence[int]] | None, count: int, threads: int) -> tuple[list[list[int]], Numbers]:
    """The likeliest continuations, and the logits before each token of these, or of those that are given; shape (tokens, vocabulary)."""
    with Run(file, context=_LONGEST + count, threads=threads) as run:
        begun = [run.tokens(prompt) for prompt in prompts]
        said = [run.greedy(tokens, count) for tokens in begun]
        rows = [run.evaluate([*tokens, *words]).logits[len(tokens) - 1 : -1] for tokens, words in zip(begun, given or said, strict=True)]
    return said, np.concatenate(rows)
