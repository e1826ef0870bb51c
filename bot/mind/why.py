"""Why an unprompted message could go: what every rule saw, in words for the person who got it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.mind.events import Consent, Unprompted
from bot.mind.quiet import local_time
from bot.mind.restraint import Rules


def passed(consent: Consent, history: Sequence[Unprompted], last_spoke: datetime | None, now: datetime, rules: Rules) -> tuple[str, ...]:
    """One line for each thing that let it pass."""
    wall = local_time(consent, now)
    lines = ["You asked me to write first now and then."]
    if consent.quiet_start == consent.quiet_end:
        lines.append(f"It was {wall:%H:%M} where you are, and you have no quiet hours.")
    else:
        lines.append(f"It was {wall:%H:%M} where you are, outside your quiet hours ({consent.quiet_start:%H:%M} to {consent.quiet_end:%H:%M}).")
    if last_spoke is None:
        lines.append("We were not talking.")
    else:
        lines.append(f"You had last written {_ago(now - last_spoke)} before, so I did not interrupt you.")
    today = sum(local_time(consent, message.at).date() == wall.date() for message in history)
    week = sum(message.at > now - timedelta(days=7) for message in history)
    lines.append(f"It was number {today + 1} of at most {consent.per_day} that day, and number {week + 1} of at most {rules.per_week} within seven days.")
    return tuple(lines)


def _ago(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"
