"""What a question asks for: its kind, its names, the time it speaks of."""

from datetime import UTC, datetime

import pytest

from bot.mind.recall.question import asks, read

NOW = datetime(2026, 3, 4, 20, tzinfo=UTC)


@pytest.mark.parametrize(("text", "kind"), [
    ("When did Ada move?", "when"), ("How long has Ben lived there", "when"), ("Where was it?", "other"), ("who is Max", "other"), ("Would she like it?", "other"),
    ("is it blue?", "other"), ("my knee hurts again", "remark"), ("", "remark"),
])
def test_kind(text: str, kind: str) -> None:
    assert read(text, NOW).kind == kind
    assert asks(text) is (kind != "remark")


def test_names() -> None:
    assert {"ada", "lyon"} <= read("When did Ada go to Lyon?", NOW).names


@pytest.mark.parametrize(("text", "said", "days"), [
    ("Who did she meet on 3 May, 2023?", datetime(2023, 5, 3, 12, tzinfo=UTC), 0), ("Who did she meet on 3 May, 2023?", datetime(2023, 5, 6, tzinfo=UTC), 2),
    ("What happened in August 2023?", datetime(2023, 8, 31, tzinfo=UTC), 0), ("What happened in August?", datetime(2021, 8, 2, tzinfo=UTC), 0),
    ("what did I do in 2022?", datetime(2022, 12, 30, tzinfo=UTC), 0), ("what did I do yesterday?", datetime(2026, 3, 3, 9, tzinfo=UTC), 0),
])
def test_time(text: str, said: datetime, days: float) -> None:
    span = read(text, NOW).span
    assert span is not None and span.days_from(said) == pytest.approx(days)


@pytest.mark.parametrize("text", ["may I ask who it was?", "who was it?", "what happened on 31 February 2023?"])
def test_no_time(text: str) -> None:
    assert read(text, NOW).span is None
