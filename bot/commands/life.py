"""A person's life on a virtual clock, lived through the real store, sources, restraint and flow.

Only the clock is virtual, the messenger keeps what it is given, and the words are a persona's own lines. A ``restart``
closes the database and opens it again.
"""

import asyncio
import heapq
import json
import os
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol

from bot.config import ROOT
from bot.edges.store import open_store
from bot.flows.reach_out import ReachOut
from bot.flows.template_words import TemplateWords
from bot.flows.wardrobe import Wardrobe
from bot.mind.events import Evidence, Kind, Memory, Place, Turn, Unprompted, private_audience
from bot.mind.persona import Persona, read_card
from bot.mind.proposals import BUILT_IN
from bot.ports import Clock, Diary, Forgetting, Memories, Outbox, People, Proposals, Turns

Entry = dict[str, Any]

ANSWERS_AFTER = timedelta(hours=1)

_HANDFUL = 4
"""Lives handed to a worker process at a time."""


class Records(Protocol):
    """The ports of an open store."""

    @property
    def turns(self) -> Turns: ...
    @property
    def memories(self) -> Memories: ...
    @property
    def forgetting(self) -> Forgetting: ...
    @property
    def people(self) -> People: ...
    @property
    def diary(self) -> Diary: ...
    @property
    def proposals(self) -> Proposals: ...
    @property
    def outbox(self) -> Outbox: ...


Opening = Callable[[Clock], AbstractAsyncContextManager[Records]]


