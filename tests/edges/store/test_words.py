"""What becomes a query, and that it always is one."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.edges.store import words


def _finds(text: str, sentence: str, who: str = "discord:1") -> bool:
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE VIRTUAL TABLE w USING fts5 (owner, body, tokenize = 'porter unicode61')")
        database.execute("INSERT INTO w VALUES (?, ?)", (words.owner("discord:1"), words.indexed(text)))
        query = words.query(who, sentence)
        return bool(query) and database.execute("SELECT 1 FROM w WHERE w MATCH ?", (query,)).fetchone() is not None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("I was running late", "do you run?"),
        ("Zoë loves the café", "zoe's CAFE"),
        ("我明天有化学考试", "化学怎么样"),
        ("我养了一只猫", "猫"),
        ("東京に行った", "東京"),
        ("서울에서 만났어", "서울"),
        ("экзамен по химии", "Химии?"),
        ("मेरी परीक्षा", "परीक्षा"),
        ("well mother-in-law's here", "mother-in-law"),
    ],
)
def test_found(text: str, sentence: str) -> None:
    assert _finds(text, sentence)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("how are you", "what are you doing to them"),
        ("我明天有化学考试", "天气"),
        ("something", ""),
        ("something", "\u200b\u202e ... !!"),
    ],
)
def test_not_found(text: str, sentence: str) -> None:
    assert not _finds(text, sentence)


def test_nobody_finds_the_words_of_another() -> None:
    assert not _finds("zebra", "zebra", who="discord:2")
    assert not _finds("zebra", words.owner("discord:1"), who="discord:2")


@given(st.text(), st.text())
def test_every_text_can_be_indexed_and_asked_for(text: str, sentence: str) -> None:
    _finds(text, sentence)


def test_a_long_message_asks_for_a_bounded_number_of_words() -> None:
    query = words.query("discord:1", " ".join(f"word{i}" for i in range(4000)))
    assert query.count(" OR ") == words.MOST - 1
