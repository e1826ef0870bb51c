"""What a running Oldfriend takes of its computer, minute by minute, and whether that stays as it is."""

import os
import re
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import psutil

from tests.evals._crowd import AT_ONCE

_GROWTH = 1.10
"""What memory may grow from the first third of the time to the last: SQLite's page caches grow with the database, up to 16 MB for each of three that
read. For numbers of files and threads it is 5 more."""

_BESIDE = AT_ONCE
"""Connections and tasks more. A pool keeps as many connections as were ever needed at the same time, and what was said last is being remembered when
the numbers are taken: both by no more people than wait at once. What is left behind by one doing in a hundred is more than that after a quarter of an
hour, at four a second."""

_LARGEST_LOG = 16_000_000
"""Bytes of the write-ahead log: SQLite begins to write it back at 4 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One minute; sizes in bytes. ``worker`` is the model's own process, 0 where there is none; ``files`` are open handles without those of ``sockets``.
    ``lists`` is how many lists have buttons that still work: a task waits for each, for five minutes. ``things`` are messages and memories that are
    kept, ``kept`` what the database takes for them."""

    bot: int
    worker: int = 0
    files: int
    sockets: int = 0
    threads: int
    tasks: int = 0
    lists: int = 0
    kept: int = 0
    things: int = 0
    wal: int = 0
    indexes: int = 0
    backups: int = 0
    busy: float = 0.0
    """Programs of the whole computer that wanted a processor in that minute, on average."""
    latencies: list[float] = field(default_factory=list)

    @property
    def each(self) -> float:
        """Bytes for one thing that is remembered, indexes included."""
        return (self.kept + self.indexes) / max(self.things, 1)

    def line(self, minute: int) -> str:
        slow = quantiles(self.latencies, n=20)[-1] if len(self.latencies) > 1 else 0.0
        worker = f" + {self.worker / 1e6:.1f}" if self.worker else ""
        return (
            f"minute {minute}: {self.bot / 1e6:.1f}{worker} MB, {self.files} files, {self.sockets} sockets, {self.threads} threads, {self.tasks} tasks"
            f" ({self.lists} lists); {self.things} things in"
            f" {self.kept / 1e6:.2f} MB, log {self.wal / 1e6:.1f} MB, indexes {self.indexes / 1e6:.2f} MB, backups {self.backups / 1e6:.2f} MB;"
            f" {len(self.latencies)} answers, p50 {median(self.latencies or [0]):.2f} s, p95 {slow:.2f} s; the computer: {self.busy:.1f}"
        )


def taken(process: psutil.Process, home: Path, page: str, latencies: list[float], lists: int) -> Sample:
    """As it is now; ``page`` is what /metrics says."""
    others = process.children(recursive=True)
    sockets = sum(len(one.net_connections("all")) for one in (process, *others))
    database = home / "oldfriend.db"
    kept, things = _kept(database)
    return Sample(
        bot=process.memory_info().rss, worker=sum(other.memory_info().rss for other in others),
        files=sum(one.num_fds() for one in (process, *others)) - sockets, sockets=sockets,
        threads=sum(one.num_threads() for one in (process, *others)),
        tasks=int(number(page, "oldfriend_tasks")), lists=lists, kept=kept, things=things, wal=_size([Path(f"{database}-wal")]),
        indexes=_size((home / "indexes").rglob("*")), backups=_size((home / "backups").rglob("*")), busy=os.getloadavg()[0], latencies=latencies,
    )


def number(page: str, name: str) -> float:
    """The sum of all lines of this name."""
    return sum(float(line.rpartition(" ")[2]) for line in page.splitlines() if re.match(rf"{name}(\{{|\s)", line))


def _kept(database: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
        def one(query: str) -> int:
            return int(connection.execute(query).fetchone()[0])

        used = one("PRAGMA page_count") - one("PRAGMA freelist_count")
        return used * one("PRAGMA page_size"), one("SELECT count(*) FROM turns") + one("SELECT count(*) FROM memories")


def _size(files: Iterable[Path]) -> int:
    return sum(file.stat().st_size for file in files if file.is_file())


def rows_of(database: Path, people: Iterable[str]) -> int:
    """How many rows of any table are about them, but for the settings that they chose."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        personal = [name for name in tables if "person" in [row[1] for row in connection.execute(f"PRAGMA table_info('{name}')")]]
        return sum(connection.execute(f"SELECT count(*) FROM {name} WHERE person = ?", (person,)).fetchone()[0] for name in personal for person in people)


def verdict(samples: list[Sample]) -> list[str]:
    """What did not stay where it was; the first minute is for warming up."""
    third = max(1, (len(samples) - 1) // 3)
    first, last = samples[1 : 1 + third] or samples[:1], samples[-third:]
    checks: tuple[tuple[str, Callable[[Sample], float], float, float], ...] = (
        ("memory", lambda s: s.bot, _GROWTH, 0), ("memory of the model", lambda s: s.worker, _GROWTH, 0), ("files", lambda s: s.files, 1, 5),
        ("sockets", lambda s: s.sockets, 1, _BESIDE), ("threads", lambda s: s.threads, 1, 5),
        ("tasks that wait for no button", lambda s: s.tasks - s.lists, 1, _BESIDE), ("bytes a thing", lambda s: s.each, _GROWTH, 0),
        ("latency", lambda s: median(s.latencies or [0]), 1.25, 0.05),
    )
    wrong = [
        f"{name} grew from {before:.2f} to {after:.2f}"
        for name, of, times, more in checks
        if (after := median(map(of, last))) > (before := median(map(of, first))) * times + more
    ]
    largest = max(sample.wal for sample in samples)
    return wrong + ([f"the write-ahead log had {largest} bytes"] if largest > _LARGEST_LOG else [])
