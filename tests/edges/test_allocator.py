"""Memory that was freed is the computer's again."""

import subprocess
import sys
from pathlib import Path

import pytest

_INDEXES = """
import sys
from concurrent.futures import ThreadPoolExecutor
from random import Random
import numpy as np
import psutil
from bot.edges.allocator import give_back_large_blocks
from bot.edges.store.shelf import Graph

if sys.argv[1] == "told":
    give_back_large_blocks()
row, held, chance, before = np.ones((1, 384), dtype=np.float32), [], Random(1), psutil.Process().memory_info().rss
def made(_):
    graph = Graph.empty(384, 1000)
    graph.put([1], row)
    return graph
with ThreadPoolExecutor(8) as threads:
    for _ in range(60):
        held += threads.map(made, range(8))
        chance.shuffle(held)
        del held[8:]
print(psutil.Process().memory_info().rss - before < 1.25 * sum(graph.size for graph in held))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc")
def test_indexes_that_come_and_go_in_many_threads_leave_nothing_behind() -> None:
    told = [sys.executable, "-c", _INDEXES, "told"]
    assert subprocess.run(told, cwd=Path(__file__).parents[2], capture_output=True, check=True, timeout=100).stdout == b"True\n"
