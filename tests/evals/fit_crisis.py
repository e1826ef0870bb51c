"""``python -m tests.evals.fit_crisis GOEMOTIONS [--epochs 4]``: teach the emotion reader's network to see danger.

Learns from ``cases/crisis_tuning.txt``, ``crisis_tuning_more.txt``, ``crisis_tuning_indirect.txt`` and ``crisis_tuning_voices.txt`` (what ships has not learnt from that yet), from the English of ``cases/crisis.jsonl``, and from remarks of GoEmotions (Apache-2.0, JSON lines
with "text" and its 28 "labels") in which the rules see no danger: some by chance, and of many more those that
the network of before took for danger (hard negatives), but for what it was sure of. The layers that ``fit_emotion`` tuned go on learning, now with a head for danger beside
that for emotions, and are held to the emotions that they read before (distillation). Every tenth line of the cases is left out of
learning: the limit from which danger is called is the one that calls at most ``--alarms`` of the ordinary messages among those and
in ``cases/crisis_limits.txt``.
The limits from which emotions are named are set anew as well. Writes ``bot/edges/emotion/emotion_head.npz``. A few minutes of one core.
"""

import argparse
import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

from bot.config import load
from bot.edges.emotion import HEAD, LONGEST, LocalEmotionReader
from bot.edges.emotion.graph import WIDTH
from bot.flows.attend import pieces_of
from bot.mind.crisis import ASKS, Danger, alarm
from bot.wiring import catalogue_of
from tests.evals.crisis_cases import FOLDER, Sentence, sentences_of
from tests.evals.fit_emotion import Graph, Reader, batch, export, pooled, targets, thresholds

log = logging.getLogger(__name__)

KINDS = ("", *(danger.name.lower() for danger in Danger))
_BATCH, _RATE, _HEAD_RATE = 32, 1.5e-4, 1e-3
_REMARKS = 3000
"""Of GoEmotions, by chance; and as many are drawn in each epoch from these and the hard ones."""

_SEARCHED = 10_000
"""Remarks among which the hard ones are looked for."""

_HARD = 0.001
"""Share of danger from which an ordinary remark is a hard one."""

_VARIANTS = 3
"""Of one line, in each epoch."""

LEFT_OUT = 10
"""One line in so many is not learnt from."""

_NAMED = 4000
"""Remarks of GoEmotions on which the limits of the emotions are set anew."""

_HELD = 0.05
"""How much keeping the emotions counts beside seeing danger."""


