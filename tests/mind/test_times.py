"""Times as people write them, resolved against the moment and the place of speaking."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.mind.times import day_words, find_time, is_habit, part_of_day

BERLIN = "Europe/Berlin"
WEDNESDAY = datetime(2026, 3, 4, 20, 30, tzinfo=UTC)
"""Half past nine in the evening in Berlin."""


def heard(text: str, said_at: datetime = WEDNESDAY, zone: str = BERLIN) -> str:
    """Local time of what was found: "03-06 10:00" with an hour, "03-06" without, "" for none."""
    when = find_time(text, said_at, zone)
    if when is None:
        return ""
    local = when.at.astimezone(ZoneInfo(zone))
    if not when.has_hour:
        assert (local.hour, local.minute) == (0, 0), "a day without an hour is a day"
    return f"{local:%m-%d %H:%M}" if when.has_hour else f"{local:%m-%d}"


@pytest.mark.parametrize(("text", "expected"), [
    ("my chemistry final is on friday at 10", "03-06 10:00"),
    ("my exam is friday", "03-06"),
    ("my exam is next friday", "03-13"),
    ("exam next monday", "03-09"),
    ("exam this Saturday at 3pm", "03-07 15:00"),
    ("dentist on fri at 9", "03-06 09:00"),
    ("dentist next thurs", "03-12"),
    ("interview tmrw at 9", "03-05 09:00"),
    ("interview tommorow 9am", "03-05 09:00"),
    ("interview tomorrow at 9:30am", "03-05 09:30"),
    ("at 3pm tomorrow I have the dentist", "03-05 15:00"),
    ("dentist appointment at 10 on thursday", "03-05 10:00"),
    ("dentist on monday morning", "03-09 09:00"),
    ("party tomorrow night at 8", "03-05 20:00"),
    ("coffee with tom this sunday at 4", "03-08 16:00"),
    ("the flight is on 2026-04-01 at 14:30", "04-01 14:30"),
    ("wedding on the 5th of may", "05-05"),
    ("Wedding on May 5", "05-05"),
    ("i fly in two weeks", "03-18"),
    ("back in 20 mins", "03-04 21:50"),
    ("we go next weekend", "03-14"),
    ("the day after tomorrow at noon", "03-06 12:00"),
    ("tonight at 11", "03-04 23:00"),
])
def test_what_is_ahead(text: str, expected: str) -> None:
    assert heard(text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("i saw him on friday", "02-27"),
    ("i met her last friday", "02-27"),
    ("on friday i had an exam", "02-27"),
    ("i saw my mum yesterday evening", "03-03 19:00"),
    ("two weeks ago we broke up", "02-18"),
    ("we climbed it last weekend", "02-28"),
    ("last night at 2am i woke up", "03-04 02:00"),
    ("I had an exam on wednesday", "03-04"),
])
def test_what_is_past(text: str, expected: str) -> None:
    assert heard(text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("i've got my driving test on thursday", "03-05"),
    ("ive got a shift on thursday", "03-05"),
    ("i got an interview on friday at 10", "03-06 10:00"),
    ("i was told my exam is on friday", "03-06"),
    ("my exam was moved to friday", "03-06"),
    ("had a long day, i'll rest on sunday", "03-08"),
    ("i went to the doctor on friday", "02-27"),
])
def test_the_nearest_verb_decides(text: str, expected: str) -> None:
    assert heard(text) == expected


@pytest.mark.parametrize("text", [
    "", "hello", "i hate mondays", "every friday i play chess", "on february 30th", "on 32 march", "2026-13-45", "0000-00-00",
    "march", "明天考试", "😀" * 50, "at " * 2000, "1" * 4000,
])
def test_no_time_in_it(text: str) -> None:
    assert heard(text) == ""


@pytest.mark.parametrize("text", ["tomorrow at 25:00", "tomorrow at 5:75", "tomorrow at 99"])
def test_an_hour_that_there_is_not_leaves_the_day(text: str) -> None:
    assert heard(text) == "03-05"


def test_just_after_midnight_the_day_is_the_speakers() -> None:
    friday = datetime(2026, 3, 5, 23, 30, tzinfo=UTC)  # 00:30 on Friday in Berlin, Thursday in New York
    assert heard("exam today at 10", friday) == "03-06 10:00"
    assert heard("exam tomorrow at 10", friday) == "03-07 10:00"
    assert heard("exam tomorrow at 10", friday, "America/New_York") == "03-06 10:00"
    assert heard("exam on friday at 10", friday) == "03-06 10:00"
    assert heard("yesterday i ran", friday) == "03-05"


def test_a_weekday_whose_hour_is_over_is_next_weeks() -> None:
    assert heard("exam on wednesday at 9") == "03-11 09:00"
    assert heard("the exam on wednesday at 9 was hard") == "03-04 09:00"


@pytest.mark.parametrize(("said", "utc"), [
    (datetime(2026, 3, 28, 12, tzinfo=UTC), "2026-03-29 08:00"),
    (datetime(2026, 10, 24, 12, tzinfo=UTC), "2026-10-25 09:00"),
])
def test_the_hour_stays_when_the_clocks_change(said: datetime, utc: str) -> None:
    when = find_time("exam tomorrow at 10", said, BERLIN)
    assert when is not None and f"{when.at:%Y-%m-%d %H:%M}" == utc


@pytest.mark.parametrize("text", ["next summer", "last winter", "in a year", "last year", "next month", "999 years ago", "in 999 years"])
@pytest.mark.parametrize("said", [datetime(2028, 2, 29, 12, tzinfo=UTC), datetime(2026, 1, 31, 12, tzinfo=UTC)])
def test_short_months_and_leap_days(text: str, said: datetime) -> None:
    when = find_time(text, said, BERLIN)
    assert when is not None
    assert (when.at < said) == ("last" in text or "ago" in text)


@pytest.mark.parametrize(("days", "words"), [
    (0, "today"), (1, "tomorrow"), (-1, "yesterday"), (3, "on Saturday"), (-3, "last Sunday"), (7, "in 1 week"), (-21, "3 weeks ago"),
    (60, "in 2 months"), (-800, "2 years ago"),
])
def test_days_in_words(days: int, words: str) -> None:
    assert day_words(WEDNESDAY + timedelta(days=days), WEDNESDAY, BERLIN) == words


def test_a_day_begins_at_local_midnight() -> None:
    assert day_words(WEDNESDAY + timedelta(hours=3), WEDNESDAY, BERLIN) == "tomorrow"
    assert day_words(WEDNESDAY + timedelta(hours=3), WEDNESDAY, "UTC") == "today"
    assert part_of_day(WEDNESDAY + timedelta(hours=3), BERLIN) == "Thursday night"


@pytest.mark.parametrize(("text", "begins", "ends"), [
    ("from the 3rd to the 10th of July I'm in Crete", (2026, 7, 3), (2026, 7, 10)), ("I'm away 12 to 15 May", (2026, 5, 12), (2026, 5, 15)), ("on holiday from Friday to Sunday", (2026, 3, 6), (2026, 3, 8)),
])
def test_ranges(text: str, begins: tuple[int, int, int], ends: tuple[int, int, int]) -> None:
    when = find_time(text, datetime(2026, 3, 4, 12, tzinfo=UTC), "UTC")
    assert when is not None and when.until is not None
    assert (when.at, when.until) == (datetime(*begins, tzinfo=UTC), datetime(*ends, tzinfo=UTC))


@pytest.mark.parametrize(("text", "day"), [
    ("I'm getting married in June", (2026, 6, 1)), ("I met him in May", (2025, 5, 1)), ("I moved here in March 2024", (2024, 3, 1)), ("I failed it in 2019", (2019, 1, 1)), ("court date on the 11th", (2026, 3, 11)),
    ("a gig on friday the 13th", (2026, 3, 13)), ("I haven't smoked in two years", None), ("I swim every tuesday", None),
])
def test_months_years_and_bare_days(text: str, day: tuple[int, int, int] | None) -> None:
    when = find_time(text, datetime(2026, 3, 4, 12, tzinfo=UTC), "UTC")
    assert (when.at if when else None) == (datetime(*day, tzinfo=UTC) if day else None)


@pytest.mark.parametrize(("text", "habit"), [("I swim every Tuesday", True), ("I play football on saturdays", True), ("I swim on Tuesday", False), ("I love concerts", True)])
def test_habits(text: str, habit: bool) -> None:
    assert is_habit(text) is habit
