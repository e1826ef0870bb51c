"""Which zone somebody means."""

import zoneinfo

import pytest

from bot.errors import OldfriendError
from bot.mind.timezones import find_timezone

KNOWN = zoneinfo.available_timezones()


@pytest.mark.parametrize(("said", "name"), [
    ("Europe/Berlin", "Europe/Berlin"), ("europe/berlin", "Europe/Berlin"), ("berlin", "Europe/Berlin"), (" New  York ", "America/New_York"),
    ("new_york", "America/New_York"), ("TOKYO", "Asia/Tokyo"), ("Indianapolis", "America/Indiana/Indianapolis"), ("UTC", "UTC"), ("Munich", "Europe/Berlin"),
    ("San Francisco", "America/Los_Angeles"), ("pst", "America/Los_Angeles"), ("EST", "America/New_York"), ("melbourne", "Australia/Melbourne"),
])
def test_names_and_cities(said: str, name: str) -> None:
    assert find_timezone(said, KNOWN) == name


@pytest.mark.parametrize(("said", "hint"), [
    ("Berlni", "Europe/Berlin"), ("europe/berln", "Europe/Berlin"), ("Tokio", "Asia/Tokyo"), ("", "a large city"), ("xqzzv", "a large city"),
    ("UTC+2", "summer time"), ("+01:00", "summer time"),
])
def test_an_unknown_one_is_explained(said: str, hint: str) -> None:
    with pytest.raises(OldfriendError, match=hint):
        find_timezone(said, KNOWN)
