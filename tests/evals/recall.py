"""``python -m tests.evals.recall CASES OUT``: does the evidence come back?

Each episode is one memory, in the real store, with the real embedder, index and ranker. Every turn is remembered in
order, as the person's own words; then each query is asked. Writes, for each query, the turns it brings back, best first.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from bot.config import load
from bot.edges.clock import SystemClock
from bot.edges.embedder import LocalEmbedder
from bot.edges.store import open_store
from bot.flows.recollect import Recollect
from bot.mind.events import Turn, private_audience
from bot.ports import Embedder
from bot.wiring import catalogue_of

_BATCH = 64
_DEEPEST = 50


async def evaluate(cases: Path, out: TextIO) -> None:
    """Run every episode of ``cases`` and write a line for each of its queries."""
    settings = load(None, {}, None)
    folder = await catalogue_of(settings).pull(settings.embedding.name, lambda done, total, what: None)
    embedder = LocalEmbedder(folder, name=settings.embedding.name)
    await embedder.warm()
    for episode in _lines(cases):
        for answer in await _episode(episode, embedder):
            out.write(json.dumps(answer) + "\n")
    await embedder.aclose()


async def _episode(episode: dict[str, Any], embedder: Embedder) -> list[dict[str, Any]]:
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
        recollect = Recollect(store.memories, embedder, clock)
        answers = []
        for query in episode["queries"]:
            begun = time.perf_counter()
            found = await recollect.search(person, private_audience(person), query["text"], limit=_DEEPEST)
            took = (time.perf_counter() - begun) * 1000
            ranked = [names[f.turn.id] for f in found if f.turn is not None]
            answers.append({"episode": episode["id"], "query": query["id"], "ranked": ranked, "ms": round(took, 2)})
        return answers


def _turn(turn: dict[str, Any], person: str) -> Turn:
    said_at = datetime.fromisoformat(turn["time"])
    return Turn(
        person=person, speaker=turn["speaker"], text=turn["text"], said_at=said_at if said_at.tzinfo else said_at.replace(tzinfo=UTC),
        audience=private_audience(person), conversation=person,
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit("usage: python -m tests.evals.recall CASES OUT")
    with Path(sys.argv[2]).open("w", encoding="utf-8") as out:
        asyncio.run(evaluate(Path(sys.argv[1]), out))


if __name__ == "__main__":
    main()
