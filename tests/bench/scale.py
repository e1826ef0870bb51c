"""Many people in one store: ``python -m tests.bench.scale [--memories N]``. Prints, asserts nothing; with a million it takes some minutes and 3 GB of disk.

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
_ROUNDS = 300
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


async def among(folder: Path, others: int) -> float:
    """p95 in milliseconds for the talkative person, whose memories lie scattered among those of others."""
    texts, vectors = sentences(2, TALKATIVE), directions(2, TALKATIVE, WIDTH)
    async with open_store(folder / f"{others}.db", clock=VirtualClock()) as store:
        await lives(store)
        size, people = TALKATIVE // _STEPS, others // EACH // _STEPS
        for step in range(_STEPS):
            part = slice(step * size, (step + 1) * size)
            await settle_in(store, "talkative", texts[part], vectors[part])
            await crowd(store, step * people, people)
        os.sync()  # three gigabytes that are still being written would be measured as well
        for seed in range(10):
            await search(store, "talkative", seed)
        taken = sorted([await search(store, "talkative", seed) for seed in range(10, _ROUNDS + 10)])
    say(f"{TALKATIVE} memories among {others} of others: p50 {taken[_ROUNDS // 2]:.1f} ms, p95 {taken[_ROUNDS * 95 // 100]:.1f} ms")
    return taken[_ROUNDS * 95 // 100]


async def main(memories: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        await idle_people(Path(folder), 1000)
        alone = await among(Path(folder), 0)
        crowded = await among(Path(folder), memories - TALKATIVE)
        say(f"ratio of p95: {crowded / alone:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--memories", type=int, default=1_000_000)
    asyncio.run(main(parser.parse_args().memories))
