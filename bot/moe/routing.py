"""Which experts work on what: counts of a router's choices, and what they tell. Pure.

Measures: share of the load and its evenness (1 is even, 1/experts is one expert alone); entropy of a router's probabilities for a token,
as a share of the greatest (0 is decided, 1 is a throw of dice); how much likelier two experts are chosen together than apart; the overlap of
the loads of two halves of the texts; and how much an expert tells of the label of the text it works on (mutual information as a
share of the labels' entropy, less what chance alone gives, Miller 1955, "Note on the bias of information estimates").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the router of one layer did with one text."""

    layer: int
    chosen: npt.NDArray[np.integer[Any]]
    """Shape (tokens, used): experts that worked, best first."""
    logits: npt.NDArray[np.floating[Any]]
    """Shape (tokens, experts)."""


class Tally:
    """Counts the choices of many texts. Labels are known from the start."""

    def __init__(self, layers: Sequence[int], experts: int, labels: Sequence[str]) -> None:
        self.layers, self.experts, self.labels = tuple(layers), experts, tuple(labels)
        self._layer = {layer: place for place, layer in enumerate(self.layers)}
        self._label = {label: place for place, label in enumerate(self.labels)}
        self.chosen: Counts = np.zeros((len(self.labels), 2, len(self.layers), experts), dtype=np.int64)
        """By label, half, layer, expert."""
        self.together: Counts = np.zeros((len(self.layers), experts, experts), dtype=np.int64)
        self.tokens: Counts = np.zeros(len(self.layers), dtype=np.int64)
        self.entropy: Numbers = np.zeros(len(self.layers))
        """Sum over tokens, as a share of the greatest."""

    def add(self, label: str, half: int, choices: Choices) -> None:
        """``half`` is 0 or 1."""
        layer = self._layer[choices.layer]
        worked = np.zeros((len(choices.chosen), self.experts), dtype=np.int64)
        np.put_along_axis(worked, choices.chosen.astype(np.int64), 1, axis=1)
        self.chosen[self._label[label], half, layer] += worked.sum(axis=0)
        self.together[layer] += worked.T @ worked
        self.tokens[layer] += len(worked)
        self.entropy[layer] += token_entropy(choices.logits).sum()


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerProfile:
    """What one layer's router does. All but ``layer`` and the pairs are between 0 and 1."""

    layer: int
    shares: tuple[float, ...]
    """Of the load, for each expert; they sum to 1."""
    evenness: float
    idle: int
    """Experts that never worked."""
    entropy: float
    """Mean over tokens."""
    stability: float
    """Overlap of the loads of the two halves."""
    specialisation: Mapping[str, float]
    """Of each group of labels."""
    pairs: tuple[tuple[int, int, float], ...]
    """Two experts and how many times as often as by chance they work together; the strongest first, those that are expected often enough."""


def profile(tally: Tally, groups: Mapping[str, Sequence[str]], *, most_pairs: int = 3) -> tuple[LayerProfile, ...]:
    """For each layer. ``groups`` maps a group to its labels."""
    profiles = []
    for place, layer in enumerate(tally.layers):
        load = tally.chosen[:, :, place].sum(axis=(0, 1))
        places = {group: [tally.labels.index(label) for label in labels] for group, labels in groups.items()}
        profiles.append(LayerProfile(
            layer=layer, shares=tuple(float(share) for share in _shares(load)), evenness=evenness(load), idle=int((load == 0).sum()),
            entropy=float(tally.entropy[place] / max(tally.tokens[place], 1)),
            stability=overlap(*tally.chosen[:, :, place].sum(axis=0)),
            specialisation={group: informative(tally.chosen[rows, :, place].sum(axis=1)) for group, rows in places.items()},
            pairs=_pairs(tally.together[place], int(tally.tokens[place]), most_pairs),
        ))  # fmt: skip
    return tuple(profiles)


def lift(tally: Tally, label: str) -> Numbers:
    """How many times its usual share of the load each expert has on texts of this label; shape (layers, experts). 1 where it has none at all."""
    usual = _shares(tally.chosen.sum(axis=(0, 1)))
    here = _shares(tally.chosen[tally.labels.index(label)].sum(axis=0))
    return np.divide(here, usual, out=np.ones_like(here), where=usual > 0)


def evenness(load: Counts) -> float:
    """1 when all work alike, 1/experts when one does all: the inverse of the sum of squares, as a share of the experts. 0 without any load."""
    shares = _shares(load)
    return float(1 / (shares**2).sum() / len(load)) if load.sum() else 0.0


def token_entropy(logits: npt.NDArray[np.floating[Any]]) -> Numbers:
    """Of the probabilities of a router for each token, as a share of the greatest; shape (tokens,)."""
    if logits.shape[1] < 2:
        return np.zeros(len(logits))
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    weights = np.exp(shifted)
    total = weights.sum(axis=1, keepdims=True)
    return np.asarray((np.log(total[:, 0]) - (weights * shifted).sum(axis=1) / total[:, 0]) / np.log(logits.shape[1]))


def overlap(one: Counts, other: Counts) -> float:
    """What two loads have in common: 1 is the same, 0 is nothing. 0 when there is none of one."""
    return float(np.minimum(_shares(one), _shares(other)).sum())


def informative(counts: Counts) -> float:
    """Mutual information of label and expert as a share of the labels' entropy, corrected for chance; counts (labels, experts)."""
    total = counts.sum()
    present = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if len(present) < 2:
        return 0.0
    joint = present / total
    rows, columns = joint.sum(axis=1, keepdims=True), joint.sum(axis=0, keepdims=True)
    known = np.where(joint > 0, joint * np.log(np.where(joint > 0, joint, 1) / (rows * columns)), 0).sum()
    chance = (len(present) - 1) * (present.shape[1] - 1) / (2 * total)
    return float(max(0.0, (known - chance) / -(rows * np.log(rows)).sum()))


def _shares(load: npt.NDArray[Any]) -> Numbers:
    total = load.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(load, total, out=np.zeros(load.shape), where=total > 0), dtype=np.float64)


def _pairs(together: Counts, tokens: int, most: int) -> tuple[tuple[int, int, float], ...]:
    alone = np.diag(together).astype(np.float64)
    expected = np.outer(alone, alone) / max(tokens, 1)
    ones, others = np.triu_indices(len(together), 1)
    often = expected[ones, others] >= 5
    ratio = np.divide(together[ones, others], expected[ones, others], out=np.zeros(len(ones)), where=often)
    best = np.argsort(-ratio, kind="stable")[:most]
    return tuple((int(ones[i]), int(others[i]), float(ratio[i])) for i in best if ratio[i] > 0)
