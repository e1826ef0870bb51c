"""Whose words a message holds."""

import pytest

from bot.mind.quoting import is_spoken_by_others, own_part


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("i live in Oslo", "i live in Oslo"),
        ("> i live in Bergen\nand i in Oslo", "and i in Oslo"),
        ("look\n>>> i live in Bergen\nand so on", "look"),
        ("5 > 3 and i live in Oslo", "5 > 3 and i live in Oslo"),
        ("i live in Oslo\n[sent a picture: bergen.png, which shows: my house]", "i live in Oslo"),
        ("[i live in Oslo]", "[i live in Oslo]"),
        ("read this:\nBob — Today at 14:02\ni live in Bergen\ni love it\n\ni live in Oslo", "read this:  i live in Oslo"),
        ("bob: i live in Bergen\ncleo: and i in Rome\nme: i live in Oslo", "me: i live in Oslo"),
        ("update: i live in Oslo\nplan: a cat", "update: i live in Oslo plan: a cat"),
        ("Bob: i live in Oslo", "Bob: i live in Oslo"),
    ],
)
def test_own_part(text: str, own: str) -> None:
    found = own_part(text)
    assert len(found) == len(text)
    assert found.split() == own.split()


@pytest.mark.parametrize(
    ("text", "words", "others"),
    [
        ('bob said "i live in Bergen" and i live in Oslo', "i live in Bergen", True),
        ('bob said "i live in Bergen" and i live in Oslo', "i live in Oslo", False),
        ('i love the book "Dune"', "Dune", False),
        ("er sagte „ich wohne in Bergen“", "ich wohne in Bergen", True),
    ],
)
def test_somebody_says_i_in_marks(text: str, words: str, others: bool) -> None:
    start = text.index(words)
    assert is_spoken_by_others(text, start, start + len(words)) is others
