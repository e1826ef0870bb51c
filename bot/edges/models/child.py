"""Run a program that downloads into a folder, and report how that folder grows."""

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LOOK_EVERY = 0.2  # seconds between two looks at the folder


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The last thing it said on standard error: the one line worth showing to a person."""
        lines = [line.strip() for line in self.err.splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith("ERROR")]
        return (errors or lines or [f"exit code {self.code}"])[-1].removeprefix("ERROR: ")


def bytes_under(folder: Path) -> int:
    """Sum of the file sizes below a folder whose files come and go meanwhile."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.stat(os.path.join(parent, name)).st_size
    return total


async def run(
    command: Sequence[str], folder: Path, grown: Callable[[int], None], env: Mapping[str, str] | None = None
) -> Outcome:
    """Run to its end, calling ``grown`` with the bytes under ``folder`` now and then. Cancelling kills it."""
    # Its own session: Ctrl-C at a terminal reaches us, and we end it in order.
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **(env or {})},
        start_new_session=True,
    )
    try:
        async with asyncio.TaskGroup() as tasks:
            talk = tasks.create_task(child.communicate())
            while not talk.done():
                await asyncio.wait({talk}, timeout=_LOOK_EVERY)
                grown(bytes_under(folder))
        out, err = talk.result()
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    return Outcome(child.returncode or 0, out.decode(errors="replace"), err.decode(errors="replace"))
