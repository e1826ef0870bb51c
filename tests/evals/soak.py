"""``python -m tests.evals.soak [MINUTES [PEOPLE [RATE]]] [--model NAME]`` (20, 200, 4 a second; ``make soak``; two hours: ``soak 120``): the
unmodified ``oldfriend run`` under mixed load over the wire, by way of a Discord on loopback. A line a minute; at the end, whether memory, files,
threads, tasks and latency stayed where they were, and whether the database grew by more than what is remembered.

People say yes or no to being remembered, by the button. They tell, chat, ask back, call it in a server, edit, delete, type commands, export and
forget; a fifth of them is written to first, about what they told the day before. The model is a server that answers at once with the same few words,
since what is looked for is what grows; with ``--model tiny`` it is the real one in its own process, which has to carry the RATE.
"""

import argparse
import asyncio
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from socket import socket
from urllib.request import urlopen

import psutil

from bot.config import ROOT
from bot.edges.clock import SystemClock
from bot.edges.store import open_store
from bot.mind.events import Evidence, Kind, Memory, Proposal, Turn, private_audience
from bot.mind.permission import KEY
from bot.ports import Completion
from tests.evals._crowd import Crowd, Patient, Person
from tests.evals._growth import Sample, number, rows_of, taken, verdict
from tests.evals._victim import notes
from tests.fakes.clock import VirtualClock
from tests.fakes.model import FakeModel
from tests.fakes.model_server import ModelServer, open_model_server

_A_YEAR = timedelta(days=366)
_KEPT = 64
"""Megabytes for talks that left the model's cache; by itself it takes up to 1,024, and filling those for an hour would look like growth."""
_EXACT = 2
"""Vectors above which somebody has an index: nearly everybody after two minutes, so that the 64 MB for them are full when the measuring begins."""

_FIFTH = 5
"""One of so many people is written to first."""

_LOOKS = 120.0
"""Seconds in which it has surely looked at what is due: once a minute, and then words are found."""

_WRITTEN_TO = 0.8
"""Share, at least, that was written to first of those whom it was time to write to."""


@dataclass(frozen=True, slots=True)
class Load:
    """``rate`` doings a second; ``minute`` is how many seconds pass between two lines. ``model`` is one of the catalogue, "" the server."""

    minutes: int = 20
    people: int = 200
    rate: float = 4.0
    model: str = ""
    minute: float = 60.0

    def asked_after(self, place: int) -> float:
        """Seconds after which it is time to write to the one at this place among those who are written to first."""
        return self.minutes * self.minute * place * _FIFTH / self.people


@dataclass(frozen=True, slots=True)
class Result:
    wrong: list[str]
    samples: list[Sample]
    done: dict[str, int]


def answer(request: Completion) -> str:
    """A few words, or what a good model finds."""
    return notes(request) if request.schema is not None else "Well, well. Tell me more about that one."


async def soak(load: Load, write: Callable[[str], object] = sys.stdout.write) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        async with Patient() as discord, open_model_server(ModelServer(FakeModel(answer))) as server:
            crowd = Crowd(discord, load.people)
            await _yesterday(home, crowd.people[::_FIFTH], load, discord)
            chat_model = f'[model]\nname = "{load.model}"\nkept_mb = {_KEPT}' if load.model else f'[server]\nbase_url = "{server.base_url}"'
            async with oldfriend(discord, home, chat_model) as (process, port):
                await discord.until(lambda: discord.ready > 0)
                samples, page = [], ""
                for minute in range(1, load.minutes + 1):
                    await crowd.act(load.minute, load.rate)
                    page = await asyncio.to_thread(_page, port)
                    samples.append(taken(process, home, page, crowd.latencies, crowd.lists))
                    write(samples[-1].line(minute) + "\n")
                    crowd.latencies = []
                    discord.clear()
                    server.asked.clear()
        wrong = [*verdict(samples), *(f"{what} was never answered" for what in crowd.missed), *_afterwards(home, crowd)]
        due = sum(load.asked_after(place) < load.minutes * load.minute - _LOOKS for place in range(len(crowd.people[::_FIFTH])))
        if discord.written_first < due * _WRITTEN_TO:
            wrong.append(f"{discord.written_first} of {due} were written to first")
        done = {**crowd.done, "recalled": int(number(page, "oldfriend_recalled_memories_total")), "written to first": discord.written_first}
        write(f"{done}; the computer stood still for {crowd.stood_still:.0f} s\n")
        return Result(wrong, samples, done)


