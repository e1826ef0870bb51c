"""When it asks how something went, and what it calls the thing."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mind.event_phrase import UNNAMED, event_phrase
from bot.mind.events import Consent, Kind, Memory, Proposal
from bot.mind.nudge import faults
from bot.mind.proposals.follow_up import FollowUp

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FRIDAY_AT_TEN = datetime(2026, 3, 6, 10, 0, tzinfo=BERLIN).astimezone(UTC)
ADA = Consent(person="discord:1", timezone="Europe/Berlin", timezone_known=True)
FINAL = Memory(
    id=1, person="discord:1", audience="dm:discord:1", kind=Kind.PLAN, gist="Has a chemistry final on Friday at 10.",
    quote="my chemistry final is on Friday at 10", said_at=MONDAY, happens_at=FRIDAY_AT_TEN, importance=0.9,
)


def proposed(memory: Memory = FINAL, consent: Consent = ADA, now: datetime = MONDAY) -> Proposal:
    proposal = FollowUp().propose(memory, consent, now)
    assert proposal is not None
    return proposal


def friday(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 6, hour, minute, tzinfo=BERLIN)


def test_a_final_on_friday_at_ten_is_asked_about_on_friday_afternoon() -> None:
    proposal = proposed()
    assert proposal.best.astimezone(BERLIN) == datetime(2026, 3, 6, 14, 0, tzinfo=BERLIN)
    assert proposal.due == proposal.best
    assert proposal.opens == FRIDAY_AT_TEN + timedelta(hours=3)
    assert proposal.closes == FRIDAY_AT_TEN + timedelta(hours=48)
    assert proposal.worth == 0.9
    assert "Has a chemistry final on Friday at 10." in proposal.reason


@pytest.mark.parametrize(("happens", "best"), [
    (friday(0), friday(18, 30)),  # only the day is known
    (friday(8), friday(11)),      # early: they need not wait until the afternoon
    (friday(3), friday(9)),       # at night: in the morning, after the quiet hours
    (friday(18), friday(21)),     # in the evening: when it may be over
    (friday(20), friday(9) + timedelta(days=1)),  # late: the next morning
])
def test_the_best_moment(happens: datetime, best: datetime) -> None:
    assert proposed(replace(FINAL, happens_at=happens.astimezone(UTC))).best == best


def test_what_lasts_is_asked_about_when_it_is_over() -> None:
    assert proposed(replace(FINAL, ends_at=(friday(0) + timedelta(days=3)).astimezone(UTC))).best == friday(18, 30) + timedelta(days=3)


def test_an_afternoon_that_is_quiet_is_not_waited_for() -> None:
    consent = replace(ADA, quiet_start=time(13, 30), quiet_end=time(9))
    assert proposed(consent=consent).best.astimezone(BERLIN) == datetime(2026, 3, 6, 13, 0, tzinfo=BERLIN)


@pytest.mark.parametrize("memory", [
    replace(FINAL, happens_at=None), replace(FINAL, happens_at=MONDAY - timedelta(hours=2)), replace(FINAL, importance=0.2),
    replace(FINAL, kind=Kind.PREFERENCE), replace(FINAL, kind=Kind.PROFILE),
], ids=["no time", "long past", "of no importance", "a preference", "a fact"])
def test_nothing_is_proposed_for(memory: Memory) -> None:
    assert FollowUp().propose(memory, ADA, MONDAY) is None


def test_what_they_told_of_ahead_is_asked_about_although_it_was_read_after_it() -> None:
    ahead, over = proposed(), FRIDAY_AT_TEN + timedelta(hours=26)
    assert proposed(now=over) == ahead, "the computer was off meanwhile"
    assert FollowUp().propose(FINAL, ADA, ahead.closes) is None, "too late to ask"
    assert FollowUp().propose(replace(FINAL, said_at=over), ADA, over) is None, "they told of it as of something past"


def test_a_tender_matter_is_marked_so_that_restraint_can_hold_it_back() -> None:
    assert proposed(replace(FINAL, sensitive=True)).sensitive


@given(st.integers(0, 400 * 24 * 60).map(lambda m: MONDAY + timedelta(minutes=m)), st.sampled_from(["UTC", "America/New_York", "Pacific/Auckland", "Asia/Kolkata"]))
def test_the_best_moment_lies_in_the_window(happens: datetime, zone: str) -> None:
    proposal = proposed(replace(FINAL, happens_at=happens), replace(ADA, timezone=zone))
    assert happens <= proposal.opens <= proposal.best < proposal.closes


@pytest.mark.parametrize(("said", "phrase"), [
    ("Has a chemistry final on Friday at 10.", "your chemistry final"),
    ("my chemistry final is on Friday at 10", "your chemistry final"),
    ("My chemistry final's on Friday", "your chemistry final"),
    ("The user's chemistry final is scheduled for Friday at 10:00.", "your chemistry final"),
    ("hi! I'm Ada. My chemistry final is on Friday at 10", "your chemistry final"),
    ("I have an exam on friday at 10, wish me luck", "your exam"),
    ("tomorrow I have my driving test and I'm nervous", "your driving test"),
    ("Will take a driving test on the 12th of May.", "your driving test"),
    ("Ada has a dentist appointment in two days", "your dentist appointment"),
    ("Is running a half marathon on Sunday morning", "your half marathon"),
    ("My sister's wedding is on March 3rd", "your sister's wedding"),
    ("dinner with my boss tonight", "your dinner with your boss"),
    ("Has a meeting at 14:30 with his boss on 2026-03-04", "your meeting with your boss"),
    ("job interview at a bakery", "your job interview at a bakery"),
    ("I'm flying to Lisbon on Sunday", "flying to Lisbon"),
    ("moving into a new flat", "moving into a new flat"),
    ("NASA interview", "your NASA interview"),
    ("I am so tired", UNNAMED),
    ("Plans to move to Berlin in June", UNNAMED),
    ("Sam's birthday is on Friday", UNNAMED),
    ("Is nervous about the chemistry final", UNNAMED),
    ("Mein Examen ist am Freitag", UNNAMED),
    ("", UNNAMED),
])
def test_what_an_event_is_called(said: str, phrase: str) -> None:
    assert event_phrase(replace(FINAL, gist=said, quote="")) == phrase


def test_the_quote_helps_where_the_gist_does_not() -> None:
    assert event_phrase(replace(FINAL, gist="Is nervous.")) == "your chemistry final"


@given(st.text(max_size=300))
def test_any_words_can_be_tried(said: str) -> None:
    phrase = event_phrase(replace(FINAL, gist=said, quote=said))
    assert phrase.strip() and "?" not in phrase and "\n" not in phrase


@pytest.mark.parametrize("text", [
    "", " ", "x" * 281, "How was it? Did you pass?", "I missed you! How was it?", "You've been so quiet.", "Why haven't you told me?",
    "Haven't heard from you in a while.", "Did you forget about me?", "Where have you been?",
])
def test_what_must_not_be_sent(text: str) -> None:
    assert faults(text)


@pytest.mark.parametrize("text", ["So, your chemistry final. How did it go?", "x" * 280, "Was it a quiet day?", "I'd miss that train too."])
def test_what_may_be_sent(text: str) -> None:
    assert not faults(text)
