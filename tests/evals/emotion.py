"""``python -m tests.evals.emotion CASES OUT --level ekman|original``: which emotions does the reader name?

Reads ``{"id", "text"}``, writes ``{"id", "labels"}``, through the real reader; what one belief update took goes to stderr.
"""

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path

import numpy as np

from bot.config import load
from bot.edges.emotion import LocalEmotionReader
from bot.mind.belief import Belief, Level, update
from bot.mind.empathy import read
from bot.wiring import catalogue_of


async def evaluate(cases: Path, out: Path, level: Level) -> list[float]:
    """Label every case; the milliseconds that each belief update took, reading included."""
    folder = await catalogue_of(load(None, {}, None)).pull("bge-small", lambda done, total, what: None)
    reader = LocalEmotionReader(folder)
    await reader.warm()
    took = []
    belief = Belief()
    with cases.open(encoding="utf-8") as lines, out.open("w", encoding="utf-8") as file:
        for case in map(json.loads, filter(str.strip, lines)):
            begun = time.perf_counter()
            emotions = await reader.read(case["text"])
            belief = update(belief, emotions, read(case["text"]), case["text"], 60.0)
            took.append((time.perf_counter() - begun) * 1000)
            file.write(json.dumps({"id": case["id"], "labels": emotions.named(level)}) + "\n")
    await reader.aclose()
    return took


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.emotion")
    parser.add_argument("cases", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--level", choices=("ekman", "original"), required=True)
    asked = parser.parse_args()
    took = asyncio.run(evaluate(asked.cases, asked.out, asked.level))
    if took:
        p50, p95 = np.percentile(took, [50, 95])
        sys.stderr.write(f"{len(took)} belief updates: p50 {p50:.1f} ms, p95 {p95:.1f} ms\n")


if __name__ == "__main__":
    main()
