"""The company of a candidate: what was said just before and after it, and in the same sitting.

The answer often stands one message away from the words that were asked for.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.mind.events import Candidate, Turn

SESSION_GAP = timedelta(hours=1)
"""A longer silence begins a new session of a conversation."""


@dataclass(frozen=True, slots=True)
class Company:
    """Indexes of candidates: what each one's neighbours are, and who sits together."""

    before: dict[int, int] = field(default_factory=dict)
    after: dict[int, int] = field(default_factory=dict)
    sessions: list[list[int]] = field(default_factory=list)

    def beside(self, scores: Sequence[float]) -> list[float]:
        """For each candidate the better score of its neighbours; 0 without any."""
        return [max((scores[n] for n in (self.before.get(i), self.after.get(i)) if n is not None), default=0.0) for i in range(len(scores))]

    def session(self, scores: Sequence[float]) -> list[float]:
        """For each candidate the mean of the three best scores of its session; 0 without one."""
        means = [0.0] * len(scores)
        for group in self.sessions:
            mean = sum(sorted((scores[i] for i in group), reverse=True)[:3]) / 3
            for i in group:
                means[i] = mean
        return means


def company(candidates: Sequence[Candidate]) -> Company:
    """Look at the turns among the candidates, conversation by conversation."""
    places: defaultdict[str, list[tuple[Turn, int]]] = defaultdict(list)
    for i, candidate in enumerate(candidates):
        if candidate.turn is not None:
            places[candidate.turn.conversation].append((candidate.turn, i))
    found = Company()
    for said in places.values():
        said.sort(key=lambda s: s[0].id)
        found.sessions.append([said[0][1]])
        for (earlier, a), (later, b) in zip(said, said[1:], strict=False):
            if later.id - earlier.id <= 2:  # a reply of the companion may lie between
                found.before[b], found.after[a] = a, b
            if later.said_at - earlier.said_at > SESSION_GAP:
                found.sessions.append([])
            found.sessions[-1].append(b)
    return found
