"""How the log looks, and what never stands in it."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import aiosqlite
import pytest

from bot.edges.operations.logs import TALKATIVE, Look, set_up_logs

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GxYzAb.abcdefghijklmnopqrstuvwxyz0123456789AB"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", "bot", "plugins", *TALKATIVE)}
    handlers = list(root.handlers)
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def logged(look: Look, level: int = logging.DEBUG) -> io.StringIO:
    stream = io.StringIO()
    set_up_logs(look, ours=level, secrets=[TOKEN], stream=stream)
    return stream


def test_one_object_a_line_for_programs() -> None:
    stream = logged("json")
    logging.getLogger("bot.flows.inbox").warning("%d messages are waiting", 7)
    line = json.loads(stream.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "7 messages are waiting", "level": "warning", "logger": "bot.flows.inbox"}


def test_plain_words_for_people() -> None:
    stream = logged("plain")
    logging.getLogger("bot.x").warning("words")
    assert stream.getvalue().endswith("WARNING bot.x: words\n")


@pytest.mark.parametrize("look", ["plain", "json"])
def test_no_secret_at_any_level_not_even_in_a_traceback(look: Look) -> None:
    stream = logged(look)
    for level in (logging.DEBUG, logging.INFO, logging.ERROR, logging.CRITICAL):
        logging.getLogger("bot.edges").log(level, "the header was Bot %s", TOKEN)
    try:
        raise ValueError(f"bad token {TOKEN}")
    except ValueError:
        logging.getLogger("bot.edges").exception("it failed")
    assert stream.getvalue().count("[secret]") >= 5 and TOKEN not in stream.getvalue()


async def test_libraries_are_not_asked_for_details(tmp_path: Path) -> None:
    """aiosqlite, for one, would log every statement with its values."""
    logging.getLogger("aiosqlite").setLevel(logging.DEBUG)
    stream = logged("plain")
    async with aiosqlite.connect(tmp_path / "a.db") as database:
        await database.execute("CREATE TABLE t (x)")
        await database.execute("INSERT INTO t VALUES (?)", ["zqsecret"])
    for name in TALKATIVE:
        logging.getLogger(name).debug("zqsecret")
        logging.getLogger(f"{name}.deep").info("zqsecret")
    assert "zqsecret" not in stream.getvalue()
