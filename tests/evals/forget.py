"""``python -m tests.evals.forget [OPERATIONS] [SEED]``: so many random operations (10,000) on one home, with restarts and kills; is anything left of
what was to be forgotten, and does anything come back? With other seeds many can be done in pieces.

The store works in a process of its own, which is closed, or killed in the middle of something, now and then. Each memory is told in words that
nobody else ever said, and has a vector like no other. What should be gone is looked for in every byte of every file (database, log of the database,
indexes, backups), and in all that the store gives out. Words that were edited, faded or expired may stay until the next idle time, and in
backups as long as these are kept; what a person deleted goes at once, from backups too.
"""

import asyncio
import logging
import multiprocessing
import os
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from bot.edges.store import Store, open_store
from bot.flows.reflect import Reflect
from bot.flows.supervise import Supervisor
from bot.mind.digest import digest
from bot.mind.events import Evidence, Kind, Memory, Turn, private_audience
from bot.mind.summary import Summary
from tests.fakes.clock import START, VirtualClock
from tests.fakes.model import FakeEmbedder, FakeModel

PEOPLE = 6
_LETTERS = "bcdfghjklmnpqrtvwx"
_MARK = re.compile(rb"zqj[bcdfghjklmnpqrtvwx]{10}")
"""In the middle of a secret word: the index keeps of a word only what the word before it does not begin with."""

Order = tuple[str, dict[str, Any]]


def secret(chance: random.Random) -> str:
    """A word like no other."""
    return "".join(chance.choices(_LETTERS, k=6)) + "zqj" + "".join(chance.choices(_LETTERS, k=10))


def secrets_in(data: bytes) -> set[str]:
    return {found.decode() for found in _MARK.findall(data)}


def mark(word: str) -> str:
    return word[6:]


