"""Outlines, portraits and digests; and that a summary says nothing that its sources do not."""

from datetime import timedelta

import pytest

from bot.mind.digest import digest, groups, outdated
from bot.mind.events import Kind, Memory
from bot.mind.fidelity import faithful, said_by
from bot.mind.prompt import estimate_tokens
from bot.mind.summary import PORTRAIT_TOKENS, composed, outlines
from tests.fakes.clock import START

YEAR = timedelta(days=365)


def known(number: int, gist: str, kind: Kind = Kind.PREFERENCE, **more: object) -> Memory:
    given = {"person": "p", "audience": "dm:p", "quote": gist, "said_at": START, "importance": 0.5, **more}
    return Memory(id=number, kind=kind, gist=gist, **given)  # type: ignore[arg-type]


LIFE = (
    known(1, "They cannot stand olives."),
    known(2, "They are called Ruth and teach maths in Ghent.", Kind.PROFILE),
    known(3, "Their brother Tom plays the piano.", Kind.RELATIONSHIP),
    known(4, "They love ramen.", pinned=True),
    known(5, "They cook on Sundays.", Kind.EXPERIENCE),
    known(6, "Their mother is ill.", Kind.WELLBEING, sensitive=True, importance=0.9),
    known(7, "They liked tea.", superseded_by=8),
)


def test_a_portrait_is_who_they_are_in_an_order_that_stays() -> None:
    portrait = outlines(LIFE, START)[-1]
    assert composed(portrait) == (
        "They are called Ruth and teach maths in Ghent. Their brother Tom plays the piano. They cannot stand olives. They love ramen."
    )
    assert [outline.about for outline in outlines(LIFE, START)] == ["food", ""]
    assert outlines(tuple(reversed(LIFE)), START + YEAR / 2)[-1] == portrait


def test_a_portrait_fits_and_shows_many_sides() -> None:
    food = [known(i, f"They like the dish number {i} with rice and soup.", importance=0.7) for i in range(10, 60)]
    music = [known(i, f"They play song {i} on the guitar.", importance=0.3) for i in range(60, 64)]
    portrait = composed(outlines([*LIFE, *food, *music], START)[-1])
    assert estimate_tokens(portrait) <= PORTRAIT_TOKENS
    assert "Ruth" in portrait and "ramen" in portrait and "piano" in portrait and "rice" in portrait


def test_of_nothing_there_is_no_portrait() -> None:
    assert outlines((), START) == ()
    assert outlines((known(1, "They flew a kite.", Kind.EXPERIENCE),), START) == ()


SOURCES = (
    "They are called Ruth and teach maths in Ghent.", "Their brother Tom lives in Oslo.", "They do not eat meat at work.",
    "They love ramen with extra eggs.", "They used to smoke.",
)


@pytest.mark.parametrize(
    "said",
    [
        "They are called Ruth, teach maths in Ghent and love ramen.",
        "Their brother Tom lives in Oslo.",
        "They do not eat meat at work, but love ramen with extra eggs.",
        "They teach maths in Ghent; their brother Tom lives in Oslo.",
    ],
)
def test_what_the_sources_say_is_faithful(said: str) -> None:
    assert faithful(said, SOURCES) == said


@pytest.mark.parametrize(
    "said",
    [
        "They live in Oslo.", "Their brother Tom teaches maths.", "They do not eat meat.", "They eat meat at work.", "They smoke.",
        "They are called Ruth and are 34.", "They teach maths in Bergen.", "Ruth is a kind person.", "Their brother Tom lives in Oslo and loves ramen.",
        "They love Tom.", "They do not love ramen with extra eggs.", "They.", "",
    ],
)
def test_what_they_do_not_say_is_not(said: str) -> None:
    assert faithful(said, SOURCES) == ""


def test_a_sentence_that_does_not_hold_takes_no_other_with_it() -> None:
    assert faithful("They are a doctor. They love ramen.", SOURCES) == "They love ramen."
    assert said_by("They are called Ruth and love ramen. Their brother Tom lives in Oslo.", SOURCES) == (1,)


def _faded(number: int, month: int, **more: object) -> Memory:
    return known(number, f"They saw film {number}.", Kind.EXPERIENCE, said_at=START.replace(month=month), **more)


def test_faded_events_are_folded_by_month_else_by_year_and_audiences_apart() -> None:
    memories = [
        *(_faded(i, 3) for i in (1, 2, 3)), *(_faded(i, i) for i in (4, 5, 6)), *(_faded(i, 3, audience="server:1") for i in (11, 12)),
        _faded(20, 3, pinned=True), _faded(21, 3, superseded_by=1),
    ]
    assert groups(memories, START + 200 * timedelta(days=1)) == ()
    found = groups(memories, START + 3 * YEAR)
    assert [[m.id for m in group] for group in found] == [[1, 2, 3], [4, 5, 6]]
    assert outdated(memories, START + 3 * YEAR) == (21,)
    stands = digest(found[0])
    assert stands.gist == "In March 2026: They saw film 1; They saw film 2; They saw film 3."
    assert digest(found[1]).gist.startswith("In 2026: ")
    assert (stands.folded, stands.quote, stands.audience) == (3, "", "dm:p")
    assert digest([stands, *found[1]]).folded == 6


def test_a_digest_says_what_mattered_as_far_as_it_fits() -> None:
    stands = digest([known(i, f"They walked the long way round the lake number {i}.", importance=i / 100) for i in range(60)])
    assert "number 59" in stands.gist and "number 1." not in stands.gist
    assert estimate_tokens(stands.gist) < 100
    assert stands.folded == 60
