"""Boosted trees as plain arrays: a few small tables, no code in a data file."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import IO, Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Trees:
    """``columns`` are what the trees look at. The arrays are (tree, node): the column a node looks at; the value up to which it goes to the node
    ``left``, and above which to the one after that. A node that leads to itself is a leaf, and its ``number`` is what it says."""

    columns: tuple[str, ...]
    column: npt.NDArray[np.uint8]
    number: npt.NDArray[np.float32]
    left: npt.NDArray[np.uint8]
    depth: int

    @classmethod
    def load(cls, source: IO[bytes]) -> "Trees":
        """Read what ``save`` wrote."""
        with np.load(source, allow_pickle=False) as file:
            return cls(tuple(str(name) for name in file["columns"]), file["column"], file["number"], file["left"], int(file["depth"]))

    def save(self, target: IO[bytes]) -> None:
        """Write a compressed archive of the arrays."""
        arrays: dict[str, Any] = {
            "columns": np.array(self.columns), "column": self.column, "number": self.number, "left": self.left, "depth": np.array(self.depth),
        }
        np.savez_compressed(target, allow_pickle=False, **arrays)

    def score(self, made: Mapping[str, npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
        """The sum of what all trees say about each candidate."""
        rows = np.column_stack([made[name] for name in self.columns]).astype(np.float32)
        trees, nodes = self.column.shape
        first = np.arange(trees)[:, None] * nodes
        left = (first + self.left).ravel()
        threshold = np.where(left == np.arange(len(left)), np.float32(np.inf), self.number.ravel())
        # Every question of every tree is answered first; then each candidate walks down all trees at once.
        right = np.take(rows, self.column.ravel(), axis=1) > threshold
        starts = np.arange(len(rows))[:, None] * len(left)
        at = np.broadcast_to(first.ravel(), (len(rows), trees))
        for _ in range(self.depth):
            at = np.take(left, at) + np.take(right, at + starts)
        return np.asarray(np.take(self.number, at).sum(axis=1), dtype=np.float64)


@cache
def shipped(kind: str) -> Trees:
    """The trees for questions or for remarks that come with the project: a constant of this package, as much as a table in its code."""
    with files(__package__).joinpath(f"{kind}_trees.npz").open("rb") as source:
        return Trees.load(source)
