"""What each expert is worth, and which should go together when there are to be fewer. Pure.

Worth: how much an expert adds to the hidden states, its weight times the length of its output, summed over tokens (router-weighted activation,
Lasby et al. 2025, 2510.13999). Merging: each expert goes to the one of those that are kept whose router asks for the same tokens, and counts there by its worth
(Li et al. 2023, 2310.01334).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Share:
    """What one of the remaining experts is made of: experts of before, and the part of each; the parts sum to 1."""

    members: tuple[int, ...]
    parts: tuple[float, ...]


class Worth:
    """Of the experts of one layer, added up over texts."""

    def __init__(self, experts: int) -> None:
        self.added: Numbers = np.zeros(experts)
        self._tokens = 0
        self._sum: Numbers = np.zeros(experts)
        self._products: Numbers = np.zeros((experts, experts))

    def add(self, chosen: npt.NDArray[np.integer[Any]], lengths: npt.NDArray[np.floating[Any]], logits: npt.NDArray[np.floating[Any]]) -> None:
        """Of some tokens: experts at work (tokens, used), the lengths of what they added (tokens, used), and the router (tokens, experts)."""
        np.add.at(self.added, chosen.reshape(-1), lengths.astype(np.float64).reshape(-1))
        wide = logits.astype(np.float64)
        self._tokens += len(wide)
        self._sum += wide.sum(axis=0)
        self._products += wide.T @ wide

    @property
    def likeness(self) -> Numbers:
        """Correlation of the routers' logits; shape (experts, experts)."""
        covariance = self._products / max(self._tokens, 1) - np.outer(self._sum, self._sum) / max(self._tokens, 1) ** 2
        spread = np.sqrt(np.maximum(np.diag(covariance), 1e-12))
        return np.asarray(covariance / np.outer(spread, spread))


def pruned(worth: Worth, keep: int) -> tuple[Share, ...]:
    """The ``keep`` experts of most worth, in their old order."""
    return tuple(Share((expert,), (1.0,)) for expert in _best(worth, keep))


def merged(worth: Worth, keep: int) -> tuple[Share, ...]:
    """The same ones, each with those that it takes up."""
    best = _best(worth, keep)
    likeness = worth.likeness
    groups: dict[int, list[int]] = {expert: [expert] for expert in best}
    for expert in range(len(worth.added)):
        if expert not in groups:
            groups[max(best, key=lambda other: likeness[expert, other])].append(expert)
    return tuple(Share(tuple(members), _parts(worth.added[members])) for members in groups.values())


def _best(worth: Worth, keep: int) -> Sequence[int]:
    return sorted(int(expert) for expert in np.argsort(-worth.added, kind="stable")[:keep])


def _parts(added: Numbers) -> tuple[float, ...]:
    total = float(added.sum())
    return tuple(float(one) / total if total else 1 / len(added) for one in added)
