"""From a memory and three moments to a proposal, and moments on a person's own clock."""

from datetime import UTC, date, datetime, time

from bot.mind.events import Consent, Memory, Proposal
from bot.mind.quiet import is_quiet, quiet_until, zone_named

MORNING, EVENING = time(9, 0), time(18, 30)


def on_day(consent: Consent, day: date, wall: time) -> datetime:
    """This wall-clock time of this day where the person is, in UTC."""
    return datetime.combine(day, wall, zone_named(consent.timezone) or UTC).astimezone(UTC)


def proposal(
    source: str, memory: Memory, consent: Consent, window: tuple[datetime, datetime, datetime], worth: float, reason: str,
) -> Proposal | None:
    """``window`` is (opens, best, closes). None when the quiet hours leave nothing of it."""
    opens, best, closes = window
    if is_quiet(consent, best):
        best = quiet_until(consent, best)
    if not opens <= best < closes:
        return None
    return Proposal(
        person=memory.person, memory=memory.id, source=source, opens=opens, best=best, closes=closes, worth=worth, due=best, reason=reason,
    )
