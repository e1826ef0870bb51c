"""Fits the lens through which recall looks: pairs of what was asked or said and what it should call up, given as vectors.

The map is a ridge regression that starts from the identity: few pairs move it little.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.mind.recall.lens import KINDS, Lens, Vectors, unit

RANK = 16
STRENGTH = {"question": 30.0, "remark": 3.0}
"""How much the map clings to the identity. Remarks are further from what they call up."""

_READ = 0.5
"""Share of ASCII in a text that an English model can read."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One query and a text that it should call up."""

    source: str
    part: int
    kind: str
    asked: Vectors
    wanted: Vectors
    weight: float


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said in one conversation: the sum of its vectors, and how many there are."""

    source: str
    part: int
    total: Vectors
    count: int


def readable(text: str) -> bool:
    """Whether an English embedding model can make something of it."""
    return sum(c.isascii() for c in text) >= _READ * len(text)


def fit_lens(model: str, pairs: Iterable[Pair], talks: Sequence[Talk]) -> Lens:
    """A lens for ``model`` from these."""
    middle = np.asarray(sum(t.total for t in talks) / sum(t.count for t in talks), dtype=np.float32)
    of_kind: dict[str, list[Pair]] = {kind: [] for kind in KINDS}
    for pair in pairs:
        of_kind[pair.kind].append(pair)
    question, remark = (_turn(of_kind[kind], middle, STRENGTH[kind]) for kind in KINDS)
    return Lens.of(model, middle, (question, remark), RANK)


def _turn(pairs: Sequence[Pair], middle: Vectors, strength: float) -> npt.NDArray[np.float32]:
    """What to add to the identity, so that where a query leads is near what it should call up."""
    width = len(middle)
    if not pairs:
        return np.zeros((width, width), np.float32)
    asked, wanted = (unit(np.array(vectors) - middle) for vectors in ([p.asked for p in pairs], [p.wanted for p in pairs]))
    weighed = asked * np.array([p.weight for p in pairs])[:, None]
    identity = np.eye(width)
    turn = np.linalg.solve(weighed.T @ asked + strength * identity, weighed.T @ wanted + strength * identity)
    return np.asarray(turn - identity, dtype=np.float32)
