"""Read times as people write them, and put a consent into words."""

import re
import zoneinfo
from collections.abc import Mapping, Sequence
from datetime import datetime, time

from bot.sdk import Consent, Decision, OldfriendError, Proposal, Tongue

_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|h)?")
_NAMED = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_LONGEST_REASON = 200
_NOT_A_REPLY = ("speak", "wait", "drop", "silent")
_ACTS = {"speak": "wrote", "wait": "waited", "drop": "let it go", "silent": "kept silent"}


def read_time(text: str) -> time:
    """``22:00``, ``10pm``, ``9``, ``noon``. Raises OldfriendError with what would be right."""
    wish = text.strip().lower()
    if wish in _NAMED:
        return _NAMED[wish]
    if found := _TIME.fullmatch(wish):
        hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").replace(".", "")
        hour = _whole_day_hour(hour, half)
        if 0 <= hour < 24 and minute < 60:
            return time(hour, minute)
    raise OldfriendError("I cannot read `{}` as a time of day. Write it like `22:00`, `10pm` or `9`.", wish[:30])


def _whole_day_hour(hour: int, half: str) -> int:
    """0 to 23, or -1 when there is no such hour."""
    if half in ("am", "pm"):
        return hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else -1
    return 0 if hour == 24 else hour


def zones() -> tuple[str, ...]:
    """Names of time zones that people live in."""
    return tuple(sorted(z for z in zoneinfo.available_timezones() if "/" in z and not z.startswith(("Etc/", "posix/", "right/"))))


def fitting_zones(known: Sequence[str], typed: str) -> list[str]:
    """At most 25 that contain what was typed, cities that begin with it first."""
    wish = typed.strip().casefold().replace(" ", "_")
    found = [z for z in known if wish in z.casefold()]
    return sorted(found, key=lambda z: not z.rpartition("/")[2].casefold().startswith(wish))[:25]


def consent_words(consent: Consent, say: Tongue) -> str:
    """What is allowed, line by line."""
    if not consent.reach_out:
        lines = [say("I never write first. `/reachout on` changes that.")]
    elif not consent.timezone_known:
        lines = [say("I may write first, but I wait until I know your time zone: `/reachout timezone`.")]
    else:
        lines = [say("I may write first, at most {} time a day." if consent.per_day == 1 else "I may write first, at most {} times a day.", consent.per_day)]
    lines.append(quiet_words(consent, say))
    if consent.timezone_known:
        lines.append(say("Your time zone: {}.", consent.timezone))
    if consent.snoozed_until is not None:
        lines.append(say("I stay quiet until {}.", stamp(consent.snoozed_until)))
    if consent.unreachable:
        lines.append(say("Your direct messages are closed to me. Write to me in private once, then it works again."))
    return "\n".join(lines)


def quiet_words(consent: Consent, say: Tongue) -> str:
    if consent.quiet_start == consent.quiet_end:
        return say("No quiet hours.")
    return say("Quiet hours: {} to {}, your time.", f"{consent.quiet_start:%H:%M}", f"{consent.quiet_end:%H:%M}")


def where_words(servers: Mapping[str, bool], say: Tongue) -> str:
    """``servers`` by name, as it is to be shown: whether they are asked there."""
    lines = [f"**{name}**: {say('in the channel where you told me') if there else say('in private')}" for name, there in servers.items()]
    if not lines:
        lines = [say("In private. You have told me nothing in a server that I remember.")]
    rest = say("What you told me in private I only ever ask about in private, and so what is tender, or what you put right by hand.")
    return "\n".join([*lines, "", rest])


def planned_words(proposals: Sequence[Proposal], held: Mapping[int, str], say: Tongue) -> str:
    """``held`` says why some of them wait, by their ids."""
    lines = [f"**#{p.id}** {stamp(p.due)}: {_short(p.reason)}" + ("\n  " + say("(held back: {})", say(held[p.id])) if p.id in held else "") for p in proposals[:5]]
    if len(proposals) > 5:
        lines.append(say("and {} more", len(proposals) - 5))
    return "\n".join([*lines, say("`/reachout cancel` lets one go.")] if lines else [say("Nothing.")])


def decisions_words(decisions: Sequence[Decision], say: Tongue) -> str:
    """The last ones that were not plain replies."""
    lines = [f"{stamp(d.at)} {say(_ACTS[d.act])}: {_short(say(d.reason))}" for d in decisions if d.act in _NOT_A_REPLY]
    return "\n".join(lines[:5]) or say("None yet.")


def stamp(moment: datetime) -> str:
    """A time that the reader's Discord shows in their own zone."""
    return f"<t:{int(moment.timestamp())}:f>"


def _short(reason: str) -> str:
    return reason if len(reason) <= _LONGEST_REASON else reason[: _LONGEST_REASON - 1] + "…"
