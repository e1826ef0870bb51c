"""How fast the store is: ``python -m tests.bench.store``. Prints, asserts nothing; takes a minute.

A person with so many memories, as many turns and a vector for each, in a database that another person uses as well.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np

from bot.edges.store import Store, open_store
from bot.flows.recollect import Recollect
from bot.mind.events import Evidence, Kind, Memory, Turn, private_audience
from bot.ports import Embedder
from tests.bench._crowd import settle_in
from tests.bench._sentences import Talk
from tests.evals.recall import an_embedder
from tests.fakes.clock import START, VirtualClock

WIDTH = 384
MODEL = "bge-small"
_WRITTEN = 500
"""So many are written one by one; the others go straight into the tables."""

_noise = np.random.default_rng(7)
_talk = Talk(7)


def vectors(count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    made = _noise.standard_normal((count, WIDTH)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)


async def fill(store: Store, person: str, count: int) -> None:
    audience = private_audience(person)
    for i, vector in enumerate(vectors(count)):
        text, when = _talk.sentence(), START + timedelta(minutes=i)
        turn = await store.turns.add(
            Turn(person=person, speaker="A", text=text, said_at=when, audience=audience, conversation=person),
            vector,
            MODEL,
        )
        memory = Memory(person=person, audience=audience, kind=Kind.EXPERIENCE, gist=text, quote=text, said_at=when)
        await store.memories.keep(memory, [Evidence(turn=turn.id, start=0, end=len(text))], vector, MODEL)


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    start = time.perf_counter()
    await work()
    return (time.perf_counter() - start) * 1000


async def searches(store: Store, person: str, rounds: int = 200) -> None:
    async def once() -> None:
        await store.memories.search(person, private_audience(person), _talk.sentence(), vectors(1)[0], MODEL)

    async def after_a_turn() -> None:
        turn = Turn(
            person=person, speaker="A", text=_talk.sentence(), said_at=START, audience=private_audience(person), conversation="x"
        )
        await store.turns.add(turn, vectors(1)[0], MODEL)

    first = await timed(once)
    taken = []
    for i in range(rounds):
        if i % 2:
            await after_a_turn()
        taken.append(await timed(once))
    taken.sort()
    say(f"  search: first {first:.1f} ms, then p50 {taken[rounds // 2]:.1f} ms, p95 {taken[rounds * 95 // 100]:.1f} ms")


async def recalls(store: Store, person: str, embedder: Embedder, rounds: int = 200) -> None:
    """From words to a ranking: embedding, search, signs and trees; of questions and remarks in turn, the latter with what was said before."""
    recollect = Recollect(store.memories, embedder, VirtualClock())
    taken, busy = [], []
    for i in range(rounds):
        words, before = (_talk.question(), ()) if i % 2 else (_talk.sentence(), (_talk.sentence(), _talk.sentence()))
        start = time.process_time()
        taken.append(await timed(partial(recollect.search, person, private_audience(person), words, before=before)))
        busy.append((time.process_time() - start) * 1000)
    for what, of in (("time", sorted(taken)), ("CPU time", sorted(busy))):
        say(f"  recall with its embedding, {what}: p50 {of[rounds // 2]:.1f} ms, p95 {of[rounds * 95 // 100]:.1f} ms")


async def measure(count: int, folder: Path, embedder: Embedder) -> None:
    clock = VirtualClock()
    path = folder / f"{count}" / "bench.db"
    say(f"{count} memories and {count} turns of one person")
    async with open_store(path, clock=clock) as store:
        writing = await timed(lambda: fill(store, "bench:1", _WRITTEN))
        more = count - _WRITTEN
        await settle_in(store, "bench:1", [_talk.sentence() for _ in range(more)], vectors(more), with_turns=True, model=MODEL)
        say(f"  {writing / _WRITTEN:.1f} ms to write a turn and a memory; file {path.stat().st_size / 2**20:.0f} MiB")
        await fill(store, "bench:2", 200)
    start = time.perf_counter()
    async with open_store(path, clock=clock) as store:
        say(f"  opened in {(time.perf_counter() - start) * 1000:.0f} ms")
        await searches(store, "bench:1")
        await recalls(store, "bench:1", embedder)
        some = (await store.memories.browse("bench:1", limit=1))[0].id
        say(f"  one memory deleted in {await timed(lambda: store.forgetting.memory('bench:1', some)):.0f} ms")
        say(f"  everything deleted in {await timed(lambda: store.forgetting.everything('bench:1')):.0f} ms")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def main() -> None:
    async with an_embedder() as embedder:
        with tempfile.TemporaryDirectory() as folder:
            for count in (1_000, 10_000):
                await measure(count, Path(folder), embedder)


if __name__ == "__main__":
    asyncio.run(main())
