"""The unmodified ``oldfriend run`` as a process of its own."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.wire.lookalike import LookAlike

ROOT = Path(__file__).parents[2]
PATIENCE = 100.0
TINY = '[model]\nname = "tiny"\n'


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
async def oldfriend(discord: LookAlike, home: Path, token: str, settings: str = TINY) -> AsyncIterator[Running]:
    """``settings`` follow those that lead it to the look-alike."""
    file = home / "oldfriend.toml"
    file.write_text(f'[discord]\napi_base = "{discord.api_base}"\ngateway = "{discord.gateway}"\n{settings}')
    log = home / "log.txt"
    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "--config", str(file), "--home", str(home), cwd=ROOT, stdout=out,
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
