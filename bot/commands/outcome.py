"""How a command ends: in words a person can act on, and in a number a program can act on."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import typer

from bot.errors import ConfigError, ModelError, OldfriendError, PersonaError, PersonaUnknown, StoreError

EXIT_CODES = (
    "Exit codes: 0 all went well; 1 something failed; 2 wrong usage, settings or persona; 3 the model; 4 the database; "
    "130 interrupted (Ctrl-C); 143 asked to end (SIGTERM)."
)
_CODES: tuple[tuple[type[OldfriendError], int], ...] = (
    (ConfigError, 2),
    (PersonaError, 2),
    (PersonaUnknown, 2),
    (ModelError, 3),
    (StoreError, 4),
    (OldfriendError, 1),
)


@contextmanager
def outcome() -> Iterator[None]:
    """Turns what goes wrong inside into a message on standard error and an exit code; nobody is shown a traceback."""
    try:
        yield
    except OldfriendError as fault:
        for line in str(fault).splitlines():
            typer.echo(f"oldfriend: {line}", err=True)
        raise typer.Exit(next(code for kind, code in _CODES if isinstance(fault, kind))) from None
    except OSError as fault:
        where = f"{fault.filename}: " if fault.filename else ""
        typer.echo(f"oldfriend: {where}{fault.strerror or fault}", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except asyncio.CancelledError:
        raise typer.Exit(143) from None


def finish(work: Coroutine[Any, Any, None]) -> None:
    """Run it to its end. Ctrl-C and SIGTERM cancel it, so that everything it opened is closed."""
    with outcome():
        asyncio.run(_until_told(work))


async def _until_told(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.current_task()
    assert task is not None, "a coroutine runs in a task"
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await work
