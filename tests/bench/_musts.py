"""What the engine has to reach, and whether it did."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

TOKENS = {1: 0.97, 4: 1.7, 8: 2.0}
"""People -> tokens/s, at least so many times those of a locked ``llama_cpp.Llama``."""
WAIT = {4: 1 / 4, 8: 1 / 5}
"""People -> p95 of the first word, at most so many times that of the same."""
DRAWING = 0.9
"""Of the tokens/s of bare ``llama_decode``, at least."""
FIRST_WORD = 1.2
"""Times the evaluation of the new tokens alone, at most."""
LATE = 10.0
"""Milliseconds that the event loop may be late at p99.9."""


@dataclass(slots=True)
class Musts:
    """Counts what holds and keeps what does not."""

    held: int = 0
    missed: list[str] = field(default_factory=list)

    def least(self, what: str, values: Sequence[float], must: float | None) -> str:
        """A figure that must not be less, as it is printed: the middle one of its rounds counts."""
        return self._told(what, spread(values), must, must is not None and median(values) >= must, "at least", f"{must or 0:.2f}x")

    def most(self, what: str, values: Sequence[float], must: float | None, unit: str = "x") -> str:
        """A figure that must not be more, as it is printed."""
        shown = spread(values, unit)
        return self._told(what, shown, must, must is not None and median(values) <= must, "at most", f"{must or 0:.2f}{unit}")

    def _told(self, what: str, shown: str, must: float | None, holds: bool, bound: str, limit: str) -> str:
        if must is None:
            return shown
        if holds:
            self.held += 1
            return f"{shown} (holds: {bound} {limit})"
        self.missed.append(f"{what}: {shown}, must be {bound} {limit}")
        return f"{shown} (FALLS SHORT: {bound} {limit})"


def spread(values: Sequence[float], unit: str = "x") -> str:
    """The middle of some rounds, with the least and the most of them."""
    if len(values) == 1:
        return f"{values[0]:.2f}{unit}"
    return f"{median(values):.2f}{unit} [{min(values):.2f} to {max(values):.2f}]"
