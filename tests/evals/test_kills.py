"""A handful of the deaths of ``python -m tests.evals.kills``."""

import pytest

from tests.evals import kills


@pytest.mark.timeout(300)
def test_what_was_promised_holds_after_a_process_was_killed() -> None:
    found = kills.main(8, seed=7)
    assert found["deaths"] == 8
    assert found["said"] > 20
    assert {name: found[name] for name in kills.WRONG if found[name]} == {}
