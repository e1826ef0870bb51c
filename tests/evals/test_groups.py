"""The group situations stay as good as they were."""

import json

from tests.evals.groups import CASES, halves, measure


def test_it_speaks_when_spoken_to_and_only_then() -> None:
    for cases in halves([json.loads(line) for line in CASES.read_text().splitlines()]).values():
        figures = measure(cases)
        assert figures["cases"] > 100
        assert figures["false_speaking"] <= 2 and figures["missed"] <= 4
