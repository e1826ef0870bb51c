"""Train a LoRA adapter for a persona's way of talking, on its example answers (Hu et al. 2021, 2106.09685)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from gguf import GGUFWriter
from torch.nn import functional

from bot.errors import ModelError
from bot.moe.decoder import Decoder
from bot.moe.quality import foretold, surprise_of
from bot.moe.run import Run

_HELD_BACK = 4  # every so manieth example is for measuring
_CONTEXT = 384


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """Nats a token of the persona's answers, before and after; of those it learned from and of those held back. Perplexity of plain texts."""

    learned: tuple[float, float]
    held_back: tuple[float, float]
    perplexity: tuple[float, float]


def train(
    model: Path, lines: Sequence[tuple[str, str]], texts: Sequence[str], out: Path, *, steps: int, rank: int = 8, rate: float = 2e-4, seed: int = 0,
    threads: int = 2, tell: Callable[[int, float], None] = lambda step, loss: None,
) -> Trained:  # fmt: skip
    """Write the adapter ``out`` from ``lines`` (what somebody says, what the persona answers); each step learns from one. Uses a GPU where
    PyTorch has one. ``tell`` hears the step and the mean loss of late. Raises ModelError."""
    if len(lines) < _HELD_BACK:
        raise ModelError(f"There are {len(lines)} examples; training needs {_HELD_BACK} at least.")
    kept = [line for place, line in enumerate(lines) if place % _HELD_BACK == _HELD_BACK - 1]
    known = [line for line in lines if line not in kept]
    with Run(model, context=_CONTEXT, threads=threads) as run:
        tokens = [(run.prompt(user), [*run.tokens(own), *run.end]) for user, own in known]
        before = _nats(run, known), _nats(run, kept), foretold(run, texts).perplexity
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    decoder = Decoder(model, rank=rank, device=device)
    optimizer = torch.optim.AdamW(decoder.parameters(), lr=rate, weight_decay=0.01)
    late: list[float] = []
    order = np.random.default_rng(seed)
    for step in range(1, steps + 1):
        prompt, answer = tokens[int(order.integers(len(tokens)))]
        logits = decoder(torch.tensor([*prompt, *answer][:-1], device=device))
        loss = functional.cross_entropy(logits[len(prompt) - 1 :], torch.tensor(answer, device=device))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        late = [*late[-9:], loss.item()]
        tell(step, float(np.mean(late)))
    write_adapter(out, decoder, rank)
    with Run(model, context=_CONTEXT, threads=threads) as run:
        run.wear(out)
        after = _nats(run, known), _nats(run, kept), foretold(run, texts).perplexity
    return Trained(learned=(before[0], after[0]), held_back=(before[1], after[1]), perplexity=(before[2], after[2]))


def write_adapter(out: Path, decoder: Decoder, rank: int) -> None:
    """As llama.cpp reads it; the changes count once (alpha is the rank)."""
    part = out.with_name(f"{out.name}.part")
    writer = GGUFWriter(part, decoder.architecture)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(rank))
    for name, change in decoder.adapter().items():
        writer.add_tensor(name, change)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    part.replace(out)


def _nats(run: Run, lines: Sequence[tuple[str, str]]) -> float:
    total, count = 0.0, 0
    for user, own in lines:
        prompt, answer = run.prompt(user), run.tokens(own)
        logits = run.evaluate([*prompt, *answer]).logits
        total += surprise_of(logits[len(prompt) - 1 : -1], answer)
        count += len(answer)
    return total / count
