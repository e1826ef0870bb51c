"""Their words in the third person."""

from datetime import UTC, datetime

import pytest

from bot.mind.retell import retell
from bot.mind.times import find_time

SAID_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("quote", "told"), [
    ("i'm seeing the dentist on friday", "They are seeing the dentist on Friday 6 March 2026."),
    ("I’m a nurse", "They are a nurse."),
    ("my exam was moved to friday", "Their exam was moved to Friday 6 March 2026."),
    ("I moved to the US with my dog", "They moved to the US with their dog."),
    ("i met her in 2019", "They met her in 2019."),
    ("got the job", "They said: “got the job”"),
    ("我叫小明", "They said: “我叫小明”"),
])
def test_retold(quote: str, told: str) -> None:
    assert retell(quote, find_time(quote, SAID_AT, "UTC"), "UTC") == told
