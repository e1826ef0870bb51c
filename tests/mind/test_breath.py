"""Answers in a few messages, and the time they take to type."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mind.breath import breaths, typing_time

SENTENCES = ["I knew it.", "You always say that before you do the opposite!", "So, when is it?", "你好。", "Look at https://example.org/a?b=1. It is good.",
             "||He dies. At the end.|| Sorry.", "\n\n", "\n", "```python\nx = 1\n\ny = 2\n```", "- eggs\n- milk\n"]


@given(st.lists(st.sampled_from(SENTENCES), max_size=25))
def test_nothing_is_lost_and_nothing_whole_is_cut(parts: list[str]) -> None:
    text = " ".join(parts)
    found = breaths(text)
    assert len(found) <= 4 and all(f.strip() == f and f for f in found)
    assert re.sub(r"\s", "", "".join(found)) == re.sub(r"\s", "", text)
    for whole in ("https://example.org/a?b=1", "||He dies. At the end.||", "```python\nx = 1\n\ny = 2\n```"):
        assert sum(f.count(whole) for f in found) == text.count(whole)


def test_a_short_answer_is_one_message() -> None:
    assert breaths("Oh good, it's you. What did I miss?") == ("Oh good, it's you. What did I miss?",)
    assert breaths(" \n") == ()


def test_thoughts_are_a_message_each() -> None:
    assert breaths("The whole flat? Even the drawer of doom? I am impressed.\n\nAnd a little suspicious, since you hate cleaning.") == (
        "The whole flat? Even the drawer of doom? I am impressed.", "And a little suspicious, since you hate cleaning.")


def test_a_list_stays_together() -> None:
    assert len(breaths("What you need. It is not much.\n- two eggs. Fresh ones.\n- milk. A lot of it.\n- flour, and a pinch of salt, and patience.")) == 1


@pytest.mark.parametrize(("letters", "seconds"), [(1, 0.8), (44, 2.0), (2000, 4.0)])
def test_typing_takes_time_but_not_too_much(letters: int, seconds: float) -> None:
    assert typing_time("a" * letters) == pytest.approx(seconds)
