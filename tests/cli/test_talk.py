"""``oldfriend chat`` as a program uses it, on real models, in processes that end and start again."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.edges.store import open_store
from tests.fakes.clock import VirtualClock

pytestmark = [pytest.mark.model, pytest.mark.timeout(600)]

SAM = ["--user", "sam"]


def started(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The command in a process of its own, with the models of this clone and a home of its own."""
    environ = {name: value for name, value in os.environ.items() if name != "DISCORD_TOKEN" and "__" not in name}
    command = [sys.executable, "-m", "bot", *arguments, "--home", str(home)]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, env=environ, cwd=home.parent, preexec_fn=hears_interrupts
    )


def hears_interrupts() -> None:
    """As at a terminal: a shell's background jobs, and what they start, are born deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def oldfriend(home: Path, *arguments: str, lines: bytes = b"", code: int = 0) -> str:
    """Run it to its end with these lines as input; what it printed."""
    process = started(home, *arguments)
    out, err = process.communicate(lines)
    assert process.returncode == code, err.decode()
    assert b"Traceback" not in err
    return out.decode()


@pytest.fixture(scope="module", params=["tiny", "tiny-moe"])
def talked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, list[str]]:
    """A model's name, the home in which Sam talked with it, and what was printed."""
    home = tmp_path_factory.mktemp("talk") / "home"
    lines = "My sister Ana moved to Porto last week.\n\n   \nI work as a nurse and I love the sea.\n"
    out = oldfriend(home, "chat", *SAM, "--model", request.param, "--seed", "7", lines=lines.encode())
    return request.param, home, out.splitlines()


def test_one_line_for_each_message(talked: tuple[str, Path, list[str]]) -> None:
    _, _, printed = talked
    assert len(printed) == 2
    assert all(line.strip() for line in printed)


def test_the_same_seed_says_the_same(talked: tuple[str, Path, list[str]], tmp_path: Path) -> None:
    model, _, printed = talked
    line = b"My sister Ana moved to Porto last week.\n"
    assert oldfriend(tmp_path / "other", "chat", *SAM, "--model", model, "--seed", "7", lines=line) == printed[0] + "\n"


async def test_another_process_finds_the_memory_again(talked: tuple[str, Path, list[str]]) -> None:
    model, home, _ = talked
    memories = json.loads(oldfriend(home, "memory", "list", *SAM, "--json"))
    ana = [memory for memory in memories if "Ana" in memory["quote"]]
    assert ana and ana[0]["quote"] in "My sister Ana moved to Porto last week."
    lines = b"/memory search where did my sister move\nWhere does my sister Ana live?\n"
    found, reply = oldfriend(home, "chat", *SAM, "--model", model, "--seed", "7", lines=lines).splitlines()
    assert "Ana" in found and reply
    async with open_store(home / "oldfriend.db", clock=VirtualClock()) as store:
        turns = await store.turns.recent("console:sam", "console:sam", 10)
    assert turns[-1].by_bot and ana[0]["id"] in turns[-1].recalled


def test_strange_lines_do_not_end_it(tmp_path: Path) -> None:
    lines = [b"caf\xff\xfe", b"x" * 4000, "\u200b".encode(), "שלום, מה שלומך?".encode(), b"a\x00b"]
    out = oldfriend(tmp_path / "strange", "chat", *SAM, "--model", "tiny", lines=b"\n".join(lines))
    assert len(out.splitlines()) == 4


def test_two_homes_never_touch(talked: tuple[str, Path, list[str]], tmp_path: Path) -> None:
    assert json.loads(oldfriend(tmp_path / "elsewhere", "memory", "list", *SAM, "--json")) == []


def test_an_unknown_model_or_persona_is_refused(tmp_path: Path) -> None:
    assert oldfriend(tmp_path / "home", "chat", "--model", "nope", lines=b"hi\n", code=3) == ""
    assert oldfriend(tmp_path / "home", "chat", "--model", "tiny", "--persona", "nope", lines=b"hi\n", code=2) == ""


@pytest.mark.parametrize(("sign", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_it_ends_in_order_and_loses_nothing(tmp_path: Path, sign: signal.Signals, code: int) -> None:
    home = tmp_path / "home"
    process = started(home, "chat", *SAM, "--model", "tiny", "--seed", "1")
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    process.stdin.write(b"My brother Tom is a pilot.\n")
    process.stdin.flush()
    assert process.stdout.readline().strip()
    process.send_signal(sign)
    assert process.wait(timeout=60) == code
    assert b"Traceback" not in process.stderr.read()
    oldfriend(home, "chat", *SAM, "--model", "tiny", "--seed", "1")
    assert "Tom" in oldfriend(home, "memory", "list", *SAM, "--json")
