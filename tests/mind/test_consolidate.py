"""Said again, told how it went."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.mind.consolidate import at_odds, ends, held_at, repeats, resolved, valid_at
from bot.mind.events import Candidate, Kind, Memory

FRIDAY = datetime(2026, 3, 6, 10, tzinfo=UTC)
FINAL = Memory(
    id=1, person="discord:1", audience="dm:discord:1", kind=Kind.PLAN, gist="Their chemistry final is on Friday.", quote="my chemistry final is on friday at 10",
    said_at=FRIDAY - timedelta(days=4), happens_at=FRIDAY,
)
WEDDING = replace(FINAL, id=2, gist="Their cousin marries.", quote="my cousin's wedding is on friday")


def known(*memories: Memory, dense: float = 0.0) -> list[Candidate]:
    return [Candidate(memory=m, dense=dense) for m in memories]


@pytest.mark.parametrize(("text", "hours"), [
    ("the chemistry final went great", 5), ("i passed my final!!", 30), ("my exam is over", 2), ("failed the final lol", 100),
    ("the chemistry final got cancelled", -40), ("final was postponed", -90),
])
def test_told(text: str, hours: int) -> None:
    assert resolved(text, FRIDAY + timedelta(hours=hours), known(FINAL, WEDDING)) == (FINAL,)


@pytest.mark.parametrize(("text", "hours"), [
    ("i had dinner, still nervous about the chemistry final", -11), ("when the final is over i will sleep", -20), ("my final is tomorrow", -20),
    ("i did my laundry", 5), ("hi", 5), ("", 5), ("the chemistry final went great", 24 * 30), ("did you know i like cheese", 5),
])
def test_not_told(text: str, hours: int) -> None:
    assert resolved(text, FRIDAY + timedelta(hours=hours), known(FINAL, WEDDING)) == ()


def test_it_is_the_one_thing_that_has_just_been() -> None:
    later = FRIDAY + timedelta(hours=5)
    assert resolved("it went fine!", later, known(FINAL, dense=0.6)) == (FINAL,)
    assert resolved("it went fine!", later, known(FINAL, WEDDING, dense=0.6)) == ()
    assert resolved("it went fine!", later, known(FINAL, dense=0.1)) == ()
    assert resolved("it went fine!", FRIDAY + timedelta(days=4), known(FINAL, dense=0.6)) == ()


def test_what_is_settled_or_replaced_or_only_just_told_is_left_alone() -> None:
    later = FRIDAY + timedelta(hours=5)
    for memory in (replace(FINAL, resolved_at=FRIDAY), replace(FINAL, superseded_by=9), replace(FINAL, said_at=later), replace(FINAL, happens_at=None)):
        assert resolved("the chemistry final went great", later, known(memory)) == ()


@pytest.mark.parametrize(("new", "old", "same"), [
    ("i live in Oslo", "I live in oslo!", True), ("i like coffee", "i don't like coffee", True), ("my brother lives in Rome", "my sister lives in Rome", False),
    ("i passed my maths exam", "i failed my maths exam", False), ("my cat is called Tom", "my dog is called Tom", False), ("ok", "well", False),
    ("my girlfriend is called Priya", "my uncle's girlfriend is called Priya", False), ("I visited Leeds last summer with my aunt, in July 2025", "I visited Oslo last summer with my aunt, in July 2025", False),
])
def test_repeated(new: str, old: str, same: bool) -> None:
    fact = replace(FINAL, kind=Kind.PREFERENCE, happens_at=None)
    assert (repeats(replace(fact, quote=new, gist=new), known(replace(fact, id=5, quote=old, gist=old))) == (5,)) is same


def test_the_same_thing_on_another_day_is_another_thing() -> None:
    again = replace(FINAL, id=3, happens_at=FRIDAY + timedelta(days=14))
    assert repeats(again, known(FINAL)) == ()
    assert repeats(replace(again, happens_at=FRIDAY + timedelta(hours=3)), known(FINAL)) == (1,)
    assert repeats(again, [Candidate()]) == ()


def fact(number: int, quote: str, days: int = 0, superseded_by: int = 0) -> Memory:
    said = FRIDAY + timedelta(days=days)
    return replace(FINAL, id=number, kind=Kind.PROFILE, quote=quote, gist=quote, said_at=said, happens_at=None, superseded_by=superseded_by)


@pytest.mark.parametrize(("new", "old", "ended"), [
    ("I moved to Oslo", "i live in Bergen", True), ("I'm single again", "I'm dating Tom", True), ("I moved to Oslo", "my sister lives in Bergen", False),
    ("I moved to Oslo", "i live in Bergen and my dog is called Rex", False), ("I like Oslo", "i live in Bergen", False), ("my cat is called Tom", "my dog is called Rex", False),
])
def test_a_new_fact_ends_the_old_one(new: str, old: str, ended: bool) -> None:
    assert (ends(fact(9, new, 3), [fact(1, old)]) == (1,)) is ended


def test_what_was_said_later_or_is_over_already_is_not_ended() -> None:
    for old in (fact(1, "i live in Bergen", 5), fact(1, "i live in Bergen", superseded_by=2)):
        assert ends(fact(9, "I moved to Oslo", 3), [old]) == ()


def test_what_held_at_a_moment() -> None:
    bergen, oslo, again = fact(1, "i live in Bergen", 0, 2), fact(2, "I moved to Oslo", 10, 3), fact(3, "I moved to Bergen", 20)
    chain = (bergen, oslo, again, fact(4, "my dog is called Rex", 1))
    found = [valid_at(chain, again, FRIDAY + timedelta(days=days)) for days in (-1, 0, 9, 10, 19, 20, 90)]
    assert found == [None, bergen, bergen, oslo, oslo, again, again]


@pytest.mark.parametrize(("new", "old", "days", "ended"), [
    ("I switched to the harp", "I play the cello", 9, True), ("I play the harp", "I play the cello", 9, False), ("I play the cello", "I play the cello", 9, True), ("I lived in Bergen until May", "I live in Bergen", 9, True),
    ("I lived in Rome until May", "I live in Bergen", 9, False), ("I live in Oslo", "I live in Bergen", 0, False), ("I live in Oslo now", "I live in Bergen", 0, True), ("I'm 31", "I'm 34", 99, False),
    ("I'm 35", "I'm 34", 99, True),
])
def test_what_is_no_update_is_left(new: str, old: str, days: int, ended: bool) -> None:
    assert (ends(fact(9, new, days), [fact(1, old)]) == (1,)) is ended


def test_a_test_that_has_been_is_not_moved() -> None:
    old = replace(fact(1, "my driving test is on 6 March"), happens_at=FRIDAY)
    moved = "my driving test is on 20 March"
    assert ends(fact(9, moved, 3), [old]) == ()
    assert ends(fact(9, moved, -1), [replace(old, said_at=FRIDAY - timedelta(days=9))]) == (1,)


def test_two_that_cannot_both_be_true() -> None:
    bergen, oslo = fact(1, "I live in Bergen"), fact(2, "I live in Oslo")
    assert at_odds([oslo, bergen]) == (bergen, oslo)
    for other in (fact(2, "I moved to Oslo"), fact(2, "I live in Oslo", 9), fact(2, "I live in bergen"), replace(oslo, superseded_by=3), fact(2, "I work in Oslo")):
        assert at_odds([bergen, other]) is None


def test_what_was_so_at_a_moment() -> None:
    told = (fact(1, "I lived in Porto until 2024", 0), fact(2, "I live in Bergen", 10, 3), fact(3, "I moved to Oslo", 20), fact(4, "my dog is called Rex"))
    wanted = {-3650: 1, -30: 0, 5: 0, 10: 2, 19: 2, 20: 3, 900: 3}
    for days, number in wanted.items():
        found = held_at(told, "home of me", FRIDAY + timedelta(days=days))
        assert (found.id if found else 0) == number
