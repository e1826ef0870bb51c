"""What a picture is to show, and how it is told to somebody who cannot see it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.mind.charts import LONGEST_ALT, calendar, mood, timeline
from bot.mind.events import Kind, Memory, Proposal, Unprompted

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FINAL = Memory(
    person="p", audience="dm:p", kind=Kind.PLAN, gist="Has a chemistry final.", quote="", said_at=NOW - 9 * DAY, happens_at=NOW - 2 * DAY, id=1,
)
SENT = Unprompted(person="p", conversation="", proposal=1, memory=1, nonce="", reason="", at=NOW - 3 * DAY)
PLANNED = Proposal(person="p", memory=1, source="follow_up", opens=NOW, best=NOW, closes=NOW, worth=1, reason="", due=NOW + DAY)


def test_a_mood_has_days_and_weeks_on_their_own_clock() -> None:
    late = datetime(2026, 6, 7, 23, tzinfo=UTC)  # a Sunday; in Berlin it is Monday already
    drawn = mood([(NOW - 8 * DAY, "joy"), (NOW - 8 * DAY, "neutral"), (NOW - 20 * DAY, "sadness"), (late, "love")], NOW, "Europe/Berlin")
    assert drawn is not None
    assert [(felt.day, felt.valence, felt.words) for felt in drawn.days] == [
        (date(2026, 5, 21), -0.8, 1), (date(2026, 6, 2), 0.45, 2), (date(2026, 6, 8), 0.8, 1)]
    assert [monday for monday, _ in drawn.weeks] == [date(2026, 5, 18), date(2026, 6, 1), date(2026, 6, 8)]
    assert drawn.alt == (
        "Your mood from 21 May 2026 to 8 June 2026, as your words sounded on 3 days: even on the whole. "
        "The best week began on 8 June 2026 (good), the hardest on 18 May 2026 (low).")


def test_a_mood_needs_a_few_days_that_are_known_and_lately() -> None:
    assert mood([], NOW, "UTC") is None
    assert mood([(NOW, "joy"), (NOW, "sadness"), (NOW - DAY, "joy")], NOW, "UTC") is None
    assert mood([(NOW, "joy"), (NOW - DAY, "whatever"), (NOW - 2 * DAY, "joy"), (NOW - 100 * DAY, "joy")], NOW, "UTC") is None


def test_a_timeline_holds_events_and_no_traits() -> None:
    ahead = replace(FINAL, id=2, gist="Moves to Oslo.", happens_at=NOW + 5 * DAY)
    told = replace(FINAL, id=3, kind=Kind.EXPERIENCE, gist="Saw a whale.", happens_at=None, said_at=NOW - 30 * DAY)
    trait = replace(FINAL, id=4, kind=Kind.PROFILE, gist="Lives in Bergen.", happens_at=None)
    drawn = timeline([FINAL, ahead, told, trait], NOW, "UTC")
    assert drawn is not None
    assert [(event.number, event.ahead) for event in drawn.events] == [(3, False), (1, False), (2, True)]
    assert drawn.alt == (
        "A timeline of what you told me of (3), 11 May 2026 to 15 June 2026: 11 May 2026, Saw a whale; "
        "8 June 2026, Has a chemistry final; 15 June 2026, Moves to Oslo.")
    assert timeline([trait], NOW, "UTC") is None


def test_of_many_events_the_weightiest_are_shown() -> None:
    many = [replace(FINAL, id=n, gist=f"Event {n} " + "x" * 100, importance=n / 40) for n in range(1, 41)]
    drawn = timeline([*many, replace(FINAL, id=99, importance=0.0, pinned=True)], NOW, "UTC")
    assert drawn is not None
    assert {event.number for event in drawn.events} == {99, *range(28, 41)} and drawn.more == 27
    assert all(len(event.words) <= 64 for event in drawn.events)
    assert len(drawn.alt) <= LONGEST_ALT and "27 lesser ones left out" in drawn.alt


def test_a_calendar_shows_what_was_sent_and_what_is_planned() -> None:
    drawn = calendar([SENT], [PLANNED, replace(PLANNED, source="good_wishes"), replace(PLANNED, source="moon_phase", due=NOW + 7 * DAY)], NOW, "UTC")
    assert drawn is not None
    assert [len(week) for week in drawn.weeks] == [7] * 6 and drawn.weeks[0][0].day == date(2026, 5, 25)
    cells = {cell.day: cell for week in drawn.weeks for cell in week}
    assert cells[date(2026, 6, 7)].wrote == 1
    assert cells[date(2026, 6, 11)].planned == ("how it went", "good wishes")
    assert drawn.alt == (
        "A calendar from 25 May 2026 to 5 July 2026. I wrote first on 7 June 2026. Planned, if nothing speaks against it: "
        "11 June 2026 (how it went, good wishes), 17 June 2026 (moon phase).")


def test_a_calendar_of_nothing_is_none() -> None:
    assert calendar([replace(SENT, at=NOW - 60 * DAY)], [replace(PLANNED, due=NOW + 60 * DAY)], NOW, "UTC") is None
