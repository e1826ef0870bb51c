"""One line of the doctor's report."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """How one thing stands, and what to do about it unless it is well. ``warn`` keeps nothing from working."""

    what: str
    state: Literal["ok", "warn", "fail"]
    found: str
    fix: str = ""
