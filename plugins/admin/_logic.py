"""What the settings of a server are called, and how they are told."""

import re
import zoneinfo
from collections.abc import Sequence
from datetime import time

from bot.sdk import LANGUAGES, Colour, Dial, HouseRules, OldfriendError, Quiet, Tongue

MEANS = {
    Dial.LURKER: "I answer only when somebody mentions me or replies to me.",
    Dial.GUEST: "I answer mentions and replies, when somebody calls me by name or asks for me, and when my answer is answered.",
    Dial.REGULAR: "I also take up what is said to nobody in particular, and leave people alone who talk with each other.",
}
_TIME = re.compile(r"([01]?\d|2[0-3])(?::([0-5]\d))?")


def quiet_hours(start: str, end: str, zone: str) -> Quiet:
    """As it was typed. Raises OldfriendError with what would be right."""
    if zone not in zoneinfo.available_timezones():
        raise OldfriendError("I do not know the time zone `{}`. Pick one of the suggestions, such as `Europe/Berlin`.", zone[:40])
    return Quiet(start=_time(start), end=_time(end), zone=zone)


def fitting_zones(typed: str) -> list[str]:
    """At most 25 that contain what was typed, cities that begin with it first."""
    wish = typed.strip().casefold().replace(" ", "_")
    known = (z for z in sorted(zoneinfo.available_timezones()) if "/" in z and not z.startswith(("Etc/", "posix/", "right/")))
    return sorted((z for z in known if wish in z.casefold()), key=lambda z: not z.rpartition("/")[2].casefold().startswith(wish))[:25]


def told(rules: HouseRules, persona: str, days: str | None, kept: int, say: Tongue) -> Sequence[str]:
    """All that was chosen for a server, a line each. ``days`` is its own retention, ``kept`` that of whoever runs the bot."""
    lines = [f"<#{channel}>: **{say(dial.value)}**" for channel, dial in rules.channels.items()]
    lines.append(say("Everywhere else: **nothing**, I am only in these channels") if rules.listed else say("Everywhere else: **{}**", say(rules.dial.value)))
    lines.append(say("Who I am here: **{}**", persona))
    if rules.quiet is not None:
        hours = f"{rules.quiet.start:%H:%M}", f"{rules.quiet.end:%H:%M}", rules.quiet.zone
        lines.append(say("Quiet hours: **{} to {}** ({}); then only mentions and replies", *hours))
    lines.append(say("What is said here I keep for **{} days**", days or kept) if days or kept else say("What is said here I keep until its owner deletes it"))
    lines.append(say("I answer in **{}**", say(LANGUAGES.get(rules.language, "the language of each message"))))
    managers = f"**{say('Manage Server')}**" + (f", <@&{rules.managers}>" if rules.managers else "")
    lines.append(say("Who may change this: {}", managers))
    return lines


def painted(colour: Colour, say: Tongue) -> Sequence[str]:
    """What was written about the persona, a line each."""
    rows = ((say("How I speak here"), colour.manner), (say("How I greet here"), colour.greeting), (say("What I know of this server"), colour.notes))
    return [f"{name}: {words}" for name, words in rows if words]


def _time(text: str) -> time:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise OldfriendError("I cannot read `{}` as a time of day. Write it like `22:00`.", text[:30])
    return time(int(found[1]), int(found[2] or 0))
