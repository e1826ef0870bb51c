"""``python -m tests.evals.soak [MINUTES [PEOPLE]]`` (20, 200; ``make soak``): the unmodified ``oldfriend run`` under mixed load over the wire, by way of a Discord and a
model server on loopback. A line a minute; at the end, whether memory, files, threads and latency stayed where they were.

Everything is real but the model, which answers at once with the same few words: what is looked for here is what grows. People chat in private and in
a server, edit, delete, type commands, and go on before they were answered.
"""

import asyncio
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import psutil

from bot.config import ROOT
from bot.ports import Completion
from tests.evals._victim import notes
from tests.fakes.model import FakeModel
from tests.fakes.model_server import ModelServer, open_model_server
from tests.wire.lookalike import LookAlike
from tests.wire.world import Message, User

_AT_ONCE = 8
_START = 120.0
_PATIENCE = 60.0
_GROWTH = 1.10
"""What memory may grow from the first third of the time to the last; for numbers of files and threads it is 3 more."""

_TOPICS = "rain tea football piano exam garden sister train soup film flat job bike harbour chess".split()
_COMMANDS = ("memory list", "reachout status", "privacy", "persona list", "help")


def answer(request: Completion) -> str:
    """A few words, or what a good model finds."""
    return notes(request) if request.schema is not None else "Well, well. Tell me more about that one."


@dataclass(slots=True)
class Sample:
    """One minute."""

    rss: int
    files: int
    threads: int
    home: int
    latencies: list[float] = field(default_factory=list)

    def line(self, minute: int) -> str:
        slow = quantiles(self.latencies, n=20)[-1] if len(self.latencies) > 1 else 0.0
        return (
            f"minute {minute}: {self.rss / 1e6:.1f} MB, {self.files} files, {self.threads} threads, home {self.home / 1e6:.1f} MB, {len(self.latencies)} answers,"
            f" p50 {median(self.latencies or [0]):.2f} s, p95 {slow:.2f} s"
        )


class Crowd:
    """People who write; ``latencies`` since they were last taken, ``missed`` are messages that were never answered."""

    def __init__(self, discord: LookAlike, people: int) -> None:
        self._discord = discord
        self._people = [discord.world.add_user(f"person{number}") for number in range(people)]
        self._busy: set[int] = set()
        self._chance = random.Random(1)
        self.latencies: list[float] = []
        self.missed = 0
        self.commands = 0

    async def act_until(self, end: float) -> None:
        """Eight people at a time do something, until the moment ``end`` of the monotonic clock."""
        async def one() -> None:
            while time.monotonic() < end:
                person = self._chance.choice([p for p in self._people if p.id not in self._busy])
                self._busy.add(person.id)
                try:
                    await self._act(person)
                finally:
                    self._busy.discard(person.id)

        await asyncio.gather(*(one() for _ in range(_AT_ONCE)))

    async def _act(self, person: User) -> None:
        what = self._chance.random()
        if what < 0.1:
            await self._discord.ask(person, self._chance.choice(_COMMANDS))
            self.commands += 1
            return
        topic, word = self._chance.choice(_TOPICS), "zq" + "".join(self._chance.choices("bcdfghjklm", k=12))
        text = f"my {topic} concert {word} is tomorrow at {self._chance.randint(8, 19)}" if what < 0.4 else f"the {topic} was {self._chance.choice(_TOPICS)} again"
        channel = self._discord.world.lounge if what > 0.9 else None
        begun = time.monotonic()
        said = await self._discord.say(person, f"<@{self._discord.world.bot.id}> {text}" if channel else text, channel)
        try:
            await self._discord.until(lambda: self._answered(said), _PATIENCE)
        except TimeoutError:
            self.missed += 1
            return
        self.latencies.append(time.monotonic() - begun)
        if what > 0.8:
            await self._revise(said)

    async def _revise(self, said: Message) -> None:
        """They delete it, or put it otherwise."""
        if self._chance.random() < 0.3:
            await self._discord.dispatch("MESSAGE_DELETE", {"id": str(said.id), "channel_id": str(said.channel.id)})
        else:
            said.content += " I think"
            await self._discord.dispatch("MESSAGE_UPDATE", self._discord.as_seen(said))

    def _answered(self, said: Message) -> bool:
        later = reversed(self._discord.world.messages)
        return any(m.author is self._discord.world.bot and m.channel is said.channel for m in _until(later, said))

    def clear(self) -> None:
        """Forget what was written, or this Discord would be what grows."""
        del self._discord.world.messages[:-500]


