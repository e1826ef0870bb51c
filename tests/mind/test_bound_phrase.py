"""What bounds somebody has a short name; where it has none, none is made up."""

import pytest

from bot.mind.bound_phrase import bound_phrase


@pytest.mark.parametrize(("quote", "phrase"), [
    ("doctor says I've got a stomach ulcer, so nothing spicy for me for three months", "with your stomach ulcer"),
    ("my doctor found a stomach ulcer, no spicy food for a while", "with your stomach ulcer"),
    ("I was diagnosed with diabetes", "with your diabetes"), ("I have high blood pressure", "with your high blood pressure"),
    ("I'm badly allergic to cats", "with your allergy to cats"), ("my stomach is really sensitive", "with your sensitive stomach"),
    ("my back is killing me", "with your back"), ("my knee hurts when I run", "with your knee"),
    ("I can't eat gluten", "when you can't eat gluten"), ("I don't drink anymore", "when you don't drink"),
    ("I quit smoking in March", "when you quit smoking in March"), ("I'm pregnant!", "when you are pregnant"),
    ("no spicy food for me for a while", "when you are to have no spicy food"), ("Nothing greasy till Easter, says the doctor", "when you are to have nothing greasy"),
    ("no spicy food for months", "when you are to have no spicy food"),
    ("I'm not allowed to lift anything heavy until June", "when you are not allowed to lift anything heavy"),
])
def test_it_is_named(quote: str, phrase: str) -> None:
    assert bound_phrase(quote) == phrase


@pytest.mark.parametrize("quote", ["", "I have to leave at six", "I have been to Rome", "the soup was good", "my day was fine", "I have never been so happy", "胃不好"])
def test_nothing_is_made_up(quote: str) -> None:
    assert bound_phrase(quote) == ""
