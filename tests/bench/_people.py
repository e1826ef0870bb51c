"""People who talk with one companion at the same time, and what they see of its speed."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass

from bot.ports import Message

Speak = Callable[[str, Sequence[Message]], AsyncIterator[str]]
"""(person, chat) -> the answer, a token a piece."""

ANSWER_TOKENS = 48
_SENTENCES = (
    "You are Mika, who grew up above a bakery by the harbour and still wakes before the gulls.",
    "You speak in short, warm sentences and you ask at most one question at a time.",
    "You like rain, old maps, strong tea and people who change their minds.",
    "You never pretend to have been somewhere, and you say so when you know nothing about a thing.",
    "When somebody is sad you stay with it for a while before you offer anything.",
    "You remember small things: the name of a sister, an exam, the day a dog came home.",
    "You do not flatter; you would rather be useful, and you laugh easily at yourself.",
)
_LINES = (
    "I had a long day at work and my tea went cold again. Tell me a long story about somebody with such a day.",
    "My sister Ana is moving to Porto next week. Describe to me in detail how her first day there may go.",
    "I keep putting off the chemistry exam. Write me a detailed plan for every day of the next two weeks.",
    "We walked along the harbour tonight and the dog barked at the boats. Tell that as a long story.",
    "Do you think people can change after forty? Explain at length what speaks for it and what against it.",
    "I baked bread for the first time and it came out like a stone. Explain every step from flour to loaf.",
    "It has been raining for nine days here. Describe in detail ten books I could read, and why.",
    "Somebody at the office quit today and nobody said goodbye. Write the long letter they could have left.",
)
"""What asks for long answers: each is to have its ``ANSWER_TOKENS``, whoever gives it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Times in seconds; ``tok_s`` counts the tokens of all answers over the whole time, prompts included."""

    tok_s: float
    ttft_p50: float
    ttft_p95: float
    ttft_max: float
    wall_s: float

    def rounded(self) -> dict[str, float]:
        return {name: round(value, 4) for name, value in asdict(self).items()}


async def persona(tokens: int, count: Callable[[Sequence[Message]], Awaitable[int]]) -> Message:
    """A system message of about so many tokens."""
    text = ""
    number = 0
    while await count((Message("system", text),)) < tokens:
        text += f"{_SENTENCES[number % len(_SENTENCES)]} "
        number += 1
    return Message("system", text.strip())


def line(person: int, turn: int) -> Message:
    return Message("user", f"{_LINES[(person + 3 * turn) % len(_LINES)]} ({person + 1}.{turn + 1})")


def endless(person: int) -> Message:
    """Asks for what no model here comes to the end of."""
    return Message("user", f"Write a very long diary of a sailor, day {person}, with everything that happened from morning to night.")


async def talk(speak: Speak, *, users: int, turns: int, system: Message, first: int = 0) -> Figures:
    """Everybody begins at once, and answers as soon as they were answered. People are numbered from ``first``, so that what
    they say is new to an engine that heard others before."""
    waits: list[float] = []
    tokens = 0

    async def one(person: int) -> None:
        nonlocal tokens
        chat = [system]
        for turn in range(turns):
            chat.append(line(person, turn))
            start = time.perf_counter()
            said: list[str] = []
            async for piece in speak(f"person {person}", chat):
                if not said:
                    waits.append(time.perf_counter() - start)
                said.append(piece)
            tokens += len(said)
            chat.append(Message("assistant", "".join(said)))

    start = time.perf_counter()
    await asyncio.gather(*(one(first + person) for person in range(users)))
    wall = time.perf_counter() - start
    waits.sort()
    return Figures(tokens / wall, waits[len(waits) // 2], waits[min(len(waits) * 95 // 100, len(waits) - 1)], waits[-1], wall)


async def drawing_rate(speak: Speak, *, users: int, system: Message) -> float:
    """Tokens a second of all answers together while everybody's is being drawn."""
    times: list[list[float]] = [[] for _ in range(users)]

    async def one(person: int) -> None:
        async for _ in speak(f"drawing {person}", [system, endless(person)]):
            times[person].append(time.perf_counter())

    await asyncio.gather(*(one(person) for person in range(users)))
    start, end = max(seen[0] for seen in times), min(seen[-1] for seen in times)
    return sum(start < moment <= end for seen in times for moment in seen) / (end - start) if end > start else float("nan")


async def stalls(until: "asyncio.Future[float]") -> list[float]:
    """How late the event loop woke up a task that slept for a millisecond, again and again; sorted."""
    late = []
    while not until.done():
        start = time.perf_counter()
        await asyncio.sleep(0.001)
        late.append(time.perf_counter() - start - 0.001)
    return sorted(late)
