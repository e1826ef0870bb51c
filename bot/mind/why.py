"""Why an unprompted message could go, and why a reply was as it was: in words for the person who got it."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.mind.events import Consent, Decision, Unprompted
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


_ASKS_WHY = re.compile(r"\W*(?:(?:wait|hm+|ok|okay|but|and|so)\W+)*why (?:did|would|do) you (?:just )?(?:say|write|ask|tell)(?: me)? (?:that|this|so)(?: to me)?\W*", re.IGNORECASE)


def asks_why(text: str) -> bool:
    """Whether a message asks for the reasons of the last reply, and nothing else."""
    return _ASKS_WHY.fullmatch(text) is not None


def of_reply(decision: Decision) -> str:
    """What a reply was to do, what it rested on, and the verdict on its drafts."""
    detail = decision.detail
    lines = [f"Because {decision.reason}. I meant to: {detail['strategy']}" + (f" ({detail['did']})." if detail.get("did") else ".")]
    if decision.memories:
        lines.append(f"I used what I remember of you: {', '.join(f'#{memory}' for memory in decision.memories)}.")
    drafts, faults = int(detail.get("drafts", "1")), detail.get("faults", "")
    verdict = f"still had this against the one I sent: {faults}" if faults else "found nothing against the one I sent"
    lines.append(f"I wrote {drafts} {'draft' if drafts == 1 else 'drafts'}, and {verdict}.")
    if redrawn := detail.get("redrawn for", ""):
        lines.append(f"The first ones I threw away: {redrawn}.")
    return "\n".join(lines)


def _ago(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"
