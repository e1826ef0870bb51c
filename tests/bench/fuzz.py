"""Broken gateway events (10,000 unless told) against the real process: does it live, and answer afterwards? ``--seed`` for others."""

import argparse
import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from tests.wire.fuzz import Fuzz
from tests.wire.served import served

_AT_ONCE = 50
"""Events between two breaths, so that the socket is not simply full."""


async def fuzz(count: int, seed: int) -> str:
    """What became of it, in a line. Raises AssertionError or TimeoutError when it did not live through it."""
    with tempfile.TemporaryDirectory() as home:
        async with served(Path(home)) as (discord, running, _):
            ann, events = discord.world.add_user("ann"), Fuzz(discord.world, seed)
            for n in range(count):
                await discord.deliver(*events.event())
                if n % _AT_ONCE == 0:
                    await asyncio.sleep(0.01)
            await discord.say(ann, "Are you still there?")
            await discord.answers(1, discord.world.private(ann), within=120)
            assert running.process.returncode is None, "it ended"
            ended = await running.end(signal.SIGTERM)
    assert "Traceback" not in ended.log, ended.log
    dropped = ended.log.count("was passed over")
    return f"{count} payloads: no crash, connected {discord.ready} time(s), {dropped} could not be read and were passed over, no traceback"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    sys.stdout.write(asyncio.run(fuzz(asked.count, asked.seed)) + "\n")


if __name__ == "__main__":
    main()