class Watcher(nn.Module):
    """The emotion reader with a second head: a score for each kind of danger, and for none."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader
        self.danger = nn.Linear(2 * WIDTH, len(KINDS))
        nn.init.normal_(self.danger.weight, std=0.02)
        nn.init.zeros_(self.danger.bias)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        seen = pooled(self.reader.hidden(hidden, mask), mask)
        return self.danger(functional.dropout(seen, 0.15, self.training)), self.reader.head(seen)


def learnt_from() -> tuple[Sentence, ...]:
    """All cases for tuning."""
    rows = map(json.loads, (FOLDER / "crisis.jsonl").read_text(encoding="utf-8").splitlines())
    old = (Sentence(row["text"], row["kind"], "old", 10_000 + i) for i, row in enumerate(rows) if row["language"] == "en")
    more = (
        replace(case, line=part * 20_000 + case.line)
        for part, name in enumerate(("crisis_tuning_more.txt", "crisis_tuning_indirect.txt", "crisis_tuning_voices.txt"), start=1)
        for case in sentences_of(FOLDER / name)
    )
    return (*sentences_of(FOLDER / "crisis_tuning.txt"), *old, *more)


def worn(texts: Sequence[str], chance: Random) -> list[str]:
    """As people type: a third without apostrophes, one in eight with a slip of the finger."""
    return [_slipped(text.replace("'", "") if chance.random() < 1 / 3 else text, chance) for text in texts]


def _slipped(text: str, chance: Random) -> str:
    """A letter lost or two changed over, sometimes."""
    if chance.random() > 1 / 8 or len(text) < 12:
        return text
    at = chance.randrange(1, len(text) - 2)
    return text[:at] + (text[at + 1 :] if chance.random() < 0.5 else text[at + 1] + text[at] + text[at + 2 :])


def train(watcher: Watcher, taps: list[npt.NDArray[np.float16]], kinds: npt.NDArray[np.int64], lines: npt.NDArray[np.int64], epochs: int) -> None:
    """``lines`` tells what each case is a variant of; what is left of ``taps`` beyond them are ordinary remarks."""
    torch.manual_seed(5)
    order = np.random.default_rng(5)
    cases, remarks = len(lines), len(taps) - len(lines)
    each = sum(min(count, _VARIANTS) for count in np.unique(lines, return_counts=True)[1])
    before = _emotions(watcher, taps)
    adam = torch.optim.AdamW(
        [{"params": [p for layer in watcher.reader.layers for p in layer.parameters()], "lr": _RATE}, {"params": watcher.danger.parameters(), "lr": _HEAD_RATE}],
        weight_decay=0.02,
    )
    steps, step = epochs * -(-(each + min(_REMARKS, remarks)) // _BATCH), 0
    pace = torch.optim.lr_scheduler.LambdaLR(adam, lambda s: min((s + 1) / (steps / 12), max(0.0, (steps - s) / (steps * 11 / 12))))
    watcher.train()
    for _ in range(epochs):
        drawn = np.concatenate([_some_of_each(lines, order), cases + order.choice(remarks, min(_REMARKS, remarks), replace=False)])
        drawn = drawn[np.argsort([len(taps[i]) + order.random() * 3 for i in drawn])]
        batches = [drawn[i : i + _BATCH] for i in range(0, len(drawn), _BATCH)]
        for which in order.permutation(len(batches)):
            numbers = batches[which]
            with torch.autocast("cpu", torch.bfloat16):
                danger, emotions = watcher(*batch(taps, numbers))
            kept = functional.mse_loss(emotions.float(), before[numbers])
            loss = functional.cross_entropy(danger.float(), torch.from_numpy(kinds[numbers]), label_smoothing=0.02) + _HELD * kept
            adam.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]  # torch's own
            nn.utils.clip_grad_norm_(watcher.parameters(), 1.0)
            adam.step()
            pace.step()
            step += 1
            if step % 50 == 0:
                log.info("step %d of %d: loss %.4f, of it emotions %.4f", step, steps, loss.item(), _HELD * kept.item())
    watcher.eval()


def _some_of_each(lines: npt.NDArray[np.int64], order: np.random.Generator) -> npt.NDArray[np.int64]:
    """Some variants of each line: others each time."""
    mixed = order.permutation(len(lines))
    mixed = mixed[np.argsort(lines[mixed], kind="stable")]
    first = np.searchsorted(lines[mixed], lines[mixed])
    return mixed[np.arange(len(mixed)) - first < _VARIANTS]


def _emotions(watcher: Watcher, taps: list[npt.NDArray[np.float16]]) -> torch.Tensor:
    watcher.eval()
    with torch.no_grad():
        return torch.cat([watcher(*batch(taps, np.array([i])))[1] for i in range(len(taps))])


def calibrate(head: Path, folder: Path, alarms: float) -> None:
    """Set the limit in a head that ``export`` wrote, from one variant of each line left out and of ``crisis_limits.txt``, read as the companion will read them."""
    with np.load(head, allow_pickle=False) as file:
        weights = dict(file)
    left_out = (case for case in learnt_from() if case.line % LEFT_OUT == 4)
    cases = list({(case.family, case.line): case for case in (*left_out, *sentences_of(FOLDER / "crisis_limits.txt"))}.values())
    odds = np.array(asyncio.run(_odds([case.text for case in cases], LocalEmotionReader(folder, head=head))))
    ordinary = np.array([case.kind == "" for case in cases])
    limit = float(np.quantile(odds[ordinary], 1 - alarms))
    log.info("limit %.2f: of %d lines left out, %.1f %% of danger is sensed", limit, len(cases), 100 * (odds[~ordinary] > limit).mean())
    for share in (0.1, 0.03, 0.01, 0.005, ASKS, 0.001):
        asks = limit + float(np.log(share / (1 - share)))
        log.info("asking from %.4f: %.1f %% of danger, %.1f %% of the ordinary", share, 100 * (odds[~ordinary] > asks).mean(), 100 * (odds[ordinary] > asks).mean())
    weights["danger.bias"][0] += limit
    with head.open("wb") as out:
        np.savez_compressed(out, allow_pickle=False, **weights)


def name_anew(head: Path, folder: Path, goemotions: Path) -> None:
    """Set the limits from which each emotion is named: learning danger has moved the scores."""
    rows = Random(6).sample([json.loads(line) for line in goemotions.read_text(encoding="utf-8").splitlines()], _NAMED)
    shares = np.array(asyncio.run(_emotions_of([row["text"] for row in rows], LocalEmotionReader(folder, head=head))), dtype=np.float32)
    with np.load(head, allow_pickle=False) as file:
        weights = dict(file)
    weights["head.bias"] -= thresholds(np.log(shares + 1e-9) - np.log(1 - shares + 1e-9), targets([row["labels"] for row in rows]))
    with head.open("wb") as out:
        np.savez_compressed(out, allow_pickle=False, **weights)


async def _emotions_of(texts: Sequence[str], reader: LocalEmotionReader) -> list[list[float]]:
    """The shares of all labels, the 28 first."""
    read = [await reader.read(text) for text in texts]
    await reader.aclose()
    return [[*emotions.original.values(), *emotions.ekman.values()] for emotions in read]


async def _shares(texts: Sequence[str], reader: LocalEmotionReader) -> list[float]:
    """How much of each is danger, as the network reads it now."""
    read = [sum((await reader.read(text)).danger.values()) for text in texts]
    await reader.aclose()
    return read


async def _odds(texts: Sequence[str], reader: LocalEmotionReader) -> list[float]:
    """How much more danger than none in the worst piece of each: log odds."""
    shares = [max([sum((await reader.read(piece)).danger.values()) for piece in pieces_of(text)]) for text in texts]
    await reader.aclose()
    return [float(np.log(share + 1e-9) - np.log(1 - share + 1e-9)) for share in shares]


def learn(goemotions: Path, folder: Path, epochs: int, out: Path) -> None:
    """Train, and write a head whose limit is not set yet."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    chance = Random(5)
    cases = [case for case in learnt_from() if case.line % LEFT_OUT != 4]
    said = [json.loads(line)["text"] for line in goemotions.read_text(encoding="utf-8").splitlines()]
    chance.shuffle(said)
    plain = [text for text in said[:_SEARCHED] if alarm(text) is None]
    hard = [text for text, share in zip(plain, asyncio.run(_shares(plain, LocalEmotionReader(folder))), strict=True) if _HARD <= share < 0.5]
    log.info("%d of %d remarks are hard", len(hard), len(plain))
    remarks = list(dict.fromkeys([*plain[:_REMARKS], *hard]))
    file = folder / "model_quantized.onnx"
    taps = Graph(file).taps(worn([*(case.text for case in cases), *remarks], chance), tokenizer)
    kinds = np.array([KINDS.index(case.kind) for case in cases] + [0] * len(remarks))
    graph = Graph(file)
    with np.load(HEAD, allow_pickle=False) as weights:
        graph.replace(weights)
        watcher = Watcher(Reader(graph))
        watcher.reader.begin_with(weights)
    train(watcher, taps, kinds, np.array([case.line for case in cases]), epochs)
    danger = {
        "danger.matrix": watcher.danger.weight.detach().numpy().T.astype(np.float32), "danger.bias": watcher.danger.bias.detach().numpy(),
        "labels.danger": np.array(KINDS),
    }
    export(watcher.reader, graph, np.zeros(len(watcher.reader.head.bias), dtype=np.float32), out, danger)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.fit_crisis")
    parser.add_argument("goemotions", type=Path)
    parser.add_argument("--epochs", type=int, default=4, help="0 only sets the limit anew")
    parser.add_argument("--alarms", type=float, default=0.03)
    parser.add_argument("--out", type=Path, default=HEAD)
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    torch.set_num_threads(1)
    folder = asyncio.run(catalogue_of(load(None, {}, None)).pull("bge-small", lambda done, total, what: None))
    if asked.epochs:
        learn(asked.goemotions, folder, asked.epochs, asked.out)
    calibrate(asked.out, folder, asked.alarms)
    name_anew(asked.out, folder, asked.goemotions)


if __name__ == "__main__":
    main()
