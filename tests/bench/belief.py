"""``python -m tests.bench.belief [CASES] [--first 300]``: how long does it take to read one message and bring the belief up to date?

CASES is JSON lines with a "text" (GoEmotions' development set is one); without it the sentences are made up. The real emotion reader and the real flow, over a store in memory; one message at a
time, after ten that are not counted. Prints milliseconds of wall and of the process's CPU: the first depend on what else the computer does, the
second (all threads together) do not.
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
from bot.flows.attend import Attend
from bot.mind.events import Turn, private_audience
from bot.wiring import catalogue_of
from tests.bench._sentences import Talk
from tests.fakes.clock import START
from tests.fakes.store import FakeStore

_WARM = 10


async def timed(attend: Attend, texts: list[str]) -> list[tuple[float, float]]:
    """Wall and CPU milliseconds of each update."""
    found = []
    for text in texts:
        turn = Turn(person="ann", speaker="Ann", text=text, said_at=START, audience=private_audience("ann"), conversation="c")
        wall, cpu = time.perf_counter(), time.process_time()
        await attend.hear(turn, text)
        found.append((1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)))
    return found[_WARM:]


async def measure(texts: list[str]) -> str:
    folder = await catalogue_of(load(None, {}, None)).pull("bge-small", lambda done, total, what: None)
    reader = LocalEmotionReader(folder)
    lines = []
    for name, attend in (("with the network", Attend(FakeStore().people, reader)), ("by words alone", Attend(FakeStore().people))):
        for kind, spent in zip(("wall", "CPU"), np.array(await timed(attend, texts)).T, strict=True):
            p50, p95, p99 = np.percentile(spent, (50, 95, 99))
            lines.append(f"{name}, {kind}: p50 {p50:.2f} ms, p95 {p95:.2f} ms, p99 {p99:.2f} ms of {len(spent)}")
    await reader.aclose()
    return "\n".join(lines)


def _read(cases: Path, count: int) -> list[str]:
    return [json.loads(line)["text"] for line in cases.read_text(encoding="utf-8").splitlines()[:count]]


def _made_up(count: int) -> list[str]:
    talk = Talk(1)
    return [talk.sentence() for _ in range(count)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.belief")
    parser.add_argument("cases", type=Path, nargs="?")
    parser.add_argument("--first", type=int, default=300)
    asked = parser.parse_args()
    texts = _read(asked.cases, asked.first + _WARM) if asked.cases else _made_up(asked.first + _WARM)
    sys.stdout.write(asyncio.run(measure(texts)) + "\n")


if __name__ == "__main__":
    main()
