"""Words, stems and topics."""

import pytest

from bot.mind.topics import means, topics
from bot.mind.words import content, covered, stem, words


@pytest.mark.parametrize(("a", "b"), [("exam", "exams"), ("moved", "moving"), ("cat", "cats"), ("party", "parties"), ("stop", "stopped"), ("city", "cities")])
def test_forms_of_a_word_meet(a: str, b: str) -> None:
    assert stem(a) == stem(b)


@pytest.mark.parametrize(("a", "b"), [("cat", "car"), ("sister", "brother"), ("rome", "oslo"), ("dog", "job")])
def test_different_words_do_not(a: str, b: str) -> None:
    assert stem(a) != stem(b)


@pytest.mark.parametrize(("text", "expected"), [
    ("What's MY cat’s name?", {"cat", "nam"}), ("", set()), ("!!! 😂", set()), ("i was there and he had it", set()), ("naïve café", {"naïv", "café"}),
    ("我住在柏林", {"我住在柏林"}), ("snake_case 42", {"snak", "cas", "42"}),
])
def test_what_carries_meaning(text: str, expected: set[str]) -> None:
    assert content(text) == expected


def test_words_and_cover() -> None:
    assert words("What's up, Ada?") == ("what", "up", "ada")
    assert covered([], "x") == 0 and covered(content("my cats"), "a cat") == 1


def test_topics_join_what_vectors_do_not() -> None:
    assert topics("i fancy hotpot") & topics("no spicy food, says my doctor")
    assert not topics("i fancy hotpot") & topics("my rent is due")
    assert topics("") == frozenset()


def test_near_synonyms() -> None:
    assert means(stem("job"), content("my work")) and means(stem("mum"), content("my mother")) and not means(stem("mum"), content("my dog"))
