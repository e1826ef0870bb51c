"""What the engine has to reach, and whether it did."""

from dataclasses import dataclass, field

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

    def least(self, what: str, value: float, must: float | None) -> str:
        """A figure that must not be less, as it is printed."""
        return self._told(what, f"{value:.2f}x", must, must is not None and value >= must, "at least", f"{must or 0:.2f}x")

    def most(self, what: str, value: float, must: float | None, unit: str = "x") -> str:
        """A figure that must not be more, as it is printed."""
        return self._told(what, f"{value:.2f}{unit}", must, must is not None and value <= must, "at most", f"{must or 0:.2f}{unit}")

    def _told(self, what: str, shown: str, must: float | None, holds: bool, bound: str, limit: str) -> str:
        if must is None:
            return shown
        if holds:
            self.held += 1
            return f"{shown} (holds: {bound} {limit})"
        self.missed.append(f"{what}: {shown}, must be {bound} {limit}")
        return f"{shown} (FALLS SHORT: {bound} {limit})"
