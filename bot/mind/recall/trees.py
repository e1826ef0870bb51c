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
    """``columns`` are what the trees look at. The arrays are (tree, node): the column a node looks at, the value up to which it goes left,
    and where left and right lead. A node that leads to itself is a leaf, and ``values`` is what it says."""

    columns: tuple[str, ...]
    column: npt.NDArray[np.uint8]
    threshold: npt.NDArray[np.float32]
    left: npt.NDArray[np.uint8]
    right: npt.NDArray[np.uint8]
    values: npt.NDArray[np.float32]
    depth: int

    @classmethod
    def load(cls, source: IO[bytes]) -> "Trees":
        """Read what ``save`` wrote."""
        with np.load(source, allow_pickle=False) as file:
            return cls(
                tuple(str(name) for name in file["columns"]), file["column"], file["threshold"], file["left"], file["right"], file["values"], int(file["depth"])
            )

    def save(self, target: IO[bytes]) -> None:
        """Write a compressed archive of the arrays."""
        arrays: dict[str, Any] = {
            "columns": np.array(self.columns), "column": self.column, "threshold": self.threshold, "left": self.left, "right": self.right,
            "values": self.values, "depth": np.array(self.depth),
        }
        np.savez_compressed(target, allow_pickle=False, **arrays)

    def score(self, made: Mapping[str, npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
        """The sum of what all trees say about each candidate."""
        rows = np.column_stack([made[name] for name in self.columns]).astype(np.float32)
        trees, nodes = self.column.shape
        first = np.arange(trees, dtype=np.int32) * nodes
        column, threshold = self.column.ravel(), self.threshold.ravel()
        left, right = self.left.ravel(), self.right.ravel()
        starts = (np.arange(len(rows), dtype=np.int32) * rows.shape[1])[:, None]
        flat = rows.ravel()
        at = np.broadcast_to(first, (len(rows), trees))
        for _ in range(self.depth):
            goes_left = flat[starts + column[at]] <= threshold[at]
            at = first + np.where(goes_left, left[at], right[at])
        return np.asarray(self.values.ravel()[at].sum(axis=1), dtype=np.float64)


@cache
def shipped() -> Trees:
    """The trees that come with the project: a constant of this package, as much as a table in its code."""
    with files(__package__).joinpath("ranker.npz").open("rb") as source:
        return Trees.load(source)
