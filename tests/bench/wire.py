"""The bot as a process, over real sockets.

First 8 people talk in private with the real small model, while others use commands: time from a message to the first sign (typing or text),
and from a command to its acknowledgement. Then, with a scripted model, a mixed load over many channels: mentions, talk among people, private
messages, edits, deletions, commands; what was lost, what came into a wrong channel, and how memory grew.
"""

import argparse
import asyncio
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.wire.served import TOKEN, TimedLookAlike, served
from tests.wire.world import Channel, Message, User

PEOPLE = 8
_PATIENCE = 120.0
_IN_A_SERVER = 10
"""Channels; what one server may ask for in a minute is bounded."""
_SMALL_TALK = ("I had noodles for lunch.", "My sister is visiting on Friday.", "It rained all day here.", "Work was long today.", "I might go for a run.")


@dataclass
class Talk:
    """Seconds, one number for each message or command."""

    signs: list[float] = field(default_factory=list)
    acknowledgements: list[float] = field(default_factory=list)


async def talk(seconds: float) -> Talk:
    """``PEOPLE`` write as soon as they are answered; one more types a command twice a second."""
    found = Talk()
    with tempfile.TemporaryDirectory() as home:
        async with served(Path(home), tiny=True) as (discord, _, _):
            await _say_yes(discord, people := [discord.world.add_user(f"person{n}") for n in range(PEOPLE)])
            end = time.perf_counter() + seconds
            asker = discord.world.add_user("asker")
            await asyncio.gather(*(_chat(discord, user, end, found) for user in people), _command(discord, asker, end, found))
    return found


async def _say_yes(discord: TimedLookAlike, people: list[User]) -> None:
    """They introduce themselves and allow to be remembered."""
    for user in people:
        await discord.say(user, "Hello, I am new here.")
        *_, question = await discord.answers(2, discord.world.private(user), within=_PATIENCE)
        await discord.press(user, question, "Yes, remember")


async def _chat(discord: TimedLookAlike, user: User, end: float, found: Talk) -> None:
    chance, channel = random.Random(user.id), discord.world.private(user)
    while time.perf_counter() < end:
        before, since = len(discord.bots(channel)), time.perf_counter()
        await discord.say(user, chance.choice(_SMALL_TALK))
        found.signs.append(await discord.sign_in(channel, since, _PATIENCE))
        await discord.answers(before + 1, channel, within=_PATIENCE)


async def _command(discord: TimedLookAlike, user: User, end: float, found: Talk) -> None:
    chance = random.Random(1)
    while time.perf_counter() < end:
        since = time.perf_counter()
        asked = await discord.ask(user, chance.choice(("memory list", "privacy", "reachout status")), discord.world.lounge)
        found.acknowledgements.append(discord.acknowledged[asked.token] - since)
        await asyncio.sleep(0.5)


