"""Whether a mixture of equal experts says what its dense model says.

Models read and say one token at a time here, with weights as they are stored: a prompt read at once, or weights laid out anew for a processor,
are summed in another order for experts than for plain matrices. So whatever differs is a difference of the files.

With one expert at work its weight is exactly 1. Of two or four experts of equal weight each has exactly that share, and the shares of equal
numbers add up to the number without rounding. In both cases every logit has to be the same, bit by bit; with other numbers of experts, or
weights as a router gives them, they add up to 1 only but for rounding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bot.moe.gguf_file import read_head
from bot.moe.run import Numbers, Run
from bot.moe.warm_start import turn

_LONGEST = 256  # tokens
_ROUTERS = "ffn_moe_logits"
_WITHOUT_ROUNDING = (2, 4)  # experts whose equal shares add up to the whole


@dataclass(frozen=True, slots=True)
class Said:
    """``words`` of each text: its tokens, from ``begun`` on the likeliest ones of the model. ``logits`` after each of them but the last, of shape
    (words - 1, vocabulary)."""

    words: tuple[tuple[int, ...], ...]
    begun: tuple[int, ...]
    logits: tuple[Numbers, ...]


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
    apart: float
    """By how much two logits differ at most; 0 says that all are the same bit by bit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sameness:
    """Of a mixture with its dense model; each part but the last along the dense model's words."""

    alone: Agreement
    """With one expert at work, whichever the routers take."""
    level: Agreement | None
    """With as many at work as the file says, of equal weight. None where their shares would be rounded."""
    turned: Agreement | None
    """What the order of rows in queries and keys does alone, in the dense model; the two before are compared with that. None where it is kept."""
    working: Agreement
    """As the file is, with the dense model as it is."""
    exact: bool
    """``alone`` and ``level`` have to be the same bit by bit: nothing is cut in two halves that are added."""

    @property
    def holds(self) -> bool:
        """Nothing differs where nothing may."""
        return not self.exact or not any(one.apart for one in (self.alone, self.level) if one)


def sameness(dense: Path, mixture: Path, prompts: Sequence[str], *, count: int, threads: int) -> Sameness:
    """Over ``count`` tokens after each prompt. A ``dense`` file of the qwen2 architecture is written once more beside ``mixture`` meanwhile."""
    head = read_head(mixture)
    key = f"{head.values['general.architecture']}.expert_used_count"
    used, shared = int(head.values[key]), any("_shexp." in tensor.name for tensor in head.tensors)
    first = said(dense, prompts, count=count, threads=threads)
    turned = _turned(dense, mixture, first, threads)
    form = first if turned is None else replace(first, logits=turned)
    alone = follow(mixture, first, threads=threads, overrides={key: 1})
    level = follow(mixture, first, threads=threads, silent=(_ROUTERS,)) if used in _WITHOUT_ROUNDING else None
    working = follow(mixture, first, threads=threads) if used > 1 else alone
    return Sameness(
        alone=agreement(form, alone), level=None if level is None else agreement(form, level),
        turned=None if turned is None else agreement(first, turned), working=agreement(first, working), exact=not shared,
    )  # fmt: skip


def said(file: Path, prompts: Sequence[str], *, count: int, threads: int) -> Said:
    """The likeliest ``count`` tokens after each prompt."""
    texts, begun, logits = [], [], []
    with Run(file, context=_LONGEST + count, threads=threads, repack=False) as run:
        for prompt in prompts:
            words = run.tokens(prompt)[:_LONGEST]
            begun.append(len(words))
            rows: list[Numbers] = []
            for place in range(len(words) + count - 1):
                rows.append(_after(run, place, words[place]))
                if place + 1 == len(words):
                    words.append(int(rows[-1].argmax()))
            texts.append(tuple(words))
            logits.append(np.stack(rows))
    return Said(tuple(texts), tuple(begun), tuple(logits))


def follow(
    file: Path, first: Said, *, threads: int, overrides: Mapping[str, int] | None = None, silent: Sequence[str] = ()
) -> tuple[Numbers, ...]:
    """The logits that a model has along the words of another one."""
    with Run(file, context=max(map(len, first.words)), threads=threads, repack=False, overrides=overrides, silent=silent) as run:
        return tuple(np.stack([_after(run, place, word) for place, word in enumerate(words[:-1])]) for words in first.words)


def _after(run: Run, place: int, word: int) -> Numbers:
    if not place:
        run.clear()
    run.step([(0, place, word, True)])
    return run.logits(0)


def agreement(first: Said, beside: Sequence[Numbers]) -> Agreement:
    """With logits that another model has along the same words."""
    same, ties = [], [0.0]
    for begun, ours, theirs in zip(first.begun, first.logits, beside, strict=True):
        before, likeliest = ours[begun - 1 :], theirs[begun - 1 :].argmax(axis=1)
        same.append(before.argmax(axis=1) == likeliest)
        ties.extend((before.max(axis=1) - before[np.arange(len(before)), likeliest]).tolist())
    return Agreement(
        texts=sum(bool(one.all()) for one in same), of_texts=len(same), tokens=int(sum(one.sum() for one in same)), of_tokens=sum(map(len, same)),
        tie=max(ties), apart=max(float(np.abs(ours - theirs).max()) for ours, theirs in zip(first.logits, beside, strict=True)),
    )  # fmt: skip


def _turned(dense: Path, mixture: Path, first: Said, threads: int) -> tuple[Numbers, ...] | None:
    form = mixture.with_name(f"{mixture.name}.dense")
    try:
        return follow(form, first, threads=threads) if turn(dense, form) else None
    finally:
        form.unlink(missing_ok=True)
