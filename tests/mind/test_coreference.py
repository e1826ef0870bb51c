"""Which mentions are of one event, and what becomes of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.mind.coreference import event_of, is_bare, joined, just_over, mention, outcome, same_event, went
from bot.mind.events import Candidate, Kind, Memory

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
FINAL = Memory(
    id=1, person="discord:1", audience="dm:discord:1", kind=Kind.PLAN, gist="Their chemistry final is on Friday.", quote="my chemistry final is on friday at 10",
    said_at=MONDAY, happens_at=datetime(2026, 3, 6, 10, tzinfo=UTC), importance=0.9, shareable=True,
)
TOLD = replace(FINAL, id=2, kind=Kind.ACHIEVEMENT, gist="They passed the final.", quote="i passed the final!", said_at=MONDAY + timedelta(days=4, hours=6), happens_at=None, emotion="joy", importance=0.7, shareable=False)


def same(first: str, then: str, days: float) -> bool:
    return same_event(mention(then, MONDAY + timedelta(days=days), None, "UTC"), mention(first, MONDAY, None, "UTC"))


@pytest.mark.parametrize(("first", "then", "days"), [
    ("my chemistry final is on friday", "dreading the exam on friday", 2), ("my chemistry final is on friday at 10", "the exam went fine", 4.5), ("my chemistry final is on friday at 10", "it went ok", 4.5),
    ("my sister marries on saturday", "my sister's wedding was lovely", 6), ("I fly to Rome tomorrow", "landed in Rome, the flight was bumpy", 1.5), ("trip to Japan in April", "I leave for Japan on 4 April", 20),
    ("our dog was operated on today", "the dog's surgery on monday was expensive", 3), ("interview at the zoo on friday", "I didn't get the job at the zoo", 8),
])
def test_one_event(first: str, then: str, days: float) -> None:
    assert same(first, then, days)


@pytest.mark.parametrize(("first", "then", "days"), [
    ("my chemistry final is on friday", "my maths exam is on friday", 2), ("my chemistry final is on friday at 10", "it went ok", 2), ("my chemistry final is on friday at 10", "it went ok", 12),
    ("my chemistry final is on friday", "my sister passed her exam today", 4), ("dentist tomorrow", "dentist tomorrow", 30), ("I run a marathon on sunday", "I run every sunday", 3), ("concert on friday", "saw a marathon film yesterday", 5),
    ("my exam is on friday", "the film was great", 4.5), ("I fly to Rome tomorrow", "I'd like to fly to Rome some day", 1), ("my cat was operated on today", "my dog was operated on today", 0.5), ("", "", 0),
])
def test_two_events(first: str, then: str, days: float) -> None:
    assert not same(first, then, days)


def test_what_is_told_first_is_never_of_what_comes_later() -> None:
    assert not same("my chemistry final is on friday", "dreading the exam on friday", -1)


@pytest.mark.parametrize("change", [{"audience": "server:7"}, {"superseded_by": 9}, {"pinned": True}, {"kind": Kind.PROFILE}])
def test_only_what_holds_and_was_told_there_is_gone_on_with(change: dict[str, object]) -> None:
    assert event_of(TOLD, [Candidate(memory=FINAL), Candidate()], "UTC") == FINAL
    assert event_of(TOLD, [Candidate(memory=replace(FINAL, **change))], "UTC") is None  # type: ignore[arg-type]


def test_a_plan_becomes_what_has_been() -> None:
    whole = joined(TOLD, FINAL, "UTC")
    assert (whole.id, whole.kind, whole.resolved_at, whole.happens_at) == (0, Kind.ACHIEVEMENT, TOLD.said_at, FINAL.happens_at)
    assert (whole.quote, whole.emotion, whole.importance, whole.shareable) == (FINAL.quote, "joy", 0.9, False)
    assert whole.gist == "Their chemistry final is on Friday. How it went: “i passed the final!”"
    assert (outcome(whole), outcome(FINAL)) == ("i passed the final!", "")


def test_a_plan_told_twice_is_still_a_plan() -> None:
    again = replace(TOLD, kind=Kind.FEELING, quote="dreading the final", gist="They dread the final.", said_at=MONDAY + timedelta(days=1))
    whole = joined(again, FINAL, "UTC")
    assert (whole.kind, whole.resolved_at, whole.said_at) == (Kind.PLAN, None, again.said_at)
    assert joined(replace(again, gist=FINAL.gist), FINAL, "UTC").gist == FINAL.gist


def test_the_last_word_on_how_it_went_counts() -> None:
    assert went(went(FINAL, "it went ok", MONDAY), "it was great", MONDAY).gist == "Their chemistry final is on Friday. How it went: “it was great”"


def test_it_is_the_only_thing_that_has_just_been() -> None:
    later, other = MONDAY + timedelta(days=4, hours=6), replace(FINAL, id=5, quote="my interview is on friday at 12")
    assert just_over(later, [FINAL], "UTC") == FINAL
    assert just_over(later, [FINAL, other], "UTC") is None
    assert just_over(later, [replace(FINAL, resolved_at=MONDAY)], "UTC") is None


@pytest.mark.parametrize(("text", "bare"), [("it went ok", True), ("ugh, that was awful", True), ("all over!", True), ("the film was great", False), ("my exam was great", False), ("", False)])
def test_what_says_how_but_not_what(text: str, bare: bool) -> None:
    assert is_bare(text) is bare
