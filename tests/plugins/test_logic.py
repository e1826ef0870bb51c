"""What plugins do without Discord: read times, list memories, put things into words."""

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mind.events import Consent, Decision, Kind, Memory, Participant, Proposal, Receipt
from bot.sdk import OldfriendError, tongue_of
from plugins.memory._logic import PAGE_LENGTH, details, page_of, receipt_words, shorten
from plugins.reachout._logic import (
    consent_words,
    decisions_words,
    fitting_zones,
    planned_words,
    quiet_words,
    read_time,
    zones,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ENGLISH = tongue_of("en-US")


def memory(number: int = 1, **other: object) -> Memory:
    facts = {"person": "discord:1", "audience": "dm:discord:1", "kind": Kind.PLAN, "gist": f"Plan {number}.",
             "quote": "my words", "said_at": NOW, "id": number}
    return Memory(**(facts | other))  # type: ignore[arg-type]  # a test's shorthand


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("22:00", time(22)), ("10pm", time(22)), ("9", time(9)), ("9:30 am", time(9, 30)), ("12am", time(0)),
        ("12 pm", time(12)), ("07.15", time(7, 15)), ("23h", time(23)), ("8h30", time(8, 30)), ("24:00", time(0)),
        (" Noon ", time(12)), ("midnight", time(0)), ("11 P.M.", time(23)), ("0", time(0)),
    ],
)
def test_times_as_people_write_them(text: str, expected: time) -> None:
    assert read_time(text) == expected


@pytest.mark.parametrize("text", ["", "25", "12:60", "13pm", "0am", "ten", "9:5", "-1", "22:00:00", "٩٩", "1" * 400])
def test_other_times_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(OldfriendError, match="Write it like"):
        read_time(text)


@given(st.times())
def test_every_minute_of_the_day_can_be_written(moment: time) -> None:
    moment = moment.replace(second=0, microsecond=0)
    assert read_time(f"{moment:%H:%M}") == moment
    assert read_time(f"{moment:%I:%M %p}") == moment


@given(st.integers(0, 60), st.integers(-5, 60))
def test_pages(count: int, number: int) -> None:
    page = page_of([memory(n) for n in range(1, count + 1)], number)
    assert 1 <= page.number <= page.pages
    assert len(page.memories) <= PAGE_LENGTH
    assert bool(page.memories) == bool(count)
    everything = [m.id for n in range(1, page.pages + 1) for m in page_of([memory(i) for i in range(1, count + 1)], n).memories]
    assert everything == list(range(1, count + 1))


def test_shorten_stays_on_one_line() -> None:
    assert shorten("a\n  b") == "a b"
    assert shorten("word " * 100, 20) == "word word word word…"


def test_details_of_a_memory() -> None:
    names = [name for name, _ in details(memory(), ENGLISH)]
    assert names == ["In your words", "Kind", "You said it"]
    full = dict(details(memory(happens_at=NOW, resolved_at=NOW, sensitive=True, superseded_by=7, audience="server:5"), ENGLISH))
    assert full["No longer holds"] == "replaced by #7"
    assert "server" in full["You said it"]
    assert {"It happens", "You told me how it went", "Handled gently"} <= set(full)


def test_details_name_the_circumstances() -> None:
    who = (Participant(name="Ana", role="sister"), Participant(name="Tom"), Participant(role="dentist"))
    shown = dict(details(memory(participants=who, place="Rome", ends_at=NOW, recurs="every spring"), ENGLISH))
    assert (shown["Who else"], shown["Where"], shown["How often"]) == ("Ana (sister), Tom, dentist", "Rome", "every spring")
    assert shown["Until"] == f"<t:{int(NOW.timestamp())}:f>"


def test_receipts_count_what_went() -> None:
    assert receipt_words(Receipt(), ENGLISH) == "there was nothing to delete"
    assert receipt_words(Receipt(memories=1, turns=2), ENGLISH) == "1 memory, 2 messages"
    assert receipt_words(Receipt(memories=1, turns=2), tongue_of("de")) == "1 Erinnerung, 2 Nachrichten"


def test_consents_in_words() -> None:
    assert "/reachout on" in consent_words(Consent(person="p"), ENGLISH)
    waiting = consent_words(Consent(person="p", reach_out=True), ENGLISH)
    assert "/reachout timezone" in waiting
    everything = consent_words(
        Consent(person="p", reach_out=True, timezone="Europe/Berlin", timezone_known=True, snoozed_until=NOW, unreachable=True), ENGLISH)
    assert "at most 1 time a day" in everything
    assert "Europe/Berlin" in everything
    assert "closed to me" in everything
    assert quiet_words(Consent(person="p", quiet_start=time(1), quiet_end=time(1)), ENGLISH) == "No quiet hours."


def test_plans_and_decisions_in_words() -> None:
    assert planned_words((), {}, ENGLISH) == "Nothing."
    plan = Proposal(person="p", memory=1, source="follow_up", opens=NOW, best=NOW, closes=NOW, worth=0.5,
                    reason="to ask how it went", due=NOW)
    assert "and 2 more" in planned_words([plan] * 7, {}, ENGLISH)
    assert "held back: quiet hours" in planned_words([plan], {0: "quiet hours"}, ENGLISH)
    assert decisions_words((), ENGLISH) == "None yet."
    taken = [Decision(person="p", act="reply", reason="you wrote", at=NOW),
             Decision(person="p", act="wait", reason="quiet hours", at=NOW)]
    assert decisions_words(taken, ENGLISH) == f"<t:{int(NOW.timestamp())}:f> waited: quiet hours"


def test_zones_begin_with_the_city_that_is_typed() -> None:
    known = zones()
    assert fitting_zones(known, "berl")[0] == "Europe/Berlin"
    assert fitting_zones(known, "new york")[0] == "America/New_York"
    assert len(fitting_zones(known, "")) == 25
    assert fitting_zones(known, "atlantis") == []
