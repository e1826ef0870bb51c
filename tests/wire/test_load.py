"""Seconds of what ``python -m tests.bench.wire`` does for minutes: a mixed load on the real process."""

import pytest

from tests.bench.wire import load

pytestmark = [pytest.mark.model, pytest.mark.usefixtures("bge_folder")]


@pytest.mark.timeout(300)
async def test_nothing_is_lost_and_nobody_is_answered_in_the_wrong_channel() -> None:
    came = await load(minutes=0.05, channels=20, rate=40)
    assert came.sent >= 100 and came.meant > 10 and came.commands > 0
    assert (came.answered, came.lost, came.wrong) == (came.meant, [], [])
