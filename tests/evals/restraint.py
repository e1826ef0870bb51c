"""``python -m tests.evals.restraint WORLD OUT [--in-memory]``: lets people live on a virtual clock, and writes down
what was sent.

WORLD holds a line of JSON for each person: zone, whether they opted in, quiet hours, and a timeline of what they say,
tell of, delete and command. Everything goes through the real store, the real proposal sources, restraint and flow, as
``oldfriend simulate`` does it. OUT gets a line for each unprompted message. ``--in-memory`` puts the tests' fake store,
which passes the same contracts, in place of the database.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.commands.life import Entry, Life, live_all
from tests.fakes.store import FakeStore


def live_in_memory(line: str) -> list[Entry]:
    """The life of one line of WORLD, on plain lists."""
    store = FakeStore()

    @asynccontextmanager
    async def opening(_clock: object) -> AsyncIterator[FakeStore]:
        yield store

    return asyncio.run(Life(json.loads(line), opening).live())


def main(world: Path, out: Path, *, in_memory: bool = False) -> None:
    """Live all lives of ``world``, several at a time, and write what was sent to ``out``."""
    lines = [line for line in world.read_text().splitlines() if line.strip()]
    lives: Iterator[list[Entry]] = map(live_in_memory, lines) if in_memory else live_all(lines)
    with out.open("w") as sends:
        for sent in lives:
            sends.writelines(json.dumps(line) + "\n" for line in sent)


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--in-memory"]
    if len(arguments) != 2:
        sys.exit(__doc__)
    main(Path(arguments[0]), Path(arguments[1]), in_memory="--in-memory" in sys.argv)
