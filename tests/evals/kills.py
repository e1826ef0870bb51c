"""``python -m tests.evals.kills [COUNT [SEED]]``: a process is killed (SIGKILL) COUNT times (500) at a random moment while it chats, remembers,
reflects, reaches out, deletes, writes indexes and makes backups; a home sees 25 of them, the first ones while its tables are being made or, in
every second home, brought up to date from the first version. Half of the moments lie within one of these, so that what takes little time is
hit as well; how many deaths fell into each is counted, and in 250 none may be missing.

After each death the home is opened again, as a start does, and looked at: is every file sound, is everything there that was
acknowledged, is nothing there whose deletion was acknowledged, in any byte of any file, and was nothing sent twice?
"""

import asyncio
import logging
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, create_engine
from sqlalchemy.pool import NullPool

from bot.edges.store import migrations, open_store
from bot.edges.store.backup import backups, flaw
from bot.errors import OldfriendError
from tests.evals._doing import KINDS, Doing
from tests.evals._victim import EXACT, PEOPLE, Ledger, live, words_in
from tests.fakes.clock import START, VirtualClock
from tests.fakes.model import FakeEmbedder

_A_HOME = 25
_MOST = 25
"""Promises that a process makes at most before it dies; a fifth of them make none."""

_PATIENCE = 20.0
"""Seconds that it is given for them."""

_AIMED = 4.0
"""Seconds in which the work that is aimed at has to begin."""

_ENOUGH = 250
"""Deaths among which each kind of work is to be found."""

_MIGRATING = 3
"""Deaths of a home that are aimed at the making of its tables."""

WRONG = ("unopened", "unsound", "lost", "forgotten", "undead", "sent twice")


def main(count: int, seed: int = 1) -> Counter[str]:
    """All deaths; what was wrong after them, and how much had been promised."""
    total: Counter[str] = Counter()
    chance, forks = random.Random(seed), get_context("forkserver")
    forks.set_forkserver_preload(["tests.evals._victim", "alembic.command", "dateparser"])
    for start in range(0, count, _A_HOME):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            if start // _A_HOME % 2:
                _make_old(home / "home" / "oldfriend.db")
            for generation in range(min(_A_HOME, count - start)):
                doing = Doing(home / "doing", fresh=True)
                process = forks.Process(target=live, args=(home, generation))
                process.start()
                if generation < _MIGRATING:
                    _aim(doing, "migrate", chance)
                else:
                    _wait(home / "ledger", chance)
                    if chance.random() < 0.5:
                        _aim(doing, chance.choice(KINDS[1:-1]), chance)
                total["deaths"] += process.is_alive()
                process.kill()
                process.join()
                total.update(f"killed at: {kind}" for kind in doing.now())
                total.update(asyncio.run(examine(home)))
            total.update({name: len(words) for name, words in Ledger(home / "ledger").read().items()})
    return total


def _make_old(database: Path) -> None:
    """As the first version left it."""
    database.parent.mkdir()
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    with create_engine(URL.create("sqlite", database=str(database)), poolclass=NullPool).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")


def _wait(ledger: Path, chance: random.Random) -> None:
    """Until the process has made so many more promises, and then some moments more; or only these, for the start itself."""
    more = chance.randint(1, _MOST) if chance.random() < 0.8 else 0
    goal, late = _lines(ledger) + more, time.monotonic() + _PATIENCE
    while _lines(ledger) < goal and time.monotonic() < late:
        time.sleep(0.005)
    time.sleep(chance.uniform(0, 0.1 if more else 0.4))


def _aim(doing: Doing, kind: str, chance: random.Random) -> None:
    """Until this is going on, and then some moments more."""
    late = time.monotonic() + _AIMED
    while kind not in doing.now() and time.monotonic() < late:
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.03))


def missing(found: Counter[str]) -> list[str]:
    """Kinds of work in which nothing died."""
    return [kind for kind in KINDS if not found[f"killed at: {kind}"]]


def _lines(ledger: Path) -> int:
    return ledger.read_bytes().count(b"\n") if ledger.exists() else 0


async def examine(home: Path) -> Counter[str]:
    """Open it as a start does, and compare what is there with what was promised."""
    found: Counter[str] = Counter()
    database, ledger = home / "home" / "oldfriend.db", Ledger(home / "ledger").read()
    try:
        async with open_store(database, clock=VirtualClock(START), exact_limit=EXACT) as store:
            for person in PEOPLE:
                vector = (await FakeEmbedder().embed(["my exam"]))[0]
                await store.memories.search(person, f"dm:{person}", "my exam", vector, "fake-embedder")
            await store.idle()
    except OldfriendError:
        found["unopened"] += 1
        return found
    found["unsound"] += sum(flaw(file) is not None for file in (database, *backups(database))) + _dangling(database)
    spoken, kept = _words(database, "text", "turns"), _words(database, "gist || quote", "memories")
    doomed = set(ledger.get("deleting", ()))
    found["lost"] += len(set(ledger.get("said", ())) - doomed - spoken)
    found["forgotten"] += len(set(ledger.get("remembered", ())) - doomed - kept)
    everything = b"\n".join(file.read_bytes() for file in (home / "home").rglob("*") if file.is_file())
    found["undead"] += sum(word.encode() in everything for word in ledger.get("deleted", ()))
    found["sent twice"] += sum(times > 1 for times in Counter(ledger.get("sent", ())).values())
    return found


def _words(database: Path, what: str, table: str) -> set[str]:
    with closing(sqlite3.connect(database)) as connection:
        return {word for row in connection.execute(f"SELECT {what} FROM {table}") for word in words_in(row[0])}


def _dangling(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return len(connection.execute("PRAGMA foreign_key_check").fetchall())


if __name__ == "__main__":
    logging.getLogger("bot").setLevel(logging.ERROR)  # each lost message is reported
    result = main(*(int(argument) for argument in sys.argv[1:]) if len(sys.argv) > 1 else (500,))
    sys.stdout.write(", ".join(f"{name}: {count}" for name, count in sorted(result.items())) + "\n")
    sys.exit(1 if any(result[name] for name in WRONG) or result["deaths"] >= _ENOUGH and missing(result) else 0)
