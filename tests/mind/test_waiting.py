"""The place in line, in words."""

import pytest

from bot.mind.waiting import place_in_line


@pytest.mark.parametrize(("ahead", "words"), [(1, "next"), (2, "second in line"), (10, "tenth in line"), (11, "number 11 in line"), (64, "number 64")])
def test_the_place_is_told_in_words_as_far_as_one_would(ahead: int, words: str) -> None:
    assert words in place_in_line(ahead)
