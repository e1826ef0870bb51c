"""``python -m tests.evals.emotion CASES OUT --level ekman|original``: which emotions does the reader name?

Reads ``{"id", "text"}``, writes ``{"id", "labels"}``, through the real reader; what one belief update took goes to stderr.
"""

import argparse
import asyncio
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from bot.config import load
from bot.edges.emotion import LocalEmotionReader
from bot.mind.approach import Tally, approach, learn
from bot.mind.belief import Level, refine
from bot.mind.empathy import read
from bot.mind.standing import Standing
from bot.mind.support import Strategy
from bot.wiring import catalogue_of

NOW = datetime(2026, 3, 4, tzinfo=UTC)
"""When all of them are said."""


async def evaluate(cases: Path, out: Path, level: Level) -> tuple[list[float], list[float]]:
    """Label every case; the milliseconds that each belief update took, with the network's reading and without it."""
    folder = await catalogue_of(load(None, {}, None)).pull("bge-small", lambda done, total, what: None)
    reader = LocalEmotionReader(folder)
    await reader.warm()
    whole: list[float] = []
    alone: list[float] = []
    standing, tally = Standing().answered(Strategy.QUESTION), Tally()
    with cases.open(encoding="utf-8") as lines, out.open("w", encoding="utf-8") as file:
        for case in map(json.loads, filter(str.strip, lines)):
            begun = time.perf_counter()
            emotions = await reader.read(case["text"])
            read_at = time.perf_counter()
            text = case["text"]
            heard = standing.heard(refine(read(text), emotions, text), emotions, text, NOW, danger=False)
            tally = learn(tally, standing, emotions, heard.signal, text, NOW)
            chosen = approach(heard, tally, teases=True)
            standing = heard.answered(chosen.strategy)
            done = time.perf_counter()
            whole.append((done - begun) * 1000)
            alone.append((done - read_at) * 1000)
            file.write(json.dumps({"id": case["id"], "labels": emotions.named(level)}) + "\n")
    await reader.aclose()
    return whole, alone


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.emotion")
    parser.add_argument("cases", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--level", choices=("ekman", "original"), required=True)
    asked = parser.parse_args()
    for what, took in zip(("with the network", "without it"), asyncio.run(evaluate(asked.cases, asked.out, asked.level)), strict=True):
        if took:
            p50, p95 = np.percentile(took, [50, 95])
            sys.stderr.write(f"{len(took)} belief updates {what}: p50 {p50:.2f} ms, p95 {p95:.2f} ms\n")


if __name__ == "__main__":
    main()
