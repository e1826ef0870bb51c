"""What is remembered of a talk among several people is remembered of whoever said it."""

import json

from tests.evals.attribution import CASES, measure


async def test_each_memory_is_of_whoever_said_it() -> None:
    cases = [json.loads(line) for line in CASES.read_text().splitlines()]
    figures = await measure(cases)
    assert figures["transcripts"] >= 50 and figures["remembered"] > 100 and figures["never_answered"] == 0
    assert figures["wrong"] == []
