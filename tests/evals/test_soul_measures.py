"""How the evaluations of knowledge and doubt count, and how a transcript is written down."""

import json
import tomllib

from bot.mind.crisis import Alarm, Danger
from tests.evals import crisis, doubt, knowledge, transcripts
from tests.evals.crisis_cases import Sentence
from tests.evals.stage import cards


def test_declined_are_counted_by_persona_and_kind() -> None:
    rows = [{"persona": "crake", "kind": kind, "text": "x", "half": "final", "declined": declined, "why": ""} for kind, declined in (("out", True), ("out", False), ("in", False))]
    result = knowledge.measure(rows)
    assert result["declined"]["crake out"] == "1 of 2 (50.0 %)" and result["declined"]["all in"] == "0 of 1 (0.0 %)"
    assert [w["kind"] for w in result["wrong"]] == ["out"]


def test_every_case_is_about_a_persona_that_ships() -> None:
    rows = [json.loads(line) for line in knowledge.CASES.read_text(encoding="utf-8").splitlines()]
    assert {row["persona"] for row in rows} == set(cards()) and {row["kind"] for row in rows} == {"in", "out"}
    assert {row["half"] for row in rows} == {"tuning", "final"}


def test_what_would_be_told_is_counted() -> None:
    rows = [{"true": True, "yes": 0.97}, {"true": False, "yes": 0.1}, {"true": False, "yes": 0.75}]
    assert doubt.measure(rows, 0.5) == {"true": {"answer": 1}, "false": {"unsure": 1, "hedge": 1}}


def test_a_transcript_keeps_every_word() -> None:
    scripts = tomllib.loads(transcripts.SCRIPTS.read_text(encoding="utf-8"))
    assert set(scripts) == set(cards()) and all(len(messages) == 12 for messages in scripts.values())
    page = transcripts.written("mika", ["hi", "bye"], ["Oh.", "Bye."], "small", 7)
    assert page.index("hi") < page.index("Oh.") < page.index("bye") < page.index("Bye.") and "--seed 7" in page


def test_alarms_and_questions_are_counted_apart() -> None:
    cases = [Sentence("a", "abuse", "final-partner", 0), Sentence("b", "abuse", "final-partner", 1), Sentence("c", "", "final-sad", 2), Sentence("d", "", "final-sad", 3)]
    sure, maybe = Alarm(Danger.ABUSE, "en"), Alarm(Danger.ABUSE, "en", sure=False)
    told = crisis.tell(cases, [sure, None, None, None], [sure, maybe, maybe, None])
    assert "en danger: alarm 1 of 2 (50.0 %), asked 1 (50.0 %), together 100.0 %; by words alone 1" in told
    assert "en ordinary, final-sad: alarm 0 of 2 (0.0 %), asked 1 (50.0 %)" in told
    assert told.endswith("wrong:\n  asked: c")
