"""What of a text is indexed, and what of a sentence is asked for."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.edges.store import words


def _finds(text: str, sentence: str) -> bool:
    return bool(set(words.asked(sentence)) & set(words.indexed(text)))


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


def test_words_are_counted_and_frequent_ones_left_out_but_for_the_length() -> None:
    assert words.indexed("the exam, and the exams", "my cat") == {"": 8, "exam": 2, "cat": 1}


@given(st.text(), st.text())
def test_every_text_can_be_indexed_and_asked_for(text: str, sentence: str) -> None:
    _finds(text, sentence)


def test_a_long_message_asks_for_a_bounded_number_of_words() -> None:
    assert len(words.asked(" ".join(f"word{i}" for i in range(4000)))) == words.MOST


def test_each_person_has_a_number_that_the_database_can_hold() -> None:
    numbers = {words.owner(f"discord:{i}") for i in range(1000)}
    assert len(numbers) == 1000
    assert sqlite3.connect(":memory:").execute("SELECT ?", (max(numbers),)).fetchone()
