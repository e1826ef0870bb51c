"""A process that does everything at once until it is killed, and writes down outside what it has promised to whom.

Each line of the ledger is one write of a few bytes, so a kill leaves it whole. ``said``, ``remembered``, ``deleted``: acknowledged, and
must hold from then on. ``deleting``: asked for, and may or may not have happened. ``sent``: on its way to somebody.
"""

import asyncio
import os
import random
import re
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import time, timedelta
from pathlib import Path
from typing import cast

from alembic import command

from bot.edges.store import Store, backup, graph_file, open_store
from bot.flows.inbox import Incoming
from bot.flows.supervise import Supervisor
from bot.mind.events import Memory, Turn, Unprompted, private_audience
from bot.ports import Completion
from tests.evals._doing import Doing
from tests.fakes.clock import START, VirtualClock
from tests.fakes.messenger import FakeMessenger
from tests.fakes.store import FakeStore
from tests.flows.household import NOTHING, Channel, Household

PEOPLE = tuple(f"discord:{number}" for number in range(1, 7))
EXACT = 3
"""Vectors above which somebody has an index: so few that one is written after each deletion."""

_TOLD = re.compile(r"my \w+ (?:\w+ )?zq[a-z]+ is tomorrow at \d+")
_EVENT = re.compile(r"(\w+ \w+) zq")
_THINGS = "exam concert wedding flight interview hearing audition marathon funeral surgery graduation presentation".split()
_OTHERS = "piano chess garden harbour museum violin tennis physics pottery sailing history baking archery geology".split()
EVENTS = tuple(f"{other} {thing}" for other in _OTHERS for thing in _THINGS)
"""None of them is taken for another: a deletion takes along what was told of the same event, and this counts what goes with it by these names."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where promises are written down; appended to by one process at a time."""

    path: Path

    def note(self, what: str, word: str) -> None:
        place = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(place, f"{what} {word}\n".encode())
        finally:
            os.close(place)

    def read(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for line in self.path.read_text().splitlines() if self.path.exists() else ():
            what, _, word = line.partition(" ")
            found.setdefault(what, []).append(word)
        return found


class _Answered(Channel):
    def __init__(self) -> None:
        super().__init__()
        self.answered = asyncio.Event()

    async def say(self, text: str) -> str:
        said = await super().say(text)
        self.answered.set()
        return said


class _Noting(FakeMessenger):
    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger = ledger

    async def send(self, message: Unprompted) -> str:
        self._ledger.note("sent", str(message.proposal))
        await asyncio.sleep(0)
        return f"n{message.proposal}"


def notes(request: Completion) -> str:
    """What a good model finds in what was said."""
    found = _TOLD.findall(request.messages[-1].content)
    if not found:
        return NOTHING
    event = f'{{"quote": "{found[-1]}", "kind": "plan", "gist": "They told that {found[-1]}.", "emotion": "neutral", "importance": 9}}'
    return f'{{"events": [{event}]}}'


class Victim:
    """Everything that a companion does, in loops beside each other."""

    def __init__(self, store: Store, household: Household, clock: VirtualClock, ledger: Ledger, doing: Doing, chance: random.Random) -> None:
        self._store = store
        self._doing = doing
        for owner, name, kind in (
            (household.remember, "turn", "remember"), (household.reflect, "sit", "reflect"), (household.reach_out, "consider", "reach out"),
            (household.forget, "memory", "delete"), (household.forget, "everything", "delete"),
        ):
            doing.watch(owner, name, kind)
        self._household = household
        self._clock = clock
        self._ledger = ledger
        self._chance = chance
        self._doomed: Counter[str] = Counter()
        """How often all of a person, or one event of theirs, was begun, and was finished, to be deleted: odd while it is going on."""

    async def live(self) -> None:
        for person in PEOPLE:
            consent = await self._store.people.consent(person)
            if not consent.reach_out:
                await self._store.people.set_consent(replace(
                    consent, reach_out=True, timezone="UTC", timezone_known=True, per_day=10, quiet_start=time(0), quiet_end=time(0), conversation=f"dm-{person}",
                ))
        await self._household.remember.start_all()
        await self._household.reach_out.recover()
        await asyncio.gather(*(self._chat(person) for person in PEOPLE), self._let_time_pass(), self._delete(), self._search(), self._back_up())

    async def _chat(self, person: str) -> None:
        while True:
            word = "zq" + "".join(self._chance.choices("bcdfghjklmnpqrtvwx", k=12))
            event = self._chance.choice(EVENTS)
            text = f"my {event} {word} is tomorrow at {self._chance.randint(8, 19)}"
            channel, doomed = _Answered(), self._deletions(person, event)
            turn = Turn(
                person=person, speaker="Ada", text=text, said_at=self._clock.now(), audience=private_audience(person),
                conversation=f"dm-{person}", message_id=word,
            )
            with self._doing.at("chat"):
                self._household.inbox.put(Incoming(turn, channel))
                await channel.answered.wait()
            if any(times % 2 for times in doomed) or doomed != self._deletions(person, event):
                continue  # it may have gone with all the rest, or with what it adds to
            self._ledger.note("said", word)
            await self._household.supervisor.idle(f"remember {person}")
            if any(word in m.quote for m in await self._store.memories.browse(person)) and doomed == self._deletions(person, event):
                self._ledger.note("remembered", word)

    def _deletions(self, person: str, event: str) -> tuple[int, int]:
        return self._doomed[person], self._doomed[f"{person} {event}"]

    async def _let_time_pass(self) -> None:
        while True:
            await self._clock.advance(timedelta(hours=1))
            await self._household.reach_out.consider_due(self._clock.now())
            await self._household.reflect.sit()

    async def _delete(self) -> None:
        while True:
            await asyncio.sleep(self._chance.random() * 0.6)
            person = self._chance.choice(PEOPLE)
            if self._chance.random() < 0.2:
                await self._delete_all(person)
            elif memories := await self._store.memories.browse(person):
                await self._delete_one(self._chance.choice(memories))

    async def _delete_one(self, memory: Memory) -> None:
        """Its words are those of every version and message that it rests on. What they have told of the same event and is being added to it just now
        goes with it."""
        words = words_in(f"{memory.gist} {memory.quote}")
        events = {f"{memory.person} {event}" for event in _EVENT.findall(f"{memory.gist} {memory.quote}")}
        self._doomed.update(events)
        turns = await self._store.turns.recent(memory.person, f"dm-{memory.person}", 10_000)
        added = {word for turn in turns for event in _EVENT.findall(turn.text) if f"{memory.person} {event}" in events for word in words_in(turn.text)}
        for word in words | added:
            self._ledger.note("deleting", word)
        if await self._household.forget.memory(memory.person, memory.id) is not None:
            for word in words:
                self._ledger.note("deleted", word)
        self._doomed.update(events)

    async def _delete_all(self, person: str) -> None:
        self._doomed[person] += 1
        turns = await self._store.turns.recent(person, f"dm-{person}", 10_000)
        words = {word for turn in turns for word in words_in(turn.text)}
        for word in words:
            self._ledger.note("deleting", word)
        await self._household.forget.everything(person)
        self._doomed[person] += 1
        for word in words:
            self._ledger.note("deleted", word)

    async def _search(self) -> None:
        while True:
            await asyncio.sleep(0.01)
            person = self._chance.choice(PEOPLE)
            await self._household.recollect.search(person, private_audience(person), f"when is my {self._chance.choice(_THINGS)}?")

    async def _back_up(self) -> None:
        while True:
            await asyncio.sleep(self._chance.random() * 0.8)
            await self._store.back_up()


def words_in(text: str) -> set[str]:
    return set(re.findall(r"zq[a-z]{12}", text))


def live(home: Path, generation: int) -> None:
    """The life of one process; ends when it is killed."""
    doing = Doing(home / "doing")
    doing.watch(command, "upgrade", "migrate")
    doing.watch(backup, "make_backup", "back up")
    doing.watch(graph_file, "save", "write an index")
    asyncio.run(_live(home, generation, doing))


async def _live(home: Path, generation: int, doing: Doing) -> None:
    clock, ledger = VirtualClock(START + timedelta(days=generation)), Ledger(home / "ledger")
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(home / "home" / "oldfriend.db", clock=clock, exact_limit=EXACT))
        supervisor = await stack.enter_async_context(Supervisor())
        household = Household(supervisor, cast(FakeStore, store), clock=clock, messenger=_Noting(ledger))
        household.notes = notes
        await Victim(store, household, clock, ledger, doing, random.Random(f"{home.name} {generation}")).live()