@dataclass
class Load:
    """What a mixed load came to."""

    sent: int = 0
    meant: int = 0
    """Messages that ask for an answer."""
    answered: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    commands: int = 0
    slowest: float = 0.0
    memory: list[float] = field(default_factory=list)
    """MB of the process and its children, every few seconds."""

    def growth(self) -> float:
        """MB from the second third of the time to the last."""
        third = max(1, len(self.memory) // 3)
        middle, last = self.memory[-2 * third : -third] or self.memory, self.memory[-third:]
        return sum(last) / len(last) - sum(middle) / len(middle)


@dataclass(frozen=True)
class Meant:
    """A message that waits for its answer."""

    mark: str
    author: User
    after: int
    """An id from just before it was said."""
    at: float


class Crowd:
    """People in many channels; what they wait for, and what they got."""

    def __init__(self, discord: TimedLookAlike, channels: int, seed: int = 3) -> None:
        world = discord.world
        self._discord = discord
        self._chance = random.Random(seed)
        guilds = [world.add_guild() for _ in range(-(-channels // _IN_A_SERVER))]
        self._channels = [world.add_channel(f"room{n}", guilds[n // _IN_A_SERVER]) for n in range(channels)]
        self._people = [world.add_user(f"person{n}") for n in range(2 * channels)]
        self._waiting: dict[int, list[Meant]] = {channel.id: [] for channel in self._channels}
        self._marks: dict[str, int] = {}
        self._talk: list[Message] = []
        self._numbers: Iterator[int] = iter(range(100_000, 10_000_000))
        self._commands: set[asyncio.Task[object]] = set()
        self.load = Load()

    async def settle_in(self) -> None:
        """The bot hears of the servers; what is said in them comes behind that."""
        for guild in dict.fromkeys(channel.guild for channel in self._channels):
            await self._discord.dispatch("GUILD_CREATE", self._discord.world.guild_json(guild))

    async def one(self) -> None:
        """One thing that somebody does."""
        number = self._chance.randrange(len(self._channels))
        channel, user = self._channels[number], self._people[2 * number + self._chance.randrange(2)]
        self.load.sent += 1
        match self._chance.choices(("talk", "mention", "private", "edit", "delete", "command"), (70, 14, 5, 5, 3, 3))[0]:
            case "mention":
                await self._mean(user, channel, f"<@{self._discord.world.bot.id}> ")
            case "private":
                await self._mean(user, self._discord.world.private(user), "")
            case "edit" if self._talk:
                await self._edit(self._chance.choice(self._talk))
            case "delete" if self._talk:
                gone = self._talk.pop(self._chance.randrange(len(self._talk)))
                await self._discord.dispatch("MESSAGE_DELETE", {"id": str(gone.id), "channel_id": str(gone.channel.id), "guild_id": str(gone.channel.guild)})
            case "command":
                self.load.commands += 1
                task = asyncio.ensure_future(self._discord.ask(user, "privacy", channel))
                self._commands.add(task)
                task.add_done_callback(self._commands.discard)
            case _:
                other = self._discord.world.users[self._people[2 * number].id]
                self._talk = [*self._talk, await self._discord.say(user, f"<@{other.id}> {self._chance.choice(_SMALL_TALK)}", channel)][-200:]

    async def _mean(self, user: User, channel: Channel, call: str) -> None:
        mark = str(next(self._numbers))
        self._marks[mark] = channel.id
        self.load.meant += 1
        # It waits before it is said: the answer may be faster than this function.
        self._waiting.setdefault(channel.id, []).append(Meant(mark, user, self._discord.world.new_id(), time.perf_counter()))
        await self._discord.say(user, f"{call}#{mark} {self._chance.choice(_SMALL_TALK)}", channel)

    async def _edit(self, message: Message) -> None:
        message.content += " (edited)"
        await self._discord.dispatch("MESSAGE_UPDATE", message.json())

    async def listen(self) -> None:
        """Tick off what was answered, until cancelled."""
        while True:
            self._take(await self._discord.said.get())
            await self._discord.tell()

    def _take(self, said: Message) -> None:
        here = said.channel
        for mark in TOKEN.findall(said.content):
            if self._marks.get(mark, here.id) != here.id:
                self.load.wrong.append(f"#{mark} in channel {here.id}")
        if said.answers is not None and said.answers.channel is not here:
            self.load.wrong.append(f"a reply to another channel in {here.id}")
        author = said.answers.author if said.answers is not None else here.recipient
        waiting = self._waiting.get(here.id, [])
        # One answer is for all that this person wrote there before it.
        upto = said.answers.id if said.answers is not None else said.id
        done = [m for m in waiting if m.author is author and m.after < upto]
        for meant in done:
            waiting.remove(meant)
            self.load.answered += 1
            self.load.slowest = max(self.load.slowest, time.perf_counter() - meant.at)

    async def end(self, within: float) -> None:
        """Wait for the last answers; what does not come is lost."""
        with suppress(TimeoutError):
            await self._discord.until(lambda: not any(self._waiting.values()), within)
        if self._commands:
            await asyncio.wait(self._commands, timeout=within)
        self.load.lost += [m.mark for waiting in self._waiting.values() for m in waiting] + ["command"] * len(self._commands)


async def load(minutes: float, channels: int, rate: float) -> Load:
    """``rate`` messages a second over so many channels."""
    with tempfile.TemporaryDirectory() as home:
        async with served(Path(home)) as (discord, running, model):
            crowd = Crowd(discord, channels)
            await crowd.settle_in()
            listening = asyncio.ensure_future(crowd.listen())
            watching = asyncio.ensure_future(_watch(running.process.pid, crowd.load.memory, every=max(0.5, minutes)))
            begun, done = time.perf_counter(), 0
            while (passed := time.perf_counter() - begun) < 60 * minutes:
                while done < passed * rate:
                    await crowd.one()
                    done += 1
                model.asked.clear()
                await asyncio.sleep(0.005)
            await crowd.end(within=_PATIENCE)
            for task in (listening, watching):
                task.cancel()
            assert running.process.returncode is None, running.log.read_text()
            ended = await running.end(signal.SIGTERM)
            assert "Traceback" not in ended.log
    return crowd.load


async def _watch(pid: int, memory: list[float], every: float) -> None:
    process = psutil.Process(pid)
    while True:
        memory.append(sum(p.memory_info().rss for p in (process, *process.children(recursive=True))) / 1e6)
        await asyncio.sleep(every)


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(0.95 * len(seconds)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="of the mixed load")
    parser.add_argument("--talk", type=float, default=60.0, help="seconds that the 8 people talk")
    parser.add_argument("--channels", type=int, default=200)
    parser.add_argument("--rate", type=float, default=50.0, help="messages a second, over all channels")
    asked = parser.parse_args()
    if asked.talk:
        found = asyncio.run(talk(asked.talk))
        sys.stdout.write(f"{PEOPLE} people talking: {len(found.signs)} messages, first sign p95 {1000 * _p95(found.signs):.0f} ms (at most 300)\n")
        sys.stdout.write(f"commands meanwhile: {len(found.acknowledgements)}, acknowledged p95 {1000 * _p95(found.acknowledgements):.0f} ms (at most 1000)\n")
    if asked.minutes:
        came = asyncio.run(load(asked.minutes, asked.channels, asked.rate))
        sys.stdout.write(f"{asked.channels} channels, {asked.rate:.0f} messages/s, {asked.minutes} min: {came.sent} events, {came.commands} commands, "
                         f"{came.answered} of {came.meant} answered, {len(came.lost)} lost, {len(came.wrong)} in a wrong channel, slowest {came.slowest:.1f} s\n")
        sys.stdout.write(f"memory: {min(came.memory):.0f} to {max(came.memory):.0f} MB, {came.growth():+.1f} MB from the second third to the last\n")


if __name__ == "__main__":
    main()
