"""``reload``: the Oldfriend that is running reads its settings anew."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import typer

from bot.commands.options import Config, Home, settings_of


def reload(config: Config = None, home: Home = None) -> None:
    """Make the Oldfriend that is running read its settings anew. Faults are shown here first, and then nothing is done."""
    settings = settings_of(config, home)
    found = list(_running(settings.database))
    if not found:
        typer.echo(f"oldfriend: nobody runs with {settings.database}; start it: oldfriend run", err=True)
        raise typer.Exit(1)
    for process in found:
        os.kill(process, signal.SIGHUP)
    typer.echo("The settings are sound, and it reads them now. Its log says which of them hold from now on, and which need a new start.")


def _running(database: Path) -> Iterator[int]:
    """Processes of ``oldfriend run`` that have this database open, as far as we may look."""
    import psutil

    for process in psutil.process_iter():
        try:
            if "run" in process.cmdline() and any(file.path == str(database.resolve()) for file in process.open_files()):
                yield process.pid
        except (psutil.AccessDenied, psutil.NoSuchProcess):
            continue
