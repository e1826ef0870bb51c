"""People of a Discord on loopback who do all that people do, as often as they are told to."""

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

from aiohttp import web

from bot.edges.clock import SystemClock
from bot.mind.permission import QUESTION
from tests.wire.lookalike import LookAlike
from tests.wire.rest_side import Asked
from tests.wire.world import DISCORD_EPOCH, Channel, Json, Message, User

_PATIENCE = 300.0
"""Seconds for anything; also whoever runs this may be stopped for a minute or two."""

AT_ONCE = 32
"""Doings that are waited for at the same time."""

_FAILED = 3.0
"""Seconds after which Discord says of a button that it failed."""

_READING = 300.0
"""Seconds for which the buttons of a list work."""

_STOOD_STILL = 5.0
"""Seconds between two doings that were planned for sooner: the computer, not the companion, was away."""

_TOPICS = "rain tea football piano exam garden sister train soup film flat job bike harbour chess".split()
_LOOKING = (
    "memory list", "memory learned", "memory export", "memory why", "mood", "privacy", "help", "persona list", "reachout status", "reachout on",
)


class Patient(LookAlike):
    """Ids are of this moment; it waits for long, and notes what was answered and who was written to first."""

    def __init__(self) -> None:
        super().__init__()
        self.world.ids = ids_of_now()
        self.replied: set[int] = set()
        """Messages in a server that were answered."""
        self.spoke: dict[int, int] = {}
        """By channel, the last message of the bot."""
        self.unprompted: list[int] = []
        """Messages of its own accord, to which nobody reacted yet."""
        self.written_first = 0

    async def until(self, happened: Callable[[], bool], within: float = _PATIENCE) -> None:
        await super().until(happened, max(within, _PATIENCE))

    async def dispatch(self, name: str, data: Json) -> None:
        if name == "MESSAGE_CREATE" and data["author"]["id"] == str(self.world.bot.id):
            self.spoke[int(data["channel_id"])] = int(data["id"])
            self.replied.add(int(data.get("message_reference", {}).get("message_id", 0)))
            if "reachout:why" in str(data["components"]):
                self.unprompted.append(int(data["id"]))
                self.written_first += 1
        await super().dispatch(name, data)

    def answered(self, said: Message) -> bool:
        return said.id in self.replied if said.channel.guild else self.spoke.get(said.channel.id, 0) > said.id

    def clear(self) -> None:
        """Forget what was written long ago, or this Discord would be what grows."""
        del self.world.messages[:-1000]
        self.requests.clear()

    async def _typing(self, request: web.Request) -> web.Response:
        return web.Response(status=204)


def ids_of_now() -> Iterator[int]:
    """Ids that tell when they were made, as Discord's do."""
    clock = SystemClock()
    for number in count():
        since = int((clock.now() - DISCORD_EPOCH).total_seconds() * 1000)
        yield since << 22 | number & 0x3FFFFF


@dataclass(slots=True)
class Person:
    user: User
    answer: str
    """What they say when they are asked whether they may be remembered: "yes", "no", or "" for nothing at all."""
    asked: bool = False
    told: str = "rain"
    """What they last told of."""
    busy: bool = False


