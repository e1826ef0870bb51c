"""A person's own clock: their zone at a moment, and their quiet hours on it."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.mind.events import Consent


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo | None:
    """The zone of this IANA name; None when there is no such zone."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return None


def local_time(consent: Consent, at: datetime) -> datetime:
    """The moment ``at`` on this person's wall clock; UTC where their zone is not known."""
    return at.astimezone(zone_named(consent.timezone) or UTC)


def is_quiet(consent: Consent, at: datetime) -> bool:
    """Whether ``at`` lies in their quiet hours, by the wall clock of that moment. The end itself is no longer quiet."""
    start, end, wall = consent.quiet_start, consent.quiet_end, local_time(consent, at).time()
    if start < end:
        return start <= wall < end
    return start != end and (wall >= start or wall < end)


def quiet_until(consent: Consent, at: datetime) -> datetime:
    """When the quiet hours that ``at`` lies in end, in UTC; ``at`` itself when it lies in none.

    On the night of the change to summer time an end that the clock jumps over comes up to an hour late, never early.
    """
    if not is_quiet(consent, at):
        return at
    wall = local_time(consent, at)
    # Both folds: where the clock is put back, the end comes twice. The zone rules may move it to the day after.
    ends = (
        datetime.combine(wall.date() + timedelta(days=day), consent.quiet_end, wall.tzinfo).replace(fold=fold).astimezone(UTC)
        for day in (0, 1, 2) for fold in (0, 1)
    )
    return min(end for end in ends if end > at and not is_quiet(consent, end))


def next_local_day(consent: Consent, at: datetime) -> datetime:
    """The midnight on their wall clock that comes after ``at``, in UTC."""
    wall = local_time(consent, at)
    midnight = datetime.combine(wall.date() + timedelta(days=1), datetime.min.time(), wall.tzinfo)
    return midnight.astimezone(UTC)
