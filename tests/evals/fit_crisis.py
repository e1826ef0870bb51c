"""``python -m tests.evals.fit_crisis GOEMOTIONS [--emotions FILE] [--epochs 2]``: teach the emotion reader's network to see danger.

Learns from ``cases/crisis_tuning*.txt``, each line alone and among ordinary remarks, from the English of ``cases/crisis.jsonl``, and from remarks of GoEmotions (Apache-2.0, JSON lines
with "text" and its 28 "labels") in which the rules see no danger: some by chance, and of all of them those that
the network of before took most for danger (hard negatives), but for what it was sure of. The layers that ``fit_emotion`` tuned go on learning, now with a head for danger beside
that for emotions, and are held to the emotions that ``--emotions`` reads (distillation). Every tenth line of the cases is left out of
learning: the limit from which danger is called is the one that calls at most ``--alarms`` of the ordinary messages among those and
in ``cases/crisis_limits.txt``.
The limits from which emotions are named are set anew as well. Writes ``bot/edges/emotion/emotion_head.npz``. Half an hour of one core.
"""

import argparse
import asyncio
import copy
import json
import logging
from collections.abc import Mapping, Sequence
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
from bot.mind.crisis import ASKS, Danger, alarm
from bot.wiring import catalogue_of
from tests.evals.crisis_cases import FOLDER, Sentence, sentences_of
from tests.evals.fit_emotion import Graph, Reader, averaged, batch, export, pooled, targets, thresholds

log = logging.getLogger(__name__)

KINDS = ("", *(danger.name.lower() for danger in Danger))
_BATCH, _RATE, _HEAD_RATE, _QUERY_RATE = 32, 1.5e-4, 1e-3, 3e-3
_REMARKS, _HARD, _TALKS = 6000, 2500, 900
"""Of GoEmotions, by chance; those of ``_SEARCHED`` that look most like danger; and as many messages of several remarks."""

_SEARCHED = 20_000

_DRAWN = 5000
"""Of all these, in each epoch."""

_VARIANTS = 2
"""Of one line, in each epoch."""

_SHORT, _ROOM = 100, 330
"""Characters of a remark that may stand beside a line, and of both together: what is read at once holds them."""

LEFT_OUT = 10
"""One line in so many is not learnt from."""

_NAMED = 4000
"""Remarks of GoEmotions on which the limits of the emotions are set anew."""

_HELD = 0.1
"""How much keeping the emotions counts beside seeing danger."""


