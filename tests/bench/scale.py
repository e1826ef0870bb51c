"""Many people in one store: ``python -m tests.bench.scale [--people N] [--memories N]``. Prints, asserts nothing; with a million it takes some minutes and 3 GB of disk.

Memory that a process takes above an empty store, after 1,000 people with 200 memories each have all asked once. And a person with
10,000 memories: how long a search takes alone in a store, and among so many memories of others.
"""

import argparse
import asyncio
import gc
import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path

import psutil

from bot.edges.store import Store, open_store
from bot.mind.events import private_audience
from tests.bench._crowd import MODEL, directions, sentences, settle_alike, settle_in
from tests.fakes.clock import VirtualClock

WIDTH = 384
EACH = 200
TALKATIVE = 10_000
_STEPS = 100
_WARM, _ROUNDS = 10, 300
_LIVES = 20


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def crowd(store: Store, first: int, people: int) -> None:
    """People who say the same few thousand sentences; their vectors are shared as well, since only their number matters."""
    for like in range(_LIVES):
        await settle_alike(store, f"life:{like}", [f"crowd:{n}" for n in range(first, first + people) if n % _LIVES == like])


async def lives(store: Store) -> None:
    """Those that the others are like."""
    for like in range(_LIVES):
        await settle_in(store, f"life:{like}", sentences(like, EACH), directions(like, EACH, WIDTH))


async def search(store: Store, person: str, seed: int) -> float:
    """Milliseconds."""
    words, vector = sentences(1000 + seed, 1)[0], directions(1000 + seed, 1, WIDTH)[0]
    begun = time.perf_counter()
    await store.memories.search(person, private_audience(person), words, vector, MODEL, limit=200)
    return (time.perf_counter() - begun) * 1000


async def _resident(path: str, people: int) -> int:
    async with open_store(Path(path), clock=VirtualClock()) as store:
        for number in range(people):
            await search(store, f"crowd:{number}", number)
        gc.collect()
        return int(psutil.Process().memory_info().rss)


def resident(path: str, people: int) -> int:
    """Bytes of this process once so many people have searched."""
    return asyncio.run(_resident(path, people))


async def idle_people(folder: Path, people: int) -> None:
    async with open_store(folder / "full.db", clock=VirtualClock()) as store:
        await lives(store)
        await crowd(store, 0, people)
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        empty = pool.apply(resident, (str(folder / "empty.db"), 1))
        full = pool.apply(resident, (str(folder / "full.db"), people))
    say(f"{people} people x {EACH} memories: {full / 1e6:.0f} MB, empty {empty / 1e6:.0f} MB, {(full - empty) / 1e6:.1f} MB above")


async def settle(store: Store, others: int) -> None:
    """The talkative person, whose memories lie scattered among those of others."""
    texts, vectors = sentences(2, TALKATIVE), directions(2, TALKATIVE, WIDTH)
    await lives(store)
    size, people = TALKATIVE // _STEPS, others // EACH // _STEPS
    for step in range(_STEPS):
        part = slice(step * size, (step + 1) * size)
        await settle_in(store, "talkative", texts[part], vectors[part])
        await crowd(store, step * people, people)


async def among(folder: Path, others: int) -> None:
    """The same searches in turn in both stores, so that what else the computer does falls on both."""
    clock = VirtualClock()
    async with open_store(folder / "alone.db", clock=clock) as alone, open_store(folder / "among.db", clock=clock) as crowded:
        stores = {f"{TALKATIVE} memories alone": alone, f"among {others} of others": crowded}
        await settle(alone, 0)
        await settle(crowded, others)
        os.sync()  # three gigabytes that are still being written would be measured as well
        taken: dict[str, list[float]] = {name: [] for name in stores}
        for seed in range(_WARM + _ROUNDS):
            for name, store in stores.items():
                taken[name].append(await search(store, "talkative", seed))
    p95 = []
    for name, times in taken.items():
        times = sorted(times[_WARM:])
        p95.append(times[_ROUNDS * 95 // 100])
        say(f"{name}: p50 {times[_ROUNDS // 2]:.1f} ms, p95 {p95[-1]:.1f} ms")
    say(f"ratio of p95: {p95[1] / p95[0]:.2f}")


async def main(people: int, memories: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        if people:
            await idle_people(Path(folder), people)
        if memories:
            await among(Path(folder), memories - TALKATIVE)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000, help="0 leaves that part out")
    parser.add_argument("--memories", type=int, default=1_000_000, help="0 leaves that part out")
    asked = parser.parse_args()
    asyncio.run(main(asked.people, asked.memories))