class StillClock:
    """Stands still until it is set."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


class Letterbox:
    """A messenger to which everything arrives."""

    def __init__(self) -> None:
        self.sent: list[Unprompted] = []

    async def conversation(self, person: str) -> str:
        return "discord:1"

    async def visit(self, person: str, place: Place) -> tuple[int, ...]:
        return ()

    async def send(self, message: Unprompted) -> str:
        self.sent.append(message)
        return str(len(self.sent))


class OneCard:
    """The Personas port with a single card."""

    def __init__(self, name: str) -> None:
        folder = ROOT / "personas" / name
        self._card = read_card(name, tomllib.loads((folder / "persona.toml").read_text()), (folder / "prompt.md").read_text())

    def get(self, name: str) -> Persona | None:
        return self._card if name == self._card.name else None

    def names(self) -> tuple[str, ...]:
        return (self._card.name,)

    def faults(self) -> Mapping[str, str]:
        return {}


class Life:
    """One person, lived from beginning to end."""

    def __init__(self, world: Entry, opening: Opening) -> None:
        self._person = f"discord:{world['user']}"
        self._world = world
        self._opening = opening
        self._clock = StillClock(datetime.fromisoformat(world["start"]))
        self._messenger = Letterbox()
        self._ahead: list[tuple[datetime, int, Entry]] = []
        self._numbers = count()
        self._memories: dict[str, int] = {}
        self._answers: Iterator[bool] = iter(world["answers"])
        self._lines: list[Entry] = []
        self._due: datetime | None = None
        self._running = AsyncExitStack()

    async def live(self) -> list[Entry]:
        """What was sent, as lines of OUT."""
        for entry in self._world["timeline"]:
            self._expect(datetime.fromisoformat(entry["at"]), entry)
        end = self._clock.now() + timedelta(days=self._world["days"])
        async with self._running:
            await self._start()
            await self._settle_in()
            while await self._step(end):
                pass
        return self._lines

    def _expect(self, at: datetime, entry: Entry) -> None:
        # The number keeps the order of what happens at the same moment.
        heapq.heappush(self._ahead, (at, next(self._numbers), entry))

    async def _start(self) -> None:
        self._store = await self._running.enter_async_context(self._opening(self._clock))
        words = TemplateWords(Wardrobe(self._store.people, OneCard("mika"), "mika"))
        self._reach_out = ReachOut(
            clock=self._clock, people=self._store.people, memories=self._store.memories, proposals=self._store.proposals,
            outbox=self._store.outbox, diary=self._store.diary, turns=self._store.turns, messenger=self._messenger,
            words=words, plain_words=words, sources=BUILT_IN,
        )
        await self._reach_out.recover()
        self._due = await self._reach_out.next_due()
        self._reach_out.on_due(self._by)

    def _by(self, due: datetime) -> None:
        self._due = min(due, self._due) if self._due else due

    async def _settle_in(self) -> None:
        consent = await self._store.people.consent(self._person)
        await self._store.people.set_consent(replace(consent, per_day=self._world["per_day"]))
        await self._reach_out.set_timezone(self._person, self._world["tz"])
        await self._quiet(*self._world["quiet"])
        await self._reach_out.opt_in(self._person, self._world["opt_in"])

    async def _step(self, end: datetime) -> bool:
        """The next thing that happens: what is due, or, before it at the same moment, what they do. False at the end."""
        at = self._ahead[0][0] if self._ahead else end
        if self._due is not None and self._due < min(at, end):
            self._clock.set(max(self._due, self._clock.now()))
            await self._reach_out.consider_due(self._clock.now())
            self._due = await self._reach_out.next_due()
            if self._due is not None and self._due <= self._clock.now():
                raise RuntimeError("what was due could not be considered")
            await self._note_sends()
            return True
        if at >= end:
            return False
        self._clock.set(at)
        await self._do(heapq.heappop(self._ahead)[2])
        return True

    async def _note_sends(self) -> None:
        for message in self._messenger.sent[len(self._lines):]:
            proposal = await self._store.proposals.get(message.proposal)
            self._lines.append(self._line(message, proposal.source if proposal else ""))
            if next(self._answers, False):
                self._expect(message.at + ANSWERS_AFTER, {"do": "say", "text": "it went fine, thanks for asking"})

    async def _do(self, entry: Entry) -> None:
        if entry["do"] in ("say", "event", "resolve", "delete"):
            await self._talk(entry)
        elif entry["do"] == "restart":
            await self._running.aclose()
            await self._start()
        else:
            await self._command(entry)

    async def _talk(self, entry: Entry) -> None:
        match entry["do"]:
            case "say":
                await self._say(entry["text"])
            case "event":
                await self._tell_of(entry)
            case "resolve":
                await self._resolve(entry["id"])
            case "delete":
                await self._store.forgetting.memory(self._person, self._memories[entry["id"]])

    async def _command(self, entry: Entry) -> None:
        match entry["do"]:
            case "stop" | "start" as word:
                await self._reach_out.opt_in(self._person, word == "start")
            case "snooze":
                await self._reach_out.snooze(self._person, self._clock.now() + timedelta(hours=entry["hours"]))
            case "quiet":
                await self._quiet(entry["start"], entry["end"])
            case "tz":
                await self._reach_out.set_timezone(self._person, entry["tz"])

    async def _say(self, text: str) -> Turn:
        turn = await self._store.turns.add(Turn(
            person=self._person, speaker=self._world["user"], text=text, said_at=self._clock.now(),
            audience=private_audience(self._person), conversation="discord:1",
        ))
        await self._reach_out.heard(turn)
        return turn

    async def _tell_of(self, entry: Entry) -> None:
        turn = await self._say(f"my {entry['gist']} is coming up")
        memory = await self._store.memories.keep(
            Memory(
                person=self._person, audience=turn.audience, kind=Kind(entry["kind"]), gist=entry["gist"], quote=turn.text,
                said_at=turn.said_at, happens_at=datetime.fromisoformat(entry["happens_at"]).astimezone(UTC),
                importance=entry["importance"], sensitive=entry.get("sensitive", False),
            ),
            [Evidence(turn=turn.id, start=0, end=len(turn.text))],
        )
        if memory is not None:
            self._memories[entry["id"]] = memory.id
            await self._reach_out.plan(memory)

    async def _resolve(self, event: str) -> None:
        """They say how it went, which is talking, whatever is left of the memory."""
        await self._say("that is over now, by the way")
        memory = await self._store.memories.get(self._person, self._memories[event])
        if memory is not None:
            await self._store.memories.change(replace(memory, resolved_at=self._clock.now()))

    async def _quiet(self, start: str, end: str) -> None:
        await self._reach_out.set_quiet_hours(self._person, time.fromisoformat(start), time.fromisoformat(end))

    def _line(self, message: Unprompted, source: str) -> Entry:
        events = {memory: event for event, memory in self._memories.items()}
        return {
            "user": self._world["user"], "at": message.at.isoformat(), "event": events[message.memory],
            "kind": source, "text": message.text, "reason": message.reason,
        }


def live(line: str, home: Path, blank: Path) -> list[Entry]:
    """The life of one line of a world, in a copy of the database ``blank`` in a folder of its own in ``home``."""
    world = json.loads(line)
    folder = home / world["user"]
    folder.mkdir(mode=0o700)
    try:
        database = Path(shutil.copy(blank, folder))
        return asyncio.run(Life(world, lambda clock: open_store(database, clock=clock, throwaway=True)).live())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def live_all(lines: list[str]) -> Iterator[list[Entry]]:
    """What was sent in each life, in order; several are lived at a time."""
    shared = Path("/dev/shm")  # where there is one, no disk has to be waited for
    with (
        tempfile.TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else None) as folder,
        ProcessPoolExecutor(mp_context=get_context("spawn")) as pool,
    ):
        # Making the tables takes longer than a quiet life; they are made once and copied.
        blank = Path(folder) / "oldfriend.db"
        asyncio.run(_make(blank))
        yield from pool.map(partial(live, home=Path(folder), blank=blank), lines, chunksize=_HANDFUL)


async def _make(database: Path) -> None:
    async with open_store(database, clock=StillClock(datetime(2026, 1, 1, tzinfo=UTC)), throwaway=True):
        pass