class Watcher(nn.Module):
    """The emotion reader with a second head: a score for each kind of danger, and for none."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader
        self.query = nn.Parameter(torch.zeros(WIDTH))
        self.danger = nn.Linear(2 * WIDTH, len(KINDS))
        nn.init.normal_(self.danger.weight, std=0.02)
        nn.init.zeros_(self.danger.bias)

    def begin_with(self, weights: Mapping[str, npt.NDArray[np.generic]]) -> None:
        """Take the head of a file that ``learn`` wrote."""
        self.query.data = torch.from_numpy(weights["danger.query"].astype(np.float32))
        self.danger.weight.data = torch.from_numpy(weights["danger.matrix"].astype(np.float32).T.copy())
        self.danger.bias.data = torch.from_numpy(weights["danger.bias"].astype(np.float32))

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        hidden = self.reader.hidden(hidden, mask)
        matters = (hidden @ self.query).float().masked_fill(~mask, -torch.inf).softmax(1).to(hidden.dtype)
        seen = torch.cat([hidden[:, 0], (matters[..., None] * hidden).sum(1)], 1)
        return self.danger(functional.dropout(seen, 0.15, self.training)), self.reader.head(pooled(hidden, mask))


def learnt_from() -> tuple[Sentence, ...]:
    """All cases for tuning."""
    rows = map(json.loads, (FOLDER / "crisis.jsonl").read_text(encoding="utf-8").splitlines())
    old = (Sentence(row["text"], row["kind"], "old", 10_000 + i) for i, row in enumerate(rows) if row["language"] == "en")
    more = (
        replace(case, line=part * 20_000 + case.line)
        for part, name in enumerate(("more", "indirect", "voices", "roundabout", "bodies"), start=1)
        for case in sentences_of(FOLDER / f"crisis_tuning_{name}.txt")
    )
    return (*sentences_of(FOLDER / "crisis_tuning.txt"), *old, *more)


def in_company(cases: Sequence[Sentence], remarks: Sequence[str], chance: Random) -> list[Sentence]:
    """One variant of each line, with one to four ordinary remarks before and after it: variants of a line of their own."""
    lines = {case.line: case for case in chance.sample(list(cases), len(cases))}.values()
    return [replace(case, text=_together([case.text, *chance.sample(remarks, chance.randint(1, 4))], chance), line=-case.line) for case in lines]


def _together(said: Sequence[str], chance: Random) -> str:
    """The first and as many of the others as there is room for, in any order."""
    kept = [text for i, text in enumerate(said) if i < 2 or sum(map(len, said[: i + 1])) <= _ROOM]
    return " ".join(text if text.rstrip()[-1:] in ".!?" else f"{text}." for text in chance.sample(kept, len(kept)))


def worn(text: str) -> str:
    """As people type: a third without apostrophes, one in eight with a slip of the finger. The same for the same text."""
    chance = Random(text)
    return _slipped(text.replace("'", "") if chance.random() < 1 / 3 else text, chance)


def _slipped(text: str, chance: Random) -> str:
    """A letter lost or two changed over, sometimes."""
    if chance.random() > 1 / 8 or len(text) < 12:
        return text
    at = chance.randrange(1, len(text) - 2)
    return text[:at] + (text[at + 1 :] if chance.random() < 0.5 else text[at + 1] + text[at] + text[at + 2 :])


def train(
    watcher: Watcher, taps: list[npt.NDArray[np.float16]], kinds: npt.NDArray[np.int64], lines: npt.NDArray[np.int64], before: torch.Tensor, epochs: int
) -> Watcher:
    """The average of the last steps. ``lines`` tells what each case is a variant of; what is left of ``taps`` beyond them are ordinary remarks.
    ``before`` are the emotions to keep."""
    torch.manual_seed(5)
    order = np.random.default_rng(5)
    cases, remarks = len(lines), len(taps) - len(lines)
    each = sum(min(count, _VARIANTS) for count in np.unique(lines, return_counts=True)[1])
    adam = torch.optim.AdamW(
        [
            {"params": [p for layer in watcher.reader.layers for p in layer.parameters()], "lr": _RATE},
            {"params": watcher.danger.parameters(), "lr": _HEAD_RATE}, {"params": [watcher.query], "lr": _QUERY_RATE},
        ],
        weight_decay=0.02,
    )
    steps, step = epochs * -(-(each + min(_DRAWN, remarks)) // _BATCH), 0
    pace = torch.optim.lr_scheduler.LambdaLR(adam, lambda s: min((s + 1) / (steps / 12), max(0.0, (steps - s) / (steps * 11 / 12))))
    average = copy.deepcopy(watcher)
    watcher.train()
    for _ in range(epochs):
        drawn = np.concatenate([_some_of_each(lines, order), cases + order.choice(remarks, min(_DRAWN, remarks), replace=False)])
        drawn = drawn[np.argsort([len(taps[i]) + order.random() * 3 for i in drawn])]
        batches = [drawn[i : i + _BATCH] for i in range(0, len(drawn), _BATCH)]
        for which in order.permutation(len(batches)):
            numbers = batches[which]
            with torch.autocast("cpu", torch.bfloat16):
                danger, emotions = watcher(*batch(taps, numbers))
            kept = functional.mse_loss(emotions.float(), before[numbers])
            loss = functional.cross_entropy(danger.float(), torch.from_numpy(kinds[numbers]), label_smoothing=0.01) + _HELD * kept
            adam.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]  # torch's own
            nn.utils.clip_grad_norm_(watcher.parameters(), 1.0)
            adam.step()
            pace.step()
            step += 1
            averaged(average, watcher, min(0.995, step / (step + 50)))
            if step % 50 == 0:
                log.info("step %d of %d: loss %.4f, of it emotions %.4f", step, steps, loss.item(), _HELD * kept.item())
    return average.eval()


def _some_of_each(lines: npt.NDArray[np.int64], order: np.random.Generator) -> npt.NDArray[np.int64]:
    """Some variants of each line: others each time."""
    mixed = order.permutation(len(lines))
    mixed = mixed[np.argsort(lines[mixed], kind="stable")]
    first = np.searchsorted(lines[mixed], lines[mixed])
    return mixed[np.arange(len(mixed)) - first < _VARIANTS]


def _emotions(reader: Reader, taps: list[npt.NDArray[np.float16]]) -> torch.Tensor:
    """What is read of each before anything is learnt."""
    reader.eval()
    by_length = np.argsort([len(tap) for tap in taps])
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        read = torch.cat([reader(*batch(taps, by_length[i : i + _BATCH])).float() for i in range(0, len(taps), _BATCH)])
    return read[np.argsort(by_length)]


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
    """How much more danger than none there is in each: log odds."""
    return [float(np.log(share + 1e-9) - np.log(1 - share + 1e-9)) for share in await _shares(texts, reader)]


def learn(goemotions: Path, folder: Path, emotions: Path, epochs: int, out: Path) -> None:
    """Go on from what there is, held to the emotions that ``emotions`` reads, and write a head whose limit is not set yet."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    chance = Random(5)
    cases = [case for case in learnt_from() if case.line % LEFT_OUT != 4]
    said = [json.loads(line)["text"] for line in goemotions.read_text(encoding="utf-8").splitlines()]
    chance.shuffle(said)
    plain = [text for text in said[:_SEARCHED] if alarm(text) is None]
    shares = dict(zip(plain, asyncio.run(_shares(plain, LocalEmotionReader(folder))), strict=True))
    plain = [text for text in plain if shares[text] < 0.5]
    hard = sorted(plain, key=lambda text: shares[text])[-_HARD:]
    log.info("the hard ones of %d remarks begin at a share of %.5f", len(plain), shares[hard[0]])
    beside = [*(text for text in plain if len(text) < _SHORT), *(case.text for case in cases if not case.kind and len(case.text) < _SHORT)]
    talks = [_together(chance.sample(beside, chance.randint(2, 6)), chance) for _ in range(_TALKS)]
    remarks = [*dict.fromkeys([*plain[:_REMARKS], *hard]), *talks]
    cases += in_company(cases, beside, chance)
    file = folder / "model_quantized.onnx"
    taps = Graph(file).taps([worn(text) for text in (*(case.text for case in cases), *remarks)], tokenizer)
    kinds = np.array([KINDS.index(case.kind) for case in cases] + [0] * len(remarks))
    with np.load(emotions, allow_pickle=False) as kept:
        before = _emotions(_reader(file, kept)[0], taps)
        with np.load(HEAD, allow_pickle=False) as weights:
            # Its own limits are for naming; what it is held to are the other's.
            reader, graph = _reader(file, {**weights, "head.bias": kept["head.bias"]})
            watcher = Watcher(reader)
            watcher.begin_with(weights)
    watcher = train(watcher, taps, kinds, np.array([case.line for case in cases]), before, epochs)
    danger = {
        "danger.query": watcher.query.detach().numpy(), "danger.matrix": watcher.danger.weight.detach().numpy().T.astype(np.float32), "danger.bias": watcher.danger.bias.detach().numpy(),
        "labels.danger": np.array(KINDS),
    }
    export(watcher.reader, graph, np.zeros(len(watcher.reader.head.bias), dtype=np.float32), out, danger)


def _reader(file: Path, weights: Mapping[str, npt.NDArray[np.generic]]) -> tuple[Reader, Graph]:
    """The reader that a file of weights makes of the embedding model."""
    graph = Graph(file)
    graph.replace(weights)
    reader = Reader(graph)
    reader.begin_with(weights)
    return reader, graph


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.fit_crisis")
    parser.add_argument("goemotions", type=Path)
    parser.add_argument("--epochs", type=int, default=2, help="0 only sets the limit anew")
    parser.add_argument("--emotions", type=Path, default=HEAD, help="a file of fit_emotion: the emotions to keep")
    parser.add_argument("--alarms", type=float, default=0.03)
    parser.add_argument("--out", type=Path, default=HEAD)
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    torch.set_num_threads(1)
    folder = asyncio.run(catalogue_of(load(None, {}, None)).pull("bge-small", lambda done, total, what: None))
    if asked.epochs:
        learn(asked.goemotions, folder, asked.emotions, asked.epochs, asked.out)
    calibrate(asked.out, folder, asked.alarms)
    name_anew(asked.out, folder, asked.goemotions)


if __name__ == "__main__":
    main()
