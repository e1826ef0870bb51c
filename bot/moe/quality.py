"""How well a model foretells texts."""

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
