"""What of a file is believed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import OldfriendError
from bot.mind.archive import LARGEST, read_document

TURN = {"id": 1, "speaker": "Ann", "text": "I live in Bergen", "said_at": "2026-03-02T12:00:00+00:00", "person": "discord:9",
        "audience": "server:1", "conversation": "discord:11", "message_id": "m1", "by_bot": False}
MEMORY = {"id": 5, "kind": "profile", "gist": "They live in Bergen.", "quote": "I live in Bergen", "said_at": "2026-03-02T12:00:00+00:00",
          "person": "discord:9", "audience": "server:1", "shareable": True, "importance": 0.5, "evidence": [{"turn": 1, "start": 0, "end": 16}]}


def document(**other: Any) -> bytes:
    return json.dumps({"format": "oldfriend person", "version": 1, "turns": [TURN], "memories": [MEMORY], "settings": {}, **other}).encode()


def test_whose_it_is_and_who_may_hear_it_is_not_for_the_file_to_say() -> None:
    archive = read_document(document(person="discord:9"), "discord:1")
    (turn,), ((memory, _),) = archive.turns, archive.memories
    assert (turn.person, turn.audience, turn.conversation, turn.message_id) == ("discord:1", "dm:discord:1", "import:discord:1", "")
    assert (memory.person, memory.audience, memory.shareable) == ("discord:1", "dm:discord:1", False)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[" * 200_000, "no JSON"),
        (b"[]", "not one of mine"),
        (b'{"format": "other"}', "not one of mine"),
        (document(version=2), "version '2'"),
        (document(version=None), "version 'None'"),
        (document(turns=[{**TURN, "id": -1}]), "turns.0.id"),
        (document(turns=[{**TURN, "id": 2**60}]), "turns.0.id"),
        (document(turns=[{**TURN, "said_at": "2026-03-02T12:00:00"}]), "without its zone"),
        (document(turns=[{**TURN, "text": "x" * 20_001}]), "turns.0.text"),
        (document(turns=[TURN, TURN]), "numbers two things the same"),
        (document(memories=[MEMORY, MEMORY]), "numbers two things the same"),
        (document(memories=[{**MEMORY, "kind": "secret"}]), "memories.0.kind"),
        (document(memories=[{**MEMORY, "importance": 7}]), "memories.0.importance"),
        (document(memories=[{**MEMORY, "importance": "NaN"}]), "memories.0.importance"),
        (document(memories=[{**MEMORY, "evidence": [{"turn": 2, "start": 0, "end": 1}]}]), "words that are not there"),
        (document(memories=[{**MEMORY, "evidence": [{"turn": 1, "start": 0, "end": 99}]}]), "words that are not there"),
        (document(memories=[{**MEMORY, "evidence": [{"turn": 1, "start": 9, "end": 3}]}]), "words that are not there"),
        (document(turns=[{**TURN, "by_bot": True}]), "words that are not there"),
        (document(turns="many"), "turns"),
        (b" " * (LARGEST + 1), "larger than"),
    ],
    ids=range(22),
)
def test_what_is_wrong_is_said_in_words_with_a_next_step(data: bytes, says: str) -> None:
    with pytest.raises(OldfriendError) as fault:
        read_document(data, "discord:1")
    assert says in str(fault.value) and str(fault.value).endswith(".")
    assert "Bergen" not in str(fault.value)


_json = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8), lambda x: st.lists(x, max_size=4) | st.dictionaries(st.sampled_from(["id", "turns", "memories", "evidence", "said_at", "text", "kind"]), x, max_size=4), max_leaves=12)


@given(turns=_json, memories=_json, settings=_json)
def test_nothing_that_a_file_can_hold_is_more_than_refused(turns: object, memories: object, settings: object) -> None:
    try:
        archive = read_document(document(turns=turns, memories=memories, settings=settings), "discord:1")
    except OldfriendError:
        return
    assert all(t.person == "discord:1" for t in archive.turns)
