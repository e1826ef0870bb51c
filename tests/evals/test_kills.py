"""A handful of the deaths of ``python -m tests.evals.kills``."""

from datetime import timedelta

import pytest

from bot.mind.coreference import mention, same_event
from tests.evals import kills
from tests.evals._victim import EVENTS
from tests.fakes.clock import START


def test_no_event_of_theirs_is_taken_for_another() -> None:
    told = {event: mention(f"my {event} zqbcdfghjklmnp is tomorrow at 10", START, START + timedelta(days=1), "UTC") for event in EVENTS}
    assert [(one, other) for one in EVENTS for other in EVENTS if same_event(told[one], told[other], 0.9) != (one == other)] == []


@pytest.mark.timeout(300)
def test_what_was_promised_holds_after_a_process_was_killed() -> None:
    found = kills.main(8, seed=7)
    assert found["deaths"] == 8
    assert found["said"] > 20 and found["killed at: chat"] and found["killed at: migrate"]
    assert {name: found[name] for name in kills.WRONG if found[name]} == {}