def vector_of(word: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    vector = np.random.default_rng(abs(hash_of(word))).standard_normal(16).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def hash_of(word: str) -> int:
    return int.from_bytes(word.encode()[:24].ljust(24, b"."), "big")


class Home:
    """The store at work, in the process that may be killed."""

    def __init__(self, store: Store, clock: VirtualClock, supervisor: Supervisor) -> None:
        self._store = store
        self._clock = clock
        self._reflect = Reflect(
            clock=clock, memories=store.memories, people=store.people, fading=store.fading, summaries=store.summaries,
            embedder=FakeEmbedder(16, "eval"), model=FakeModel([""]), supervisor=supervisor, turns_for=timedelta(days=365),
        )

    async def do(self, order: Order) -> Any:
        name, what = order
        return await getattr(self, name)(**what)

    async def tell(self, person: str, word: str, days: int) -> int:
        now, audience, vector = START + timedelta(days=days), private_audience(person), vector_of(word)
        said = await self._store.turns.add(
            Turn(person=person, speaker="A", text=f"well {word} you know", said_at=now, audience=audience, conversation=person), vector, "eval"
        )
        await self._store.turns.add(
            Turn(person=person, speaker="B", text=f"{word}?", said_at=now, audience=audience, conversation=person, by_bot=True, reply_to=said.id)
        )
        kept = await self._store.memories.keep(
            Memory(person=person, audience=audience, kind=Kind.PREFERENCE, gist=f"They like {word}.", quote=word, said_at=now),
            [Evidence(turn=said.id, start=5, end=5 + len(word))], vector, "eval",
        )
        await self._store.turns.settle([said.id])
        assert kept is not None
        return kept.id

    async def edit(self, person: str, memory: int, word: str) -> None:
        known = await self._store.memories.get(person, memory)
        if known is not None:
            await self._store.keeping.correct(replace(known, gist=f"They like {word}.", quote=word), vector_of(word), "eval")

    async def delete(self, person: str, memory: int) -> None:
        await self._store.forgetting.memory(person, memory)

    async def forget(self, person: str) -> None:
        await self._store.forgetting.everything(person)

    async def fold(self, person: str, members: list[int]) -> int:
        known = [await self._store.memories.get(person, number) for number in members]
        held = [m for m in known if m is not None]
        stands = await self._store.fading.fold(digest(held), held, vector_of(f"digest {members}"), "eval")
        return stands.id if stands is not None else 0

    async def summarise(self, person: str) -> None:
        known = await self._store.memories.browse(person)
        audience = private_audience(person)
        for who, version in await self._store.summaries.restless(100):
            if who == person and known:
                text = " ".join(m.gist for m in known[:8])
                summary = Summary(
                    person=person, audience=audience, level="portrait", about="", text=text, sources=tuple(m.id for m in known[:8])
                )
                await self._store.summaries.write(person, audience, [summary], version)

    async def expire(self, days: int) -> None:
        await self._store.fading.expire(START + timedelta(days=days))

    async def idle(self) -> None:
        await self._store.fading.clean(lambda: False)
        await self._store.idle()

    async def reflect(self, days: int) -> None:
        self._clock.set(START + timedelta(days=days))
        await self._reflect.sit()
        await self._store.idle()

    async def search(self, person: str, word: str) -> None:
        await self._store.memories.search(person, private_audience(person), f"well {word}", vector_of(word), "eval")
        await self._store.idle()

    async def back_up(self) -> None:
        await self._store.back_up()

    async def shown(self, person: str) -> str:
        """All that the store gives out about a person."""
        audience = private_audience(person)
        turns = await self._store.turns.recent(person, person, 10_000)
        found = await self._store.memories.search(person, audience, "well you know", vector_of("any"), "eval", limit=1000)
        memories = await self._store.memories.browse(person, past=True, limit=10_000)
        return repr((turns, found, memories, await self._store.summaries.of(person, audience)))


def serve(home: str, orders: Connection, log: str) -> None:
    """Carry out orders until None comes."""
    logging.basicConfig(filename=log, level=logging.ERROR)
    logging.getLogger("bot").setLevel(logging.INFO)  # as the program does

    async def work() -> None:
        clock = VirtualClock()
        async with Supervisor() as supervisor, open_store(Path(home) / "oldfriend.db", clock=clock, exact_limit=8) as store:
            here = Home(store, clock, supervisor)
            orders.send("ready")
            while (order := await asyncio.to_thread(orders.recv)) is not None:
                orders.send(await here.do(order))

    asyncio.run(work())
    orders.send("closed")


class World:
    """Draws what happens, and knows what should be there."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._home = folder / "home"
        self._home.mkdir(mode=0o700)
        self._chance = random.Random(seed)
        self._days = 0
        self.memories: dict[str, dict[int, list[str]]] = {f"eval:{i}": {} for i in range(PEOPLE)}
        self._digests: set[int] = set()
        self.deleted: set[str] = set()
        """Gone on a person's word: nowhere, from now on."""
        self.faded: set[str] = set()
        """Edited, faded or expired: nowhere after the next idle time, but in backups."""
        self.fading: set[str] = set()
        """The same, before that."""
        self.counts: Counter[str] = Counter()
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(str(self._home), theirs, str(self._home / "oldfriend.log")), daemon=True)
        self._process.start()
        theirs.close()
        assert self._pipe.recv() == "ready"

    def close(self) -> None:
        self._pipe.send(None)
        assert self._pipe.recv() == "closed"
        self._process.join()

    def order(self, name: str, **what: Any) -> Any:
        self.counts["operations"] += 1
        self.counts[name] += 1
        self._pipe.send((name, what))
        return self._pipe.recv()

    def restart(self) -> None:
        """In good order, or killed while something is done: a deletion that was begun counts as done when it is gone afterwards."""
        if self._chance.random() < 0.5:
            self.close()
            self._start()
        else:
            self._kill()
        self.counts["restarts"] += 1
        self.look(everywhere=True)

    def _kill(self) -> None:
        person = self._some_person()
        known = self.memories[person]
        number = self._chance.choice(list(known)) if known else 0
        self._pipe.send(("delete", {"person": person, "memory": number}))
        self._pipe.poll(self._chance.random() * 0.03)
        self._process.kill()
        self._process.join()
        self._start()
        self.counts["kills"] += 1
        words = set(known.get(number, ()))
        shown = secrets_in(self.order("shown", person=person).encode())
        if number and not {mark(word) for word in words} & shown:
            del known[number]
            self.deleted |= words

    def step(self) -> None:
        """One thing that happens."""
        self._days += self._chance.random() < 0.3
        person = self._some_person()
        known = self.memories[person]
        draw = self._chance.random()
        if draw < 0.42 or not known:
            word = secret(self._chance)
            known[self.order("tell", person=person, word=word, days=self._days)] = [word]
        elif draw < 0.60:
            self._delete(person, self._chance.choice(list(known)))
        elif draw < 0.70:
            self._edit(person, self._chance.choice(list(known)))
        elif draw < 0.74 and len(known) >= 3:
            self._fold(person, self._chance.sample(list(known), 3))
        else:
            self._other(draw, person)

    def _other(self, draw: float, person: str) -> None:
        if draw < 0.82:
            self.order("summarise", person=person)
        elif draw < 0.92:
            self.order("search", person=person, word=secret(self._chance))
        elif draw < 0.94:
            self.order("back_up")
        elif draw < 0.95:
            self.order("forget", person=person)
            self.deleted |= {word for words in self.memories[person].values() for word in words}
            self.memories[person] = {}
            self.look()
        elif draw < 0.96:
            self.order("expire", days=self._days - 200)
        elif draw < 0.98:
            self.order("idle")
            self.faded, self.fading = self.faded | self.fading, set()
            self.look()
        else:
            self.look(shown=person)

    def _delete(self, person: str, number: int) -> None:
        self.order("delete", person=person, memory=number)
        self.deleted |= set(self.memories[person].pop(number))
        self.look(shown=person)

    def _edit(self, person: str, number: int) -> None:
        # What they had said at first stays the evidence of an edited memory until that is deleted: only older wordings go.
        word = secret(self._chance)
        if number in self._digests:
            return
        self.order("edit", person=person, memory=number, word=word)
        first, *older = self.memories[person][number]
        self.fading |= set(older)
        self.memories[person][number] = [first, word]

    def _fold(self, person: str, members: list[int]) -> None:
        number = self.order("fold", person=person, members=members)
        if number:
            known = self.memories[person]
            known[number] = [word for member in members for word in known.pop(member)]
            self._digests.add(number)

    def _some_person(self) -> str:
        return self._chance.choice(list(self.memories))

    def look(self, *, everywhere: bool = False, shown: str = "") -> None:
        """Count what is where it should not be."""
        gone = {mark(word) for word in self.deleted}
        past = gone | {mark(word) for word in self.faded | self.fading}
        for file in sorted(self._home.rglob("*")):
            if not file.is_file():
                continue
            data = file.read_bytes()
            hidden = gone if "backups" in file.parts else gone | {mark(word) for word in self.faded}
            found = secrets_in(data) & hidden
            if everywhere:
                found |= {mark(word) for word in self.deleted if vector_of(word).tobytes()[:12] in data}
            self.counts["residue"] += len(found)
            self.counts["files looked through"] += 1
        for person in [shown] if shown else list(self.memories) if everywhere else []:
            self.counts["resurrected"] += len(secrets_in(self.order("shown", person=person).encode()) & past)


