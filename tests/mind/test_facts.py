"""What one has one of at a time, and what only looks like it."""

import pytest

from bot.mind.facts import Fact, facts, slot_asked


@pytest.mark.parametrize(("sentence", "slot", "value"), [
    ("i live in Bergen", "home of me", "bergen"), ("We just moved from Bergen to Oslo", "home of me", "oslo"), ("i moved to oslo last month", "home of me", "oslo"),
    ("my sister lives in Bergen", "home of sister", "bergen"), ("I'm working as a tram driver now", "profession of me", "tram driver"),
    ("I got a job at Ikea", "employer of me", "ikea"), ("Ben and I got together", "partner of me", "ben"), ("my dog is called Rex", "dog of me", "rex"),
    ("I'm vegan now", "diet of me", "vegan"), ("I turned 32 yesterday", "age of me", "32"), ("my new number is 555 0134", "phone number of me", "555 0134"),
    ("Blue is my favourite colour now", "favorite color of me", "blue"), ("my favorite color is green", "favorite color of me", "green"),
    ("my boss is called Ann", "boss of me", "ann"), ("I'm single again", "partner of me", ""), ("I'm no longer vegan", "diet of me", ""),
])
def test_stated(sentence: str, slot: str, value: str) -> None:
    assert facts(sentence) == (Fact(slot, value),)


@pytest.mark.parametrize("sentence", [
    "", "I visited Oslo", "i used to live in Rome", "I want to move to Paris", "where do I live?", "I might move to Bonn", "I'm 20 minutes late", "I became a father",
    "I'm with Tom at the mall", "I'm seeing Tom tomorrow", "I moved to the couch", "I work at home", "my car is broken", "my boss is annoying", "The band moved to Berlin",
    "I joined Tinder", "I live with my mum",
])
def test_no_fact_of_now(sentence: str) -> None:
    assert facts(sentence) == ()


@pytest.mark.parametrize(("question", "slot"), [
    ("where do I live?", "home of me"), ("what's my dog called?", "dog of me"), ("What is my favourite colour?", "favorite color of me"), ("how old am I?", "age of me"),
    ("what did I eat?", ""),
])
def test_asked(question: str, slot: str) -> None:
    assert slot_asked(question) == slot
