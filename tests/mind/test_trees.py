"""Trees as arrays: what they say is what one reads off them, and a file brings back the same ones."""

import io

import numpy as np

from bot.mind.recall.lens import fitted
from bot.mind.recall.trees import Trees, shipped

# One tree: "a" up to 0.5 gives 1; above it "b" up to 2 gives 10, more gives 20. Another one is a single leaf.
SMALL = Trees(
    ("a", "b"), np.array([[0, 0, 1, 0, 0], [0] * 5], np.uint8), np.array([[0.5, 1, 2, 10, 20], [100, 0, 0, 0, 0]], np.float32),
    np.array([[1, 1, 3, 3, 4], [0] * 5], np.uint8), 2,
)
ROWS = {"b": np.array([9.0, 2.0, 3.0]), "a": np.array([0.5, 0.6, 0.6]), "c": np.zeros(3)}


def test_scores() -> None:
    assert SMALL.score(ROWS).tolist() == [101, 110, 120]
    file = io.BytesIO()
    SMALL.save(file)
    file.seek(0)
    assert Trees.load(file).score(ROWS).tolist() == [101, 110, 120]


def test_what_is_shipped_is_small() -> None:
    lens = fitted("bge-small")
    assert lens is not None
    size = lens.middle.nbytes + lens.left.nbytes + lens.right.nbytes + lens.scale.nbytes
    size += sum(t.column.nbytes + t.number.nbytes + t.left.nbytes for t in (shipped("question"), shipped("remark")))
    assert size <= 64 * 1024
