"""The unmodified ``oldfriend run`` as a process of its own, with a real small model, against a Discord on loopback."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.wire.lookalike import LookAlike

ROOT = Path(__file__).parents[2]
PATIENCE = 100.0

pytestmark = [pytest.mark.model, pytest.mark.usefixtures("tiny_model", "bge_folder")]


@dataclass
class Ended:
    code: int
    log: str


@dataclass
class Running:
    """The process; ``end`` tells it to stop and says how it went."""

    process: asyncio.subprocess.Process
    log: Path

    async def end(self, how: signal.Signals) -> Ended:
        self.process.send_signal(how)
        return await self.ended()

    async def ended(self) -> Ended:
        async with asyncio.timeout(PATIENCE):
            code = await self.process.wait()
        return Ended(code, self.log.read_text())


@asynccontextmanager
async def oldfriend(discord: LookAlike, home: Path, token: str) -> AsyncIterator[Running]:
    settings = home / "oldfriend.toml"
    settings.write_text(
        f'[discord]\napi_base = "{discord.api_base}"\ngateway = "{discord.gateway}"\n[model]\nname = "tiny"\n')
    log = home / "log.txt"
    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "--config", str(settings), "--home", str(home), cwd=ROOT, stdout=out,
            stderr=out, stdin=asyncio.subprocess.DEVNULL, env={**os.environ, "DISCORD_TOKEN": token})
    try:
        yield Running(process, log)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def connected(discord: LookAlike, running: Running, times: int) -> None:
    """Until it is in Discord; its log, when it ended instead."""
    ready = asyncio.ensure_future(discord.until(lambda: discord.ready >= times, PATIENCE))
    ended = asyncio.ensure_future(running.process.wait())
    await asyncio.wait([ready, ended], return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    assert ready.done(), running.log.read_text()
    ready.result()


@pytest.mark.timeout(300)
async def test_it_talks_remembers_across_a_restart_and_ends_when_told(tmp_path: Path) -> None:
    async with LookAlike() as discord:
        ann = discord.world.add_user("ann")
        async with oldfriend(discord, tmp_path, discord.token) as running:
            await connected(discord, running, 1)
            await discord.say(ann, "Hello! My name is Ann and I live in Oslo.")
            (answer,) = await discord.answers(1, within=PATIENCE)
            assert answer.content.strip()
            assert answer.sent["allowed_mentions"]["parse"] == []
            # Once the next one is answered, this one and its answer are surely on record.
            await discord.say(ann, "Do you know Norway?")
            await discord.answers(2, within=PATIENCE)
            assert (await running.end(signal.SIGINT)).code == 130
        async with oldfriend(discord, tmp_path, discord.token) as running:
            await connected(discord, running, 2)
            asked = await discord.ask(ann, "memory forget-everything")
            assert asked.answer is not None
            question = asked.answer
            await discord.press(ann, question, "Forget everything")
            await discord.until(lambda: question.components == [])
            assert re.search("[34] messages", question.embeds[0]["description"])
            ended = await running.end(signal.SIGTERM)
    assert ended.code == 143
    assert "Oslo" not in ended.log
    assert discord.token not in ended.log
    assert "Traceback" not in ended.log


@pytest.mark.timeout(300)
async def test_a_wrong_token_ends_it_with_words(tmp_path: Path) -> None:
    async with LookAlike() as discord, oldfriend(discord, tmp_path, "wrong.token") as running:
        ended = await running.ended()
    assert ended.code == 2
    assert "does not accept this token" in ended.log
    assert "wrong.token" not in ended.log
    assert "Traceback" not in ended.log
