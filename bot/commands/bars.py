"""Downloads, as they go."""

from types import TracebackType
from typing import Self

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from bot.edges.models import Entry

_STEP = 10
"""Percent between two lines where no bar can be drawn."""


class Bars:
    """Progress of downloads on standard error: bars in a terminal, now and then a line elsewhere."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._told: dict[str, int] = {}

    def __call__(self, done: int, total: int, what: str) -> None:
        if not self._console.is_terminal:
            return self._tell(done, total, what)
        if self._progress is None:
            columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
            self._progress = Progress(*columns, console=self._console)
            self._progress.start()
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=total)
        self._progress.update(self._tasks[what], completed=done, total=total)
        if self._progress.finished:
            self.close()

    def close(self) -> None:
        """Leave the bars as they are and give the terminal back."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None
            self._tasks.clear()

    def _tell(self, done: int, total: int, what: str) -> None:
        percent = 100 * done // total if total else 100
        if percent // _STEP > self._told.get(what, -1):
            self._told[what] = percent // _STEP
            typer.echo(f"{what}: {percent}% of {total / 1e6:,.0f} MB", err=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def ask(entry: Entry) -> bool:
    """May this large model be fetched? A program cannot be asked: no."""
    import sys

    if sys.stdin is None or not sys.stdin.isatty():
        return False
    return typer.confirm(f"{entry.name} ({entry.what}) is {entry.size / 1e9:.1f} GB. Fetch it?", err=True)
