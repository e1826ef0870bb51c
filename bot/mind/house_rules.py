"""What those who run a server chose for it, read from its settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

from bot.mind.events import Consent
from bot.mind.quiet import is_quiet
from bot.mind.turn_taking import Dial

_CHANNEL = "channel:"


class RuleKey(StrEnum):
    """Settings of a server."""

    DIAL = "dial"
    LISTED = "listed"
    QUIET = "quiet"
    MANAGERS = "managers"
    LANGUAGE = "language"
    MANNER = "persona.manner"
    GREETING = "persona.greeting"
    NOTES = "persona.notes"


def channel_key(channel: int) -> str:
    """The setting of a server that says how much it takes part in a channel."""
    return f"{_CHANNEL}{channel}"


GIVEN = "on"
"""What a channel's setting says where it takes part as a regular."""

RETENTION = "retention"
"""A scope of its own: server -> days, so that all of them are found at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Hours in which only mentions and replies are answered, by the wall clock of ``zone``."""

    start: time
    end: time
    zone: str

    def written(self) -> str:
        return f"{self.start:%H:%M} {self.end:%H:%M} {self.zone}"

    def holds(self, at: datetime) -> bool:
        return is_quiet(Consent(person="", quiet_start=self.start, quiet_end=self.end, timezone=self.zone), at)


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRules:
    """``listed``: only the channels in ``channels`` may be answered in. ``managers``: the role that may configure as well, 0 for none."""

    dial: Dial = Dial.GUEST
    channels: Mapping[int, Dial] = field(default_factory=dict)
    listed: bool = False
    quiet: Quiet | None = None
    managers: int = 0
    language: str = ""
    """In which it answers there; "" is that of each message."""

    def dial_in(self, channels: Sequence[int], at: datetime) -> Dial | None:
        """How much it takes part in a channel, which may be a thread of the next; None: not at all."""
        own = next((self.channels[channel] for channel in channels if channel in self.channels), None)
        if own is None and self.listed:
            return None
        return Dial.LURKER if self.quiet is not None and self.quiet.holds(at) else own or self.dial


def house_rules(settings: Mapping[str, str]) -> HouseRules:
    """What is not understood any more counts as not chosen."""
    channels = {key.removeprefix(_CHANNEL): _dial(value) for key, value in settings.items() if key.startswith(_CHANNEL)}
    managers = settings.get(RuleKey.MANAGERS, "")
    return HouseRules(
        dial=_dial(settings.get(RuleKey.DIAL, "")) or Dial.GUEST,
        channels={int(channel): dial for channel, dial in channels.items() if channel.isdecimal() and dial},
        listed=settings.get(RuleKey.LISTED) == GIVEN, quiet=_quiet(settings.get(RuleKey.QUIET, "")), managers=int(managers) if managers.isdecimal() else 0,
        language=settings.get(RuleKey.LANGUAGE, ""),
    )


def _dial(value: str) -> Dial | None:
    if value == GIVEN:
        return Dial.REGULAR
    return Dial(value) if value in set(Dial) else None


def _quiet(value: str) -> Quiet | None:
    try:
        start, end, zone = value.split()
        return Quiet(start=time.fromisoformat(start), end=time.fromisoformat(end), zone=zone)
    except ValueError:
        return None
