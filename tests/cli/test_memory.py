"""``oldfriend memory``: what is remembered, for their owner's eyes."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.edges.store import open_store
from bot.flows.attend import TALLY
from bot.mind.approach import Tally
from bot.mind.events import Evidence, Kind, Memory, Turn, private_audience
from bot.mind.summary import Summary
from bot.mind.support import Stage, Strategy
from tests.cli.conftest import Command
from tests.fakes.clock import START, VirtualClock

QUOTE = "My sister Ana moved to Porto"
GIST = "Their sister Ana moved to Porto."


@pytest.fixture
async def number(home: Path) -> int:
    """The number of Sam's one memory."""
    person = "console:sam"
    async with open_store(home / "oldfriend.db", clock=VirtualClock()) as store:
        turn = await store.turns.add(
            Turn(person=person, speaker="sam", text=QUOTE, said_at=START, audience=private_audience(person), conversation=person)
        )
        memory = Memory(person=person, audience=turn.audience, kind=Kind.RELATIONSHIP, gist=GIST, quote=QUOTE, said_at=START)
        kept = await store.memories.keep(memory, [Evidence(turn=turn.id, start=0, end=len(QUOTE))])
    assert kept is not None
    return kept.id


def test_nothing_is_remembered_of_a_stranger(oldfriend: Command) -> None:
    result = oldfriend("memory", "list", "--user", "sam", "--json")
    assert result.exit_code == 0 and json.loads(result.stdout) == []
    assert oldfriend("memory", "list", "--user", "sam").stdout == ""


def test_list_and_show(oldfriend: Command, number: int) -> None:
    assert oldfriend("memory", "list", "--user", "sam").stdout == f"#{number} relationship: {GIST}\n"
    (row,) = json.loads(oldfriend("memory", "list", "--user", "sam", "--json").stdout)
    assert row == json.loads(oldfriend("memory", "show", str(number), "--user", "sam", "--json").stdout)
    assert (row["id"], row["kind"], row["gist"], row["quote"]) == (number, "relationship", GIST, QUOTE)
    assert (row["said_at"], row["happens_at"]) == (START.isoformat(), None)
    assert f"quote: {QUOTE}\n" in oldfriend("memory", "show", str(number), "--user", "sam").stdout


def test_nobody_sees_or_deletes_what_is_not_theirs(oldfriend: Command, number: int) -> None:
    for command in ("show", "delete"):
        result = oldfriend("memory", command, str(number), "--user", "ana")
        assert result.exit_code == 1 and result.stdout == "" and "no memory" in result.stderr
    assert json.loads(oldfriend("memory", "list", "--user", "ana", "--json").stdout) == []


@pytest.mark.parametrize("command", ["delete", "forget-everything"])
def test_a_deletion_is_asked_about(oldfriend: Command, number: int, command: str) -> None:
    arguments = ["memory", command, *([str(number)] if command == "delete" else []), "--user", "sam"]
    result = oldfriend(*arguments, typed="n\n")
    assert result.exit_code == 1 and "nothing was deleted" in result.stderr
    assert oldfriend(*arguments, typed="").exit_code == 1  # nobody to ask
    assert GIST in oldfriend("memory", "list", "--user", "sam").stdout
    assert oldfriend(*arguments, typed="y\n").exit_code == 0
    assert oldfriend("memory", "list", "--user", "sam").stdout == ""


@pytest.mark.parametrize("command", ["delete", "forget-everything"])
def test_a_deletion_counts_what_went(oldfriend: Command, number: int, command: str) -> None:
    arguments = ["memory", command, *([str(number)] if command == "delete" else []), "--user", "sam", "--yes", "--json"]
    receipt = json.loads(oldfriend(*arguments).stdout)
    assert (receipt["turns"], receipt["memories"]) == (1, 1)


