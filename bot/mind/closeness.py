"""How close a persona is to somebody: it grows with the days on which they talked, and one day is never enough."""

from dataclasses import replace
from typing import Literal

from bot.mind.persona import Pace, Persona

Closeness = Literal["new", "known", "close"]

_TEASES = {"new": 0.75, "known": 1.0, "close": 1.1}
"""Of its teasing: who has only just met somebody teases less."""


def closeness(days: int, pace: Pace) -> Closeness:
    """``days``: on how many days they talked, today included."""
    return "close" if days >= pace.close else "known" if days >= pace.known else "new"


def as_close(persona: Persona, days: int) -> Persona:
    """The persona as it is towards somebody whom it has talked with on so many days."""
    return replace(persona, teasing=min(1.0, persona.teasing * _TEASES[closeness(days, persona.pace)]))
