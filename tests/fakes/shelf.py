"""What the fake store keeps, in plain dictionaries by id."""

from dataclasses import dataclass, field
from itertools import count

from bot.mind.events import Consent, Decision, Evidence, Memory, Proposal, Turn, Unprompted
from bot.ports import Vectors


@dataclass
class Shelf:
    """All that is stored, by id."""

    turns: dict[int, Turn] = field(default_factory=dict)
    settled: set[int] = field(default_factory=set)
    turn_vectors: dict[int, tuple[str, Vectors]] = field(default_factory=dict)
    memories: dict[int, Memory] = field(default_factory=dict)
    memory_vectors: dict[int, tuple[str, Vectors]] = field(default_factory=dict)
    evidence: dict[int, list[Evidence]] = field(default_factory=dict)
    buried: set[tuple[str, int, str]] = field(default_factory=set)
    consents: dict[str, Consent] = field(default_factory=dict)
    settings: dict[tuple[str, str], str] = field(default_factory=dict)
    proposals: dict[int, Proposal] = field(default_factory=dict)
    outbox: dict[int, Unprompted] = field(default_factory=dict)
    decisions: dict[int, Decision] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    passing: list[Turn] = field(default_factory=list)
    """What those said who may not be remembered; stored nowhere."""
    asks_first: bool = False

    def allows(self, person: str) -> bool:
        word = self.settings.get((person, "consent"))
        return word == "yes" or (word is None and not self.asks_first)

    def next(self) -> int:
        return next(self.numbers)


def normal(words: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in words.casefold()).split())