class Crowd:
    """``latencies`` of answers since they were last taken; ``done`` counts what people did; ``missed`` is what never got its answer."""

    def __init__(self, discord: Patient, people: int) -> None:
        self._discord = discord
        self._chance = random.Random(1)
        self.people = [
            Person(discord.world.add_user(f"person{number}"), self._chance.choices(("yes", "no", ""), (75, 15, 10))[0]) for number in range(people)
        ]
        self.latencies: list[float] = []
        self.done: Counter[str] = Counter()
        self.missed: list[str] = []
        self.stood_still = 0.0
        self._lists: list[float] = []
        """When lists with buttons were shown."""
        self._doings: tuple[tuple[Callable[[Person], Awaitable[None]], int], ...] = (
            (self._tell, 25), (self._chat, 15), (self._ask_back, 15), (self._call_it, 10), (self._think_better, 10), (self._look, 18), (self._forget, 4),
            (self._live_somewhere, 3),
        )

    def who_said(self, answer: str) -> list[str]:
        return [f"discord:{person.user.id}" for person in self.people if person.asked and person.answer == answer]

    @property
    def lists(self) -> int:
        """How many lists have buttons that still work."""
        self._lists = [shown for shown in self._lists if time.monotonic() - shown < _READING]
        return len(self._lists)

    async def act(self, seconds: float, rate: float) -> None:
        """For so long, ``rate`` doings a second at uneven intervals; fewer where more than 32 wait for an answer."""
        end, slots = time.monotonic() + seconds, asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            while (now := time.monotonic()) < end:
                await asyncio.sleep(pause := self._chance.expovariate(rate))
                late = time.monotonic() - now - pause
                self.stood_still += late if late > _STOOD_STILL else 0.0
                await slots.acquire()
                free = [person for person in self.people if not person.busy]
                if free:
                    group.create_task(self._do(self._chance.choice(free), slots))
                else:
                    slots.release()

    async def _do(self, person: Person, slots: asyncio.Semaphore) -> None:
        doing = self._react if self._discord.unprompted else self._chance.choices(*zip(*self._doings, strict=True))[0]
        person.busy = True
        try:
            await doing(person)
            self.done[doing.__name__.strip("_")] += 1
        except TimeoutError:
            self.missed.append(doing.__name__.strip("_"))
        finally:
            person.busy = False
            slots.release()

    async def _tell(self, person: Person) -> None:
        word = "zq" + "".join(self._chance.choices("bcdfghjklm", k=12))
        person.told = self._topic
        await self._say(person, f"my {person.told} concert {word} is tomorrow at {self._chance.randint(8, 19)}")

    async def _chat(self, person: Person) -> None:
        await self._say(person, f"the {self._topic} was {self._topic} again, number {self._chance.randint(1, 999)}")

    async def _ask_back(self, person: Person) -> None:
        await self._say(person, f"do you remember when my {person.told} concert is?")

    async def _call_it(self, person: Person) -> None:
        await self._say(person, f"<@{self._discord.world.bot.id}> what do you say to {self._topic} and {self._topic}?", self._discord.world.lounge)

    async def _think_better(self, person: Person) -> None:
        """Of what they just said, whether it was answered or not."""
        said = await self._say(person, f"my {self._topic} is broken", wait=not person.asked or self._chance.random() < 0.7)
        await self._discord.revise(said, "" if self._chance.random() < 0.4 else f"my {self._topic} is fine again")

    async def _look(self, person: Person) -> None:
        if self._chance.random() < 0.3:
            await self._discord.ask(person.user, "memory search", words=self._topic)
        else:
            await self._ask(person, self._chance.choice(_LOOKING))

    async def _forget(self, person: Person) -> None:
        """One memory; or now and then all of them, and from then on they say no."""
        if self._chance.random() < 0.1:
            asked = await self._discord.ask(person.user, "memory forget-everything")
            await self._press(person, asked, "Forget everything")
            await self._press(person, await self._discord.ask(person.user, "privacy"), "No, do not")
            person.asked, person.answer = True, "no"
            return
        shown = await self._ask(person, "memory list")
        if numbers := re.findall(r"#(\d+)", str(shown.answer.embeds if shown.answer else "")):
            await self._press(person, await self._discord.ask(person.user, "memory delete", id=int(self._chance.choice(numbers))), "Delete")

    async def _live_somewhere(self, person: Person) -> None:
        await self._discord.ask(person.user, "reachout timezone", name=self._chance.choice(("Berlin", "Tokyo", "Denver")))

    async def _react(self, _: Person) -> None:
        """Whoever was written to first presses a button under it, or writes back, and from then on does what others do."""
        message = self._discord.world.message(self._discord.unprompted.pop())
        if message is None or message.channel.recipient is None:
            return
        user = message.channel.recipient
        for person in self.people:
            person.busy = person.busy and person.user is not user
        what = self._chance.choice(("Why?", "Later", "Not this", "Stop", ""))
        if what:
            pressed = await self._discord.press(user, message, what)
            await self._discord.until(lambda: pressed.answer is not None)
        else:
            await self._discord.say(user, "it went well, thank you", message.channel)

    async def _ask(self, person: Person, command: str) -> Asked:
        asked = await self._discord.ask(person.user, command)
        if command == "memory list" and asked.answer is not None and asked.answer.components:
            self._lists.append(time.monotonic())
        return asked

    async def _press(self, person: Person, shown: Asked, label: str) -> None:
        """Until something changes: whoever is told that it failed presses again. That happens to one press in a hundred here, since nobody else is so
        quick: the press overtakes the answer to the request that brought the button, and is for a button that the bot does not know of yet."""
        answer = shown.answer
        if answer is None or label not in str(answer.components):
            return  # nothing is to be confirmed any more
        before = answer.json()
        async with asyncio.timeout(_PATIENCE):
            while answer.json() == before:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_FAILED):
                        await self._discord.press(person.user, answer, label)
                        await self._discord.until(lambda: answer.json() != before)
                        return
                self.done["press again"] += 1

    async def _say(self, person: Person, text: str, channel: Channel | None = None, *, wait: bool = True) -> Message:
        begun = time.monotonic()
        said = await self._discord.say(person.user, text, channel)
        if wait:
            await self._discord.until(lambda: self._discord.answered(said))
            self.latencies.append(time.monotonic() - begun)
            if not person.asked:
                await self._decide(person, said)
        return said

    async def _decide(self, person: Person, said: Message) -> None:
        """The first answer is followed by the question whether they may be remembered."""
        def question() -> Message | None:
            asked = (m for m in reversed(self._discord.world.messages) if m.content == QUESTION)
            return next((m for m in asked if m.answers is said or m.channel.recipient is person.user), None)

        await self._discord.until(lambda: question() is not None)
        person.asked = True
        found = question()
        if found is not None and person.answer:
            await self._discord.press(person.user, found, "Yes, remember" if person.answer == "yes" else "No, do not")

    @property
    def _topic(self) -> str:
        return self._chance.choice(_TOPICS)
