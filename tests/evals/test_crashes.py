"""A handful of the crashes of ``python -m tests.evals.crashes``."""

from tests.evals import crashes


def test_nothing_is_said_twice_wherever_it_crashes() -> None:
    found = crashes.main(60)
    assert found["deaths"] > 30
    assert found["twice about one event"] == 0
    assert found["twice on one day"] == 0
