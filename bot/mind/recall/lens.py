"""Where to look for a text: from what is asked or said to what would answer it or explain it.

A sentence model puts a remark beside remarks that sound like it, and a chat turn beside other chat. The lens takes off what all
talk has in common (as "all but the top" does: Mu and Viswanath, 2018), and turns the rest a little, by a linear map of low rank for questions and
another one for remarks, towards what such texts were seen to call up. It was fitted on public conversations for one embedding
model (``tests/evals/fit_ranker.py``) and says nothing about another one.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import IO, Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

KINDS = ("question", "remark")


@dataclass(frozen=True, slots=True)
class Aim:
    """``toward`` is where to look, of unit length; ``middle`` is what all talk has in common. Both have shape (width,)."""

    toward: Vectors
    middle: Vectors

    def likeness(self, rows: Vectors) -> Vectors:
        """Cosine to ``toward`` of each row, shape (n, width), once ``middle`` is taken off it."""
        off = rows - self.middle
        lengths = np.sqrt(np.vecdot(off, off))
        return np.asarray(np.vecdot(off, self.toward) / np.maximum(lengths, 1e-6), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Sense:
    """What a text means, of shape (width,), and where to look for what it calls up."""

    vector: Vectors
    aim: Aim | None = None


@dataclass(frozen=True, slots=True)
class Lens:
    """``model`` is the embedding model it fits. The maps are whole numbers: ``left`` (kind, width, rank) and ``right`` (kind, rank, width), each
    column of the one and each row of the other to be multiplied by its ``scale`` (kind, rank)."""

    model: str
    middle: npt.NDArray[np.float16]
    left: npt.NDArray[np.int8]
    right: npt.NDArray[np.int8]
    scale: npt.NDArray[np.float32]

    @classmethod
    def load(cls, source: IO[bytes]) -> "Lens":
        """Read what ``save`` wrote."""
        with np.load(source, allow_pickle=False) as file:
            return cls(str(file["model"]), file["middle"], file["left"], file["right"], file["scale"])

    @classmethod
    def of(cls, model: str, middle: Vectors, turns: tuple[Vectors, Vectors], rank: int) -> "Lens":
        """``turns``: for questions and for remarks a matrix (width, width) that is added to the identity; only its ``rank`` strongest directions are kept."""
        parts = [np.linalg.svd(turn) for turn in turns]
        left = np.array([u[:, :rank] for u, _, _ in parts])
        right = np.array([v[:rank] for _, _, v in parts])
        high, wide = np.abs(left).max(axis=1), np.abs(right).max(axis=2)
        scale = np.array([s[:rank] for _, s, _ in parts]) * high * wide / 127**2
        return cls(
            model, middle.astype(np.float16), np.round(left / high[:, None] * 127).astype(np.int8), np.round(right / wide[:, :, None] * 127).astype(np.int8),
            scale.astype(np.float32),
        )

    def save(self, target: IO[bytes]) -> None:
        """Write a compressed archive of the arrays."""
        arrays: dict[str, Any] = {"model": np.array(self.model), "middle": self.middle, "left": self.left, "right": self.right, "scale": self.scale}
        np.savez_compressed(target, allow_pickle=False, **arrays)

    def aim(self, vector: Vectors, kind: str) -> Aim:
        """Where to look for a vector of shape (width,); ``kind`` is one of ``KINDS``."""
        which, middle = KINDS.index(kind), self.middle.astype(np.float32)
        seen = unit(unit(vector) - middle)
        turned = ((seen @ self.left[which].astype(np.float32)) * self.scale[which]) @ self.right[which].astype(np.float32)
        return Aim(unit(seen + turned), middle)


def unit(vector: Vectors) -> Vectors:
    """The same direction with length 1, for one or for each row."""
    return np.asarray(vector / np.maximum(np.linalg.norm(vector, axis=-1, keepdims=True), 1e-6), dtype=np.float32)


def fitted(embed_model: str) -> Lens | None:
    """The lens that comes with the project, if it was made for this embedding model."""
    lens = _shipped()
    return lens if lens.model == embed_model else None


@cache
def _shipped() -> Lens:
    """A constant of this package, as much as a table in its code."""
    with files(__package__).joinpath("lens.npz").open("rb") as source:
        return Lens.load(source)
