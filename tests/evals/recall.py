"""``python -m tests.evals.recall CASES OUT``: does the evidence come back?

Each episode is one memory, in the real store, with the real embedder, index and ranker. Every turn is remembered in
order, as the person's own words; then each query is asked, with what the same speaker said just before it, where the case
has a ``context``. Writes, for each query, the turns it brings back, best first.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from bot.config import load
from bot.edges.clock import SystemClock
from bot.edges.embedder import LocalEmbedder
from bot.edges.store import open_store
from bot.flows.recollect import Recollect
from bot.mind.events import Turn, private_audience
from bot.ports import Embedder, Memories
from bot.wiring import catalogue_of

_BATCH = 64
_DEEPEST = 50


Case = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Remembered:
    """An episode in a store of its own."""

    person: str
    memories: Memories
    recollect: Recollect
    names: dict[int, str]
    """The case's name of each stored turn."""


async def evaluate(cases: Path, out: TextIO) -> None:
    """Run every episode of ``cases`` and write a line for each of its queries."""
    async with an_embedder() as embedder:
        for episode in lines(cases):
            async with remembered(episode, embedder) as memory:
                for query in episode["queries"]:
                    out.write(json.dumps({"episode": episode["id"], **await _answer(memory, query)}) + "\n")


async def _answer(memory: Remembered, query: Case) -> Case:
    person = memory.person
    begun = time.perf_counter()
    found = await memory.recollect.search(person, private_audience(person), query["text"], before=before(query), limit=_DEEPEST)
    took = (time.perf_counter() - begun) * 1000
    return {"query": query["id"], "ranked": [memory.names[f.turn.id] for f in found if f.turn is not None], "ms": round(took, 2)}


@asynccontextmanager
async def an_embedder() -> AsyncIterator[Embedder]:
    """The one that the settings name, loaded."""
    settings = load(None, {}, None)
    folder = await catalogue_of(settings).pull(settings.embedding.name, lambda done, total, what: None)
    embedder = LocalEmbedder(folder, name=settings.embedding.name)
    await embedder.warm()
    yield embedder
    await embedder.aclose()


@asynccontextmanager
async def remembered(episode: Case, embedder: Embedder) -> AsyncIterator[Remembered]:
    """Let a fresh store hear every turn of an episode."""
    person, clock = f"eval:{episode['id']}", SystemClock()
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        store = await stack.enter_async_context(open_store(home / "recall.db", clock=clock))
        names: dict[int, str] = {}
        for start in range(0, len(episode["turns"]), _BATCH):
            batch = episode["turns"][start : start + _BATCH]
            vectors = await embedder.embed([turn["text"] for turn in batch])
            for turn, vector in zip(batch, vectors, strict=True):
                stored = await store.turns.add(_turn(turn, person), vector, embedder.name)
                names[stored.id] = str(turn["id"])
        yield Remembered(person, store.memories, Recollect(store.memories, embedder, clock), names)


def before(query: Case) -> tuple[str, ...]:
    """What the speaker of a query said before it: the lines of its context with the same name in front, without the last."""
    speaker = query["text"].partition(":")[0]
    own = [line for line in query.get("context", ()) if line.partition(":")[0] == speaker]
    return tuple(line for line in own if line != query["text"])


def _turn(turn: Case, person: str) -> Turn:
    said_at = datetime.fromisoformat(turn["time"])
    return Turn(
        person=person, speaker=turn["speaker"], text=turn["text"], said_at=said_at if said_at.tzinfo else said_at.replace(tzinfo=UTC),
        audience=private_audience(person), conversation=person,
    )


def lines(path: Path) -> Iterator[Case]:
    """One case for each line."""
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit("usage: python -m tests.evals.recall CASES OUT")
    with Path(sys.argv[2]).open("w", encoding="utf-8") as out:
        asyncio.run(evaluate(Path(sys.argv[1]), out))


if __name__ == "__main__":
    main()
