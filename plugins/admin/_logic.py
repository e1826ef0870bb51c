"""What the settings of a server are called, and how they are told."""

import re
import zoneinfo
from collections.abc import Sequence
from datetime import time

from bot.sdk import LANGUAGES, Dial, HouseRules, OldfriendError, Quiet

MEANS = {
    Dial.LURKER: "I answer only when somebody mentions me or replies to me.",
    Dial.GUEST: "I answer mentions and replies, when somebody calls me by name or asks for me, and when my answer is answered.",
    Dial.REGULAR: "I also take up what is said to nobody in particular, and leave people alone who talk with each other.",
}
_TIME = re.compile(r"([01]?\d|2[0-3])(?::([0-5]\d))?")


def quiet_hours(start: str, end: str, zone: str) -> Quiet:
    """As it was typed. Raises OldfriendError with what would be right."""
    if zone not in zoneinfo.available_timezones():
        raise OldfriendError(f"I do not know the time zone `{zone[:40]}`. Pick one of the suggestions, such as `Europe/Berlin`.")
    return Quiet(start=_time(start), end=_time(end), zone=zone)


def fitting_zones(typed: str) -> list[str]:
    """At most 25 that contain what was typed, cities that begin with it first."""
    wish = typed.strip().casefold().replace(" ", "_")
    known = (z for z in sorted(zoneinfo.available_timezones()) if "/" in z and not z.startswith(("Etc/", "posix/", "right/")))
    return sorted((z for z in known if wish in z.casefold()), key=lambda z: not z.rpartition("/")[2].casefold().startswith(wish))[:25]


def told(rules: HouseRules, persona: str, days: str | None, kept: int) -> Sequence[str]:
    """All that was chosen for a server, a line each. ``days`` is its own retention, ``kept`` that of whoever runs the bot."""
    lines = [f"<#{channel}>: **{dial.value}**" for channel, dial in rules.channels.items()]
    lines.append("Everywhere else: **nothing**, I am only in these channels" if rules.listed else f"Everywhere else: **{rules.dial.value}**")
    lines.append(f"Who I am here: **{persona}**")
    if rules.quiet is not None:
        lines.append(f"Quiet hours: **{rules.quiet.start:%H:%M} to {rules.quiet.end:%H:%M}** ({rules.quiet.zone}); then only mentions and replies")
    lines.append(f"What is said here I keep for **{days} days**" if days else f"What is said here I keep for **{kept} days**" if kept else "What is said here I keep until its owner deletes it")
    lines.append(f"I answer in **{LANGUAGES.get(rules.language, 'the language of each message')}**")
    lines.append("Who may change this: **Manage Server**" + (f" and <@&{rules.managers}>" if rules.managers else ""))
    return lines


def _time(text: str) -> time:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise OldfriendError(f"I cannot read `{text[:30]}` as a time of day. Write it like `22:00`.")
    return time(int(found[1]), int(found[2] or 0))
