"""``run`` and ``chat``: the companion at work."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import Config, Home, User, Yes, login_name, settings_of
from bot.commands.outcome import finish, outcome

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.edges.models import Entry


def run(config: Config = None, home: Home = None, yes: Yes = False) -> None:
    """Start: in Discord when there is a token, else right here in the terminal."""
    from bot.config import load

    settings = settings_of(config, home)
    if settings.discord.token is None:
        typer.echo("There is no DISCORD_TOKEN, so you can talk right here. How to get one: docs/discord-setup.md", err=True)
        return _talk(settings, login_name(), None, None, yes)
    _log_for_operators(settings)
    finish(_run_discord(settings, yes, lambda: load(config, os.environ, home)))


def chat(
    user: User = None,
    persona: Annotated[str | None, typer.Option(help="Who answers; remembered as your choice.")] = None,
    model: Annotated[str | None, typer.Option(help="A name from `oldfriend models list`, or the path of a .gguf file.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="The same answers to the same words, on the same computer.")] = None,
    config: Config = None,
    home: Home = None,
    yes: Yes = False,
) -> None:
    """Talk in the terminal.

    When standard input is not a terminal, each line of it is a message and gets one line on standard output, and nothing
    else is printed there; empty lines get none. The memory of a message is finished before the next one is read.
    """
    settings = settings_of(config, home)
    if model is not None:
        is_path = os.sep in model or model.endswith(".gguf")
        name = os.path.abspath(os.path.expanduser(model)) if is_path else model
        here = settings.server.model_copy(update={"base_url": ""})  # they ask for a model of this computer
        settings = settings.model_copy(update={"model": settings.model.model_copy(update={"name": name}), "server": here})
    _talk(settings, user or login_name(), persona, seed, yes)


def _talk(settings: "Settings", user: str, persona: str | None, seed: int | None, yes: bool) -> None:
    _log_here()
    if sys.stdin is not None and sys.stdin.isatty():
        finish(_interactive(settings, user, persona, seed, yes))
    else:
        with outcome(), _own_output() as write:
            finish(_scripted(settings, user, persona, seed, yes, write))


async def _run_discord(settings: "Settings", yes: bool, read: "Callable[[], Settings]") -> None:
    from bot.commands.bars import Bars
    from bot.renewal import Renewal
    from bot.wiring import run_discord

    renewal = Renewal(settings, read)
    renewal.on(("operations.log",), _log_for_operators)
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, renewal.ask)
    with Bars() as bars:
        await run_discord(settings, renewal=renewal, confirm=_confirm(yes), progress=bars)


async def _interactive(settings: "Settings", user: str, persona: str | None, seed: int | None, yes: bool) -> None:
    from rich.console import Console

    from bot.commands.bars import Bars
    from bot.edges.console import Interactive, Terminal, TerminalMessenger, Visitor
    from bot.wiring import open_companion

    visitor, terminal = Visitor(user), Terminal(Console())
    messenger = TerminalMessenger(terminal, visitor)
    terminal.note("One moment…")
    with Bars() as bars:
        opening = open_companion(settings, plugins=True, messenger=messenger, confirm=_confirm(yes), progress=bars, seed=seed)
        async with opening as companion:
            bars.close()
            if persona is not None:
                await companion.wardrobe.use(visitor.person, visitor.audience, persona)
            await Interactive(companion, visitor, terminal).run()


async def _scripted(
    settings: "Settings", user: str, persona: str | None, seed: int | None, yes: bool, write: Callable[[str], None]
) -> None:
    from bot.commands.bars import Bars
    from bot.edges.console import NobodyThere, Scripted, Visitor
    from bot.wiring import open_companion

    visitor = Visitor(user)
    with Bars() as bars:
        opening = open_companion(settings, plugins=True, messenger=NobodyThere(), confirm=_confirm(yes), progress=bars, seed=seed)
        async with opening as companion:
            bars.close()
            if persona is not None:
                await companion.wardrobe.use(visitor.person, visitor.audience, persona)
            await Scripted(companion, visitor, write).run(0)


def _confirm(yes: bool) -> "Callable[[Entry], bool]":
    from bot.commands.bars import ask

    return (lambda _: True) if yes else ask


@contextmanager
def _own_output() -> Iterator[Callable[[str], None]]:
    """Gives a function that writes lines to standard output; whatever else is printed meanwhile, by libraries or by
    child processes, goes to standard error."""
    if sys.stdout is not None:  # it is where the command was started without one
        sys.stdout.flush()
    real = os.dup(1)
    os.dup2(2, 1)

    def write(line: str) -> None:
        data = f"{line}\n".encode()
        while data:
            data = data[os.write(real, data) :]

    try:
        yield write
    finally:
        os.dup2(real, 1)
        os.close(real)


def _log_here() -> None:
    """What is worth knowing, on standard error, in plain words for somebody at this terminal."""
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr, format="oldfriend: %(message)s")
    for ours in ("bot", "plugins"):
        logging.getLogger(ours).setLevel(logging.WARNING)
    # How the companion is put together (which model, and why) is told in either case.
    logging.getLogger("bot.wiring").setLevel(logging.INFO)


def _log_for_operators(settings: "Settings") -> None:
    """The same with time and place, and more of it."""
    from bot.edges.operations.logs import set_up_logs

    set_up_logs(settings.operations.log, ours=logging.INFO, secrets=settings.secrets)
