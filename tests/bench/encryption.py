"""What encryption costs: ``python -m tests.bench.encryption``. Prints, asserts nothing; takes a minute.

The same work in turn on a database that is encrypted and on one that is not, in one run, so that whatever else the computer does meets both.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from bot.edges.store import Key, Store, open_store
from bot.mind.events import Evidence, Kind, Memory, Turn, private_audience
from tests.bench._crowd import settle_in
from tests.bench._sentences import Talk
from tests.bench.store import MODEL, vectors
from tests.fakes.clock import START, VirtualClock

PERSON, HERE = "bench:1", private_audience("bench:1")
MEMORIES = 10_000
_KEYS = {"plain": None, "encrypted": Key("5c" * 32)}
_talk = Talk(7)


async def search(store: Store) -> None:
    await store.memories.search(PERSON, HERE, _talk.sentence(), vectors(1)[0], MODEL)


async def remember(store: Store) -> None:
    text, vector = _talk.sentence(), vectors(1)[0]
    turn = await store.turns.add(Turn(person=PERSON, speaker="A", text=text, said_at=START, audience=HERE, conversation="x"), vector, MODEL)
    memory = Memory(person=PERSON, audience=HERE, kind=Kind.EXPERIENCE, gist=text, quote=text, said_at=START)
    await store.memories.keep(memory, [Evidence(turn=turn.id, start=0, end=len(text))], vector, MODEL)


async def start(path: Path, key: Key | None) -> None:
    """Opened, and searched once: all vectors come from the file."""
    async with open_store(path, clock=VirtualClock(), key=key) as store:
        await search(store)


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    begun = time.perf_counter()
    await work()
    return (time.perf_counter() - begun) * 1000


async def side_by_side(what: str, works: dict[str, Callable[[], Awaitable[object]]], rounds: int) -> None:
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(await timed(work))
    plain, encrypted = (statistics.median(taken[name]) for name in works)
    sys.stdout.write(f"{what}: {plain:.1f} ms plain, {encrypted:.1f} ms encrypted, {encrypted / plain:.2f} times (median of {rounds} each, in turn)\n")
    sys.stdout.flush()


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / name / "bench.db" for name in _KEYS}
        async with AsyncExitStack() as stack:
            stores = {name: await stack.enter_async_context(open_store(paths[name], clock=VirtualClock(), key=key)) for name, key in _KEYS.items()}
            for store in stores.values():
                await settle_in(store, PERSON, [_talk.sentence() for _ in range(MEMORIES)], vectors(MEMORIES), with_turns=True, model=MODEL)
                await search(store)
            await side_by_side("a search", {name: partial(search, store) for name, store in stores.items()}, 200)
            await side_by_side("a message and a memory stored", {name: partial(remember, store) for name, store in stores.items()}, 100)
            await side_by_side("a backup", {name: store.back_up for name, store in stores.items()}, 5)
        await side_by_side("start and first search", {name: partial(start, paths[name], key) for name, key in _KEYS.items()}, 5)
        sizes = [path.stat().st_size / 2**20 for path in paths.values()]
        sys.stdout.write(f"file: {sizes[0]:.1f} MiB plain, {sizes[1]:.1f} MiB encrypted\n")


if __name__ == "__main__":
    asyncio.run(main())
