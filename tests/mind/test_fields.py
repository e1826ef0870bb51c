"""Fields are known by their words."""

import pytest

from bot.mind.fields import fields, named


@pytest.mark.parametrize(("text", "field"), [
    ("how do I undo the last git commit", "computing"), ("should I buy bonds", "money"), ("how many milligrams a day", "medicine"), ("怎么用Python写循环", "中编程"),
    ("my mother-in-law again", "family"), ("how do you bleed a radiator", "machines"),
])
def test_a_word_names_its_field(text: str, field: str) -> None:
    assert field in fields(text)


def test_small_talk_is_of_no_field() -> None:
    assert fields("that was a long day, and now it rains") == frozenset()


def test_lines_of_a_card_name_theirs() -> None:
    assert named(("computer programming and software", "law and taxes")) >= {"computing", "law", "money"}