def main(operations: int, seed: int = 1, tell: Callable[[Counter[str]], None] = lambda counts: None) -> Counter[str]:
    """All of it; what was found, counted. ``tell`` hears how it stands after each restart."""
    shared = Path("/dev/shm")  # where there is one, no disk has to be waited for
    with tempfile.TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else None) as folder:
        world = World(Path(folder), seed)
        while world.counts["operations"] < operations:
            world.step()
            if world.counts["operations"] // 100 > world.counts["restarts"]:
                world.restart()
                tell(world.counts)
        world.order("idle")
        world.faded |= world.fading
        world.look(everywhere=True)
        world.close()
        world.counts["still remembered"] = sum(len(known) for known in world.memories.values())
        world.counts["forgotten words"] = len(world.deleted | world.faded)
    return world.counts


def _tell(counts: Counter[str]) -> None:
    names = ("operations", "restarts", "kills", "residue", "resurrected")
    sys.stdout.write(", ".join(f"{name}: {counts[name]}" for name in names) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    operations, seed = [*map(int, sys.argv[1:]), *(10_000, 1)[len(sys.argv) - 1 :]]
    result = main(operations, seed, tell=_tell)
    sys.stdout.write(", ".join(f"{name}: {count}" for name, count in sorted(result.items())) + "\n")
    _tell(result)
    sys.exit(1 if result["residue"] or result["resurrected"] else 0)
