"""``python -m tests.evals.stop [PEOPLE]``: the real ``oldfriend run`` is told to stop (SIGTERM) while it answers so many people (8), half of them
in half a second a draft, the others not at all. How long until it is gone, who had their answer by then, and who has it after the next start: each once?
"""

import asyncio
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

from bot.ports import Completion
from tests.evals._crowd import Patient
from tests.fakes.model import FakeModel
from tests.fakes.model_server import ModelServer, open_model_server
from tests.wire.process import connected, oldfriend
from tests.wire.served import TOKEN
from tests.wire.world import User

_LONGEST = 10.0
"""Seconds until it has to be gone."""


class Slow(FakeModel):
    """Takes half a second for each draft to messages with an even number, and for ever for the others while it is ``stuck``."""

    def __init__(self) -> None:
        super().__init__(lambda request: '{"events": []}' if request.schema is not None else f"Well, well, {_mark(request)}. Tell me more about that one.")
        self.stuck = False
        self.asked_now: asyncio.Queue[str] = asyncio.Queue()

    async def stream(self, request: Completion) -> AsyncGenerator[str]:
        if self.stuck and request.schema is None:
            self.asked_now.put_nowait(_mark(request))
            await asyncio.sleep(0.5 if int(_mark(request)[1:]) % 2 == 0 else 1000.0)
        async with aclosing(super().stream(request)) as pieces:
            async for piece in pieces:
                yield piece


def _mark(request: Completion) -> str:
    marks = TOKEN.findall(next((m.content for m in reversed(request.messages) if m.role == "user"), ""))
    return f"#{marks[-1]}" if marks else "#0"


async def stop(people: int) -> tuple[float, Counter[int], Counter[int]]:
    """Seconds until it was gone, and how often each message had been answered by then, and was answered after the next start."""
    model = Slow()
    with tempfile.TemporaryDirectory() as folder:
        async with Patient() as discord, open_model_server(ModelServer(model)) as server:
            settings = f'[server]\nbase_url = "{server.base_url}"\nmodel = "served-model"\n'
            users = [discord.world.add_user(f"person{number}") for number in range(people)]
            async with oldfriend(discord, Path(folder), discord.token, settings) as running:
                await connected(discord, running, 1)
                await asyncio.gather(*(_make_friends(discord, user) for user in users))
                model.stuck = True
                for number, user in enumerate(users, start=100):
                    await discord.say(user, f"are you there, #{number}?")
                begun_for: set[str] = set()
                while len(begun_for) < people:
                    begun_for.add(await model.asked_now.get())
                begun = time.monotonic()
                ended = await running.end(signal.SIGTERM)
                seconds, before = time.monotonic() - begun, _answers(discord)
                assert ended.code == 143, ended.log
            model.stuck = False
            async with oldfriend(discord, Path(folder), discord.token, settings) as running:
                await connected(discord, running, 2)
                await discord.until(lambda: len(_answers(discord)) == people)
                await running.end(signal.SIGTERM)
            return seconds, before, _answers(discord) - before


async def _make_friends(discord: Patient, user: User) -> None:
    channel = discord.world.private(user)
    await discord.say(user, "hello, #1")
    await discord.until(lambda: len(discord.bots(channel)) == 2)
    await discord.press(user, discord.bots(channel)[1], "Yes, remember")


def _answers(discord: Patient) -> Counter[int]:
    marks = (TOKEN.findall(message.content) for message in discord.bots())
    return Counter(int(found[-1]) for found in marks if found and int(found[-1]) >= 100)


if __name__ == "__main__":
    seconds, before, after = asyncio.run(stop(int(sys.argv[1]) if len(sys.argv) > 1 else 8))
    twice = sum(times > 1 for times in (before + after).values())
    sys.stdout.write(f"gone after {seconds:.1f} s; {len(before)} answered by then, {len(after)} after the next start, {twice} twice\n")
    sys.exit(1 if seconds > _LONGEST or twice else 0)
