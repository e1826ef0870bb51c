"""``python -m tests.evals.isolation [PEOPLE [COMPARED]]``: so many people (1,000) in one store, all asking at once. Does anybody see a row of
somebody else, and does anybody's ranking differ from that of a store of their own (of so many of them; all unless said otherwise)?

They say the same sentences in other proportions, so that words and meanings collide as much as they can.
"""

import asyncio
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from bot.edges.store import Store, open_store
from bot.flows.recollect import Recollect
from bot.mind.events import private_audience
from bot.mind.recall import Found
from tests.bench._crowd import sentences, settle_in
from tests.fakes.clock import VirtualClock
from tests.fakes.model import FakeEmbedder

EACH = 20
QUESTIONS = 3


class Crowd:
    """People by number: what each says and asks never changes."""

    def __init__(self) -> None:
        self.embedder = FakeEmbedder(64)
        self._said = sentences(1, 400)

    def person(self, number: int) -> str:
        return f"eval:{number}"

    def questions(self, number: int) -> list[str]:
        return random.Random(f"asks {number}").sample(self._said, QUESTIONS)

    async def settle(self, store: Store, number: int) -> None:
        chance = random.Random(f"says {number}")
        texts = [f"{text} number{number}" for text in chance.sample(self._said, EACH)]
        vectors = await self.embedder.embed(texts)
        await settle_in(store, self.person(number), texts, vectors, with_turns=True, model=self.embedder.name)

    async def asked(self, store: Store, clock: VirtualClock, number: int) -> list[list[tuple[str, str]]]:
        """For each question: what was found, best first, as (owner, text)."""
        recollect, person = Recollect(store.memories, self.embedder, clock), self.person(number)
        answers = [await recollect.search(person, private_audience(person), words) for words in self.questions(number)]
        return [[_seen(found) for found in answer] for answer in answers]


def _seen(found: Found) -> tuple[str, str]:
    row = found.memory or found.turn
    assert row is not None
    return row.person, f"memory {found.memory.gist}" if found.memory else f"turn {found.turn.text if found.turn else ''}"


async def measure(people: int, compared: int) -> Counter[str]:
    """What was found, counted; the first ``compared`` people get a store of their own."""
    crowd, clock, counts = Crowd(), VirtualClock(), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        async with open_store(Path(folder) / "all.db", clock=clock) as store:
            for number in range(people):
                await crowd.settle(store, number)
            together = await asyncio.gather(*(crowd.asked(store, clock, number) for number in range(people)))
        # Making the tables takes longer than a life of twenty memories; they are made once and copied.
        async with open_store(Path(folder) / "own" / "blank.db", clock=clock):
            pass
        for number, answers in enumerate(together):
            rows = [owner for answer in answers for owner, _ in answer]
            counts["rows"] += len(rows)
            counts["foreign rows"] += sum(owner != crowd.person(number) for owner in rows)
        for number, answers in enumerate(together[:compared]):
            own = Path(shutil.copy(Path(folder) / "own" / "blank.db", Path(folder) / "own" / f"{number}.db"))
            async with open_store(own, clock=clock, throwaway=True) as store:
                await crowd.settle(store, number)
                alone = await crowd.asked(store, clock, number)
            counts["rankings compared"] += len(answers)
            counts["rankings that differ"] += sum(a != b for a, b in zip(answers, alone, strict=True))
    return counts


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    found = asyncio.run(measure(number, int(sys.argv[2]) if len(sys.argv) > 2 else number))
    sys.stdout.write(f"{number} people: " + ", ".join(f"{found[name]} {name}" for name in ("rows", "foreign rows", "rankings compared", "rankings that differ")) + "\n")
    sys.exit(1 if found["foreign rows"] or found["rankings that differ"] else 0)
