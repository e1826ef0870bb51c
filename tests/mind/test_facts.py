"""What one has one of at a time, and what only looks like it."""

import json
import re
from pathlib import Path

import pytest

from bot.mind.facts import Fact, facts, past_facts, slot_asked
from bot.mind.words import words

CASES = Path(__file__).parents[1] / "evals" / "cases"


@pytest.mark.parametrize(("sentence", "slot", "value"), [
    ("i live in Bergen", "home of me", "bergen"), ("We just moved from Bergen to Oslo", "home of me", "oslo"), ("i moved to oslo last month", "home of me", "oslo"),
    ("my sister lives in Bergen", "home of sister", "bergen"), ("I'm working as a tram driver now", "profession of me", "tram driver"),
    ("I got a job at Ikea", "employer of me", "ikea"), ("Ben and I got together", "partner of me", "ben"), ("my dog is called Rex", "dog of me", "rex"),
    ("I'm vegan now", "diet of me", "vegan"), ("I turned 32 yesterday", "age of me", "32"), ("my new number is 555 0134", "phone number of me", "555 0134"),
    ("Blue is my favourite colour now", "favorite color of me", "blue"), ("my favorite color is green", "favorite color of me", "green"),
    ("my boss is called Ann", "boss of me", "ann"), ("I'm single again", "partner of me", ""), ("I'm no longer vegan", "diet of me", ""),
    ("we settled down in New York", "home of me", "new york"), ("they hired me as a florist", "profession of me", "florist"), ("Tom is my boss now", "boss of me", "tom"),
    ("my driving test got moved to 14 May", "date of driving test", "14 may"), ("my favourite dish these days is pho", "favorite dish of me", "pho"), ("I sold my car", "car of me", ""),
])
def test_stated(sentence: str, slot: str, value: str) -> None:
    assert facts(sentence) == (Fact(slot, value),)
    assert facts(sentence, slot) and not facts(sentence, "another")


@pytest.mark.parametrize(("sentence", "slot", "value", "until"), [
    ("I lived in Porto until last year", "home of me", "porto", "last year"), ("until 2024 my car was a Fiat", "car of me", "fiat", "2024"), ("I was vegan until two weeks ago", "diet of me", "vegan", "two weeks ago"),
])
def test_what_was_so_until_then_is_over(sentence: str, slot: str, value: str, until: str) -> None:
    assert past_facts(sentence) == (Fact(slot, value, until=until),)
    assert facts(sentence) == ()


@pytest.mark.parametrize(("sentence", "several"), [("I play the cello", True), ("I'm learning Welsh", True), ("I'm on sertraline", True), ("I live in Bergen", False)])
def test_of_some_things_there_may_be_several(sentence: str, several: bool) -> None:
    assert [fact.several for fact in facts(sentence)] == [several]


@pytest.mark.parametrize("sentence", [
    "", "I visited Oslo", "i used to live in Rome", "I want to move to Paris", "where do I live?", "I might move to Bonn", "I'm 20 minutes late", "I became a father",
    "I'm with Tom at the mall", "I'm seeing Tom tomorrow", "I moved to the couch", "I work at home", "my car is broken", "my boss is annoying", "The band moved to Berlin",
    "I joined Tinder", "I live with my mum",
])
def test_no_fact_of_now(sentence: str) -> None:
    assert facts(sentence) == ()


@pytest.mark.parametrize(("question", "slot"), [
    ("where do I live?", "home of me"), ("what's my dog called?", "dog of me"), ("What is my favourite colour?", "favorite color of me"), ("how old am I?", "age of me"),
    ("what did I eat?", ""), ("when is my driving test?", "date of driving test"), ("which team do I support?", "team of me"), ("when is dinner?", ""),
])
def test_asked(question: str, slot: str) -> None:
    assert slot_asked(question) == slot


def test_statements_in_many_wordings_are_read() -> None:
    stated = [(slot, text) for slot, texts in json.loads((CASES / "statements.json").read_text(encoding="utf-8")).items() for text in texts]
    missed = [text for slot, text in stated if not _reads(text, slot)]
    assert len(missed) <= 0.06 * len(stated), missed


@pytest.mark.parametrize("text", json.loads((CASES / "no_statements.json").read_text(encoding="utf-8")))
def test_what_only_looks_like_a_statement_is_none(text: str) -> None:
    assert [fact for fact in facts(text) if fact.value and (fact.slot.endswith(" of me") or fact.slot.startswith("date of "))] == []


def test_what_it_is_now_outweighs_that_the_old_one_is_over() -> None:
    assert {(f.slot, f.value) for f in facts("I quit, and now I'm a gardener")} >= {("profession of me", "gardener")}


def _reads(text: str, slot: str) -> bool:
    value = " ".join(words(re.findall(r"{(.*)}", text)[0]))
    return any(fact.slot == slot and value in fact.value.replace("-", " ") for fact in facts(re.sub("[{}]", "", text)))
