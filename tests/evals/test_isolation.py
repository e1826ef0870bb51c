"""A handful of the people of ``python -m tests.evals.isolation``."""

import asyncio

from tests.evals import isolation


def test_nobody_sees_or_changes_what_is_somebody_elses() -> None:
    found = asyncio.run(isolation.measure(12, 6))
    assert found["rows"] > 1000
    assert found["foreign rows"] == 0
    assert found["rankings that differ"] == 0