async def _yesterday(home: Path, people: Sequence[Person], load: Load, discord: Patient) -> None:
    """These said yes long ago, wrote a year ago, told of something yesterday, and like to be asked about it. It is asked at some time of the run."""
    now = SystemClock().now()
    async with open_store(home / "oldfriend.db", clock=VirtualClock(now - timedelta(days=1))) as store:
        for place, known in enumerate(people):
            known.asked, known.answer, known.busy = True, "yes", True  # who talks is not written to
            person, channel = f"discord:{known.user.id}", discord.world.private(known.user)
            said = Turn(
                person=person, speaker=known.user.name, text="my harbour concert is tomorrow", said_at=now - timedelta(days=1),
                audience=private_audience(person), conversation=f"discord:{channel.id}", message_id=f"1{place}",
            )
            await store.people.set_setting(person, KEY, "yes")
            for day in range(20):
                await store.turns.add(replace(said, said_at=now - _A_YEAR - timedelta(days=day), message_id=f"2{place}{day}", text="the rain again"))
            told = await store.turns.add(said)
            await store.turns.settle([turn.id for turn in await store.turns.waiting(person)])  # it was all thought over then, too
            memory = await store.memories.keep(
                Memory(person=person, audience=said.audience, kind=Kind.PLAN, gist="Has a harbour concert.", quote=said.text, said_at=said.said_at,
                       happens_at=now - timedelta(hours=4)), [Evidence(turn=told.id, start=0, end=len(said.text))],
            )
            assert memory is not None
            consent = await store.people.consent(person)
            await store.people.set_consent(replace(
                consent, reach_out=True, timezone="UTC", timezone_known=True, quiet_start=now.time(), quiet_end=now.time(), conversation=said.conversation,
            ))
            due = now + timedelta(seconds=load.asked_after(place))
            await store.proposals.propose(Proposal(
                person=person, memory=memory.id, source="follow_up", opens=due, best=due, closes=now + timedelta(days=1), worth=0.9,
                reason="You told me of a concert.", due=due,
            ))


@asynccontextmanager
async def oldfriend(discord: Patient, home: Path, chat_model: str) -> AsyncIterator[tuple[psutil.Process, int]]:
    """The process and where its numbers are; its log goes to ``log.txt`` in its home."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (home / "oldfriend.toml").write_text(
        f'[discord]\napi_base = "{discord.api_base}"\ngateway = "{discord.gateway}"\n[operations]\nport = {port}\n[memory]\nexact_limit = {_EXACT}\n{chat_model}\n'
    )
    with (home / "log.txt").open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "--yes", "--config", str(home / "oldfriend.toml"), "--home", str(home), cwd=ROOT, stdout=out, stderr=out,
            stdin=asyncio.subprocess.DEVNULL, env={**os.environ, "DISCORD_TOKEN": discord.token},
        )
    try:
        yield psutil.Process(process.pid), port
    finally:
        process.terminate()
        await process.wait()


def _page(port: int) -> str:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=300) as found:
        return str(found.read().decode())


def _afterwards(home: Path, crowd: Crowd) -> list[str]:
    """What the files and the log say when all is over."""
    told = re.findall(r"(?m)^.* ERROR .*$", (home / "log.txt").read_text())
    wrong = [f"{len(told)} errors in the log, the first one: {told[0]:.200}"] if told else []
    kept = rows_of(home / "oldfriend.db", crowd.who_said("no"))
    return wrong + ([f"{kept} rows about people who said no"] if kept else [])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("minutes", type=int, nargs="?", default=20)
    parser.add_argument("people", type=int, nargs="?", default=200)
    parser.add_argument("rate", type=float, nargs="?", default=4.0)
    parser.add_argument("--model", default="")
    given = parser.parse_args()
    found = asyncio.run(soak(Load(given.minutes, given.people, given.rate, given.model)))
    sys.stdout.write("\n".join(found.wrong or ["nothing grew, nothing failed"]) + "\n")
    sys.exit(1 if found.wrong else 0)