def test_everything_can_be_taken_along(oldfriend: Command, number: int, tmp_path: Path) -> None:
    printed = json.loads(oldfriend("memory", "export", "--user", "sam").stdout)
    assert [m["gist"] for m in printed["memories"]] == [GIST] and printed["memories"][0]["evidence"]
    file = tmp_path / "sam.json"
    assert oldfriend("memory", "export", str(file), "--user", "sam").exit_code == 0
    assert json.loads(file.read_text())["memories"] == printed["memories"] and file.stat().st_mode & 0o777 == 0o600
    again = oldfriend("memory", "export", str(file), "--user", "sam")
    assert again.exit_code == 1 and "cannot be written" in again.stderr
    assert json.loads(oldfriend("memory", "export", "--user", "ana").stdout)["memories"] == []


def test_and_brought_back(oldfriend: Command, number: int, tmp_path: Path, bge_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLDFRIEND_MODELS", str(bge_folder.parent))
    file = tmp_path / "sam.json"
    oldfriend("memory", "export", str(file), "--user", "sam")
    for times, counts in enumerate(({"turns": 1, "memories": 1, "known": 0}, {"turns": 0, "memories": 0, "known": 1})):
        assert json.loads(oldfriend("memory", "import", str(file), "--user", "ana", "--json").stdout) == counts, times
    (row,) = json.loads(oldfriend("memory", "list", "--user", "ana", "--json").stdout)
    assert (row["gist"], row["audience"]) == (GIST, "dm:console:ana")
    assert oldfriend("memory", "import", str(file), "--user", "sam").stdout == "Taken in: 0 memories, 0 messages, all private; 1 memories were here already.\n"


def test_a_file_that_is_none(oldfriend: Command, tmp_path: Path, bge_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLDFRIEND_MODELS", str(bge_folder.parent))
    (tmp_path / "wrong.json").write_text("[]")
    for name, said in (("nowhere.json", "cannot be read"), ("wrong.json", "")):
        result = oldfriend("memory", "import", str(tmp_path / name))
        assert result.exit_code == 1 and result.stdout == "" and said in result.stderr


def test_a_damaged_database(oldfriend: Command, home: Path, number: int) -> None:
    (home / "oldfriend.db").write_bytes(b"\x00garbage" * 4096)
    result = oldfriend("memory", "list", "--user", "sam")
    assert result.exit_code == 4
    assert result.stdout == "" and str(home / "oldfriend.db") in result.stderr


async def _learn(home: Path) -> None:
    async with open_store(home / "oldfriend.db", clock=VirtualClock()) as store:
        await store.people.set_setting("console:sam", TALLY, Tally().learned(Stage.COMFORT, Strategy.QUESTION, 0.5).written())


def test_what_was_learned_is_shown_and_forgotten(oldfriend: Command, home: Path) -> None:
    asyncio.run(_learn(home))
    assert oldfriend("memory", "learned", "--user", "sam").stdout == "comfort, question: tried 1 times, 50 % of the good it can do followed\n"
    assert json.loads(oldfriend("memory", "learned", "--user", "sam", "--json").stdout) == {"comfort/question": [1, 0.5]}
    assert json.loads(oldfriend("memory", "learned", "--forget", "--user", "sam", "--json").stdout) == {}
    assert oldfriend("memory", "learned", "--user", "sam").stdout == ""


@pytest.fixture
async def drawn(home: Path, number: int) -> int:
    """Sam's portrait, from his one memory."""
    person, audience = "console:sam", private_audience("console:sam")
    async with open_store(home / "oldfriend.db", clock=VirtualClock()) as store:
        ((_, version),) = await store.summaries.restless(1)
        portrait = Summary(person=person, audience=audience, level="portrait", about="", text=GIST, sources=(number,))
        assert await store.summaries.write(person, audience, [portrait], version)
    return number


def test_the_portrait_is_for_its_person_to_see(drawn: int, oldfriend: Command) -> None:
    assert oldfriend("memory", "portrait", "--user", "sam").stdout == f"you: {GIST}\n"
    assert json.loads(oldfriend("memory", "portrait", "--user", "sam", "--json").stdout)[0]["sources"] == [drawn]
    assert oldfriend("memory", "portrait", "--user", "ben").stdout == ""
