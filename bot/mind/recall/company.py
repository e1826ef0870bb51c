"""The company of a candidate: what was said just before and after it, and in the same sitting.

The answer often stands one message away from the words that were asked for.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from bot.mind.events import Candidate, Turn

Column = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

SESSION_GAP = timedelta(hours=1)
"""A longer silence begins a new session of a conversation."""

_BEST = 3
"""So many of a session's scores stand for it."""


@dataclass(frozen=True, slots=True)
class Company:
    """For each candidate the index of the one before it, of the one after it, and the number of its session; -1 where there is none."""

    before: Places
    after: Places
    sitting: Places

    def beside(self, scores: Column) -> Column:
        """For each candidate the better score of its neighbours; 0 without any."""
        best = np.maximum(self.seen(self.before, scores, -np.inf), self.seen(self.after, scores, -np.inf))
        return np.where(np.isfinite(best), best, 0.0)

    def session(self, scores: Column) -> Column:
        """For each candidate the sum of the three best scores of its session, by three; 0 without one."""
        groups, first = self._by_session(scores)
        padded = np.append(scores[groups], np.zeros(_BEST))
        size = np.diff(np.append(first, len(groups)))
        mean = sum(np.where(size > n, padded[first + n], 0.0) for n in range(_BEST)) / _BEST
        return self._told(groups, np.repeat(mean, size))

    def session_best(self, scores: Column) -> Column:
        """For each candidate the best score of its session; 0 without one."""
        groups, first = self._by_session(scores)
        return self._told(groups, np.repeat(scores[groups][first], np.diff(np.append(first, len(groups)))))

    def session_found(self) -> Column:
        """For each candidate how many of its session there are; 0 without one."""
        groups, first = self._by_session(np.zeros(len(self.sitting)))
        size = np.diff(np.append(first, len(groups)))
        return self._told(groups, np.repeat(size, size))

    def seen(self, places: Places, scores: Column, none: float = 0.0) -> Column:
        """The scores at these places, ``none`` where there is no place."""
        return np.append(scores, none)[places]

    def _by_session(self, scores: Column) -> tuple[Places, Places]:
        """The candidates that have a session, session by session, best first; and where each session begins among them."""
        order = np.lexsort((-scores, self.sitting))
        order = order[np.searchsorted(self.sitting[order], 0) :]
        return order, np.flatnonzero(np.diff(self.sitting[order], prepend=-1))

    def _told(self, groups: Places, values: npt.NDArray[np.generic]) -> Column:
        told = np.zeros(len(self.sitting))
        told[groups] = values
        return told


def company(candidates: Sequence[Candidate]) -> Company:
    """Look at the turns among the candidates, conversation by conversation."""
    places: defaultdict[str, list[tuple[int, int, Turn]]] = defaultdict(list)
    for i, candidate in enumerate(candidates):
        if candidate.turn is not None:
            places[candidate.turn.conversation].append((candidate.turn.id, i, candidate.turn))
    found = Company(*(np.full(len(candidates), -1) for _ in range(3)))
    session = -1
    for said in places.values():
        said.sort()
        session += 1
        found.sitting[said[0][1]] = session
        for (first, a, earlier), (second, b, later) in zip(said, said[1:], strict=False):
            if second - first <= 2:  # a reply of the companion may lie between
                found.before[b], found.after[a] = a, b
            session += later.said_at - earlier.said_at > SESSION_GAP
            found.sitting[b] = session
    return found