def _until(messages: Iterable[Message], first: Message) -> list[Message]:
    found = []
    for message in messages:
        if message is first:
            break
        found.append(message)
    return found


@asynccontextmanager
async def oldfriend(discord: LookAlike, server: ModelServer, home: Path) -> AsyncIterator[psutil.Process]:
    """The process; its log goes to ``log.txt`` in its home."""
    (home / "oldfriend.toml").write_text(
        f'[discord]\napi_base = "{discord.api_base}"\ngateway = "{discord.gateway}"\n[server]\nbase_url = "{server.base_url}"\n'
    )
    with (home / "log.txt").open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "--yes", "--config", str(home / "oldfriend.toml"), "--home", str(home), cwd=ROOT, stdout=out, stderr=out,
            stdin=asyncio.subprocess.DEVNULL, env={**os.environ, "DISCORD_TOKEN": discord.token},
        )
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        await process.wait()


def taken(process: psutil.Process, home: Path, latencies: list[float]) -> Sample:
    size = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    return Sample(process.memory_info().rss, process.num_fds(), process.num_threads(), size, latencies)


def verdict(samples: list[Sample], missed: int) -> list[str]:
    """What did not stay where it was; the first minute is for warming up."""
    third = max(1, (len(samples) - 1) // 3)
    first, last = samples[1 : 1 + third] or samples[:1], samples[-third:]
    wrong = [f"{missed} messages were never answered"] if missed else []
    checks: tuple[tuple[str, Callable[[Sample], float], float, float], ...] = (
        ("memory", lambda s: s.rss, _GROWTH, 0), ("files", lambda s: s.files, 1, 3), ("threads", lambda s: s.threads, 1, 3),
        ("latency", lambda s: median(s.latencies or [0]), 1.25, 0.05),
    )
    for name, of, times, more in checks:
        before, after = median(map(of, first)), median(map(of, last))
        if after > before * times + more:
            wrong.append(f"{name} grew from {before:.2f} to {after:.2f}")
    return wrong


async def main(minutes: float, people: int, write: Callable[[str], object] = sys.stdout.write, minute: float = 60.0) -> list[str]:
    """What went wrong; ``minute`` is how many seconds pass between two lines."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        async with LookAlike() as discord, open_model_server(ModelServer(FakeModel(answer))) as server, oldfriend(discord, server, home) as process:
            await discord.until(lambda: discord.ready > 0, _START)
            crowd, samples = Crowd(discord, people), list[Sample]()
            while len(samples) < minutes:
                await crowd.act_until(time.monotonic() + minute)
                samples.append(taken(process, home, crowd.latencies))
                write(samples[-1].line(len(samples)) + "\n")
                crowd.latencies = []
                crowd.clear()
                server.asked.clear()
            wrong = verdict(samples, crowd.missed)
        log = (home / "log.txt").read_text()
        if told := re.findall(r"(?m)^.* ERROR .*$", log):
            wrong.append(f"{len(told)} errors in the log, the first one: {told[0]:.200}")
        return wrong


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    found = asyncio.run(main(given[0] if given else 20, given[1] if len(given) > 1 else 200))
    sys.stdout.write("\n".join(found or ["nothing grew, nothing failed"]) + "\n")
    sys.exit(1 if found else 0)
