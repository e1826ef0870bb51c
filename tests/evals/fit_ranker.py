"""``python -m tests.evals.fit_ranker OUT CASES...``: fits the trees that rank what a search found.

CASES are files as ``tests.evals.recall`` reads them. Candidates come from the real search; what it did not find is never
added. Each conversation in turn is left out of a fit and ranked by it, which prints what to expect on conversations nobody
has seen; then all together are fitted and written to OUT.
"""

import asyncio
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from bot.mind.events import Candidate, private_audience
from bot.mind.recall import closely
from bot.mind.recall.features import RISING, columns
from bot.mind.recall.trees import Trees
from tests.evals.recall import an_embedder, before, lines, remembered

TREES = 140
LEAVES = 16
DEPTH = 6
PARTS = 5
"""A fifth of the conversations of each file is left out at a time. LoCoMo and LoCoMo-Plus go through the same ones in the same order."""
_NOW = datetime(2026, 1, 1, tzinfo=UTC)

_FIT = {
    "objective": "lambdarank", "lambdarank_truncation_level": 15, "learning_rate": 0.06, "num_leaves": LEAVES, "max_depth": DEPTH, "min_data_in_leaf": 60,
    "feature_fraction": 0.4, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 10.0, "max_bin": 127, "use_missing": False, "seed": 3, "num_threads": 2,
    "verbose": -1, "deterministic": True, "force_row_wise": True, "label_gain": [0, 1],
}

Table = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """One query: a row of numbers for each candidate worth a closer look, and which of them were wanted."""

    source: str
    part: int
    """Which fifth of the conversations it belongs to."""
    category: str
    rows: Table
    linear: Table
    wanted: npt.NDArray[np.bool_]
    gold: int
    """How many were wanted at all, found or not."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the search found for one query, and which of it was wanted."""

    source: str
    part: int
    query: dict[str, Any]
    candidates: tuple[Candidate, ...]
    names: dict[int, str]


async def gathered(paths: Iterable[Path]) -> list[Gathered]:
    """Run the search for each query of each file."""
    found = []
    async with an_embedder() as embedder:
        for path in paths:
            for number, episode in enumerate(lines(path)):
                async with remembered(episode, embedder) as memory:
                    for n, query in enumerate(episode["queries"]):
                        candidates = await memory.recollect.gather(
                            memory.person, private_audience(memory.person), query["text"], before=before(query)
                        )
                        found.append(Gathered(path.stem, _part(episode, number, n), query, candidates, memory.names))
                say(f"{path.stem} {episode['id']}")
    return found


def _part(episode: dict[str, Any], number: int, query: int) -> int:
    """Whole conversations in turn; of an episode whose questions bring a context of their own, its questions in turn."""
    return (query if episode["queries"][0].get("context") else number) % PARTS


def asked(found: Gathered) -> Asked:
    """Measure the candidates of one query."""
    context = bool(before(found.query))
    close = closely(found.query["text"], found.candidates, now=_NOW, context=context)
    made = columns(close.question, found.candidates, close.company, close.scores, close.chosen)
    gold = set(map(str, found.query["evidence"]))
    chosen = [found.candidates[i].turn for i in close.chosen]
    return Asked(
        found.source, found.part, str(found.query["category"]), np.column_stack(list(made.values())), np.array([close.scores.linear[i] for i in close.chosen]),
        np.array([t is not None and found.names[t.id] in gold for t in chosen]), len(gold),
    )


def fit(cases: Sequence[Asked], names: Sequence[str]) -> lightgbm.Booster:
    """Boosted trees over the queries that found anything. Each file counts by the square root of its size."""
    useful = [c for c in cases if c.wanted.any()]
    sizes = {source: sum(c.source == source for c in useful) for source in {c.source for c in useful}}
    weights = np.concatenate([np.full(len(c.rows), sizes[c.source] ** -0.5) for c in useful])
    data = lightgbm.Dataset(
        np.concatenate([c.rows for c in useful]).astype(np.float32), np.concatenate([c.wanted for c in useful]).astype(int),
        group=[len(c.rows) for c in useful], weight=weights / weights.mean(), feature_name=list(names),
    )
    return lightgbm.train({**_FIT, "monotone_constraints": [int(name in RISING) for name in names]}, data, num_boost_round=TREES)


def trees_of(booster: lightgbm.Booster) -> Trees:
    """The same trees as arrays, with the columns that they use."""
    told = booster.dump_model()
    roots = [_nodes(info["tree_structure"]) for info in told["tree_info"]]
    used = sorted({n["split_feature"] for nodes in roots for n in nodes if "split_feature" in n})
    shape = (len(roots), max(map(len, roots)))
    trees = Trees(
        tuple(told["feature_names"][i] for i in used), np.zeros(shape, np.uint8), np.zeros(shape, np.float32), np.zeros(shape, np.uint8), np.zeros(shape, np.uint8),
        np.zeros(shape, np.float32), max(_depth(info["tree_structure"]) for info in told["tree_info"]),
    )
    for t, nodes in enumerate(roots):
        place = {id(node): i for i, node in enumerate(nodes)}
        for i, node in enumerate(nodes):
            if "split_feature" in node:
                trees.column[t, i], trees.threshold[t, i] = used.index(node["split_feature"]), node["threshold"]
                trees.left[t, i], trees.right[t, i] = place[id(node["left_child"])], place[id(node["right_child"])]
            else:
                trees.left[t, i] = trees.right[t, i] = i
                trees.values[t, i] = node["leaf_value"]
    return trees


def _nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    children = [node[side] for side in ("left_child", "right_child") if side in node]
    return [node, *(n for child in children for n in _nodes(child))]


def _depth(node: dict[str, Any]) -> int:
    return 1 + max(_depth(node["left_child"]), _depth(node["right_child"])) if "left_child" in node else 0


def left_out(cases: Sequence[Asked], names: Sequence[str]) -> Iterator[tuple[Asked, Table]]:
    """Each query with its scores by a fit that never saw its conversation."""
    for part in range(PARTS):
        booster = fit([c for c in cases if c.part != part], names)
        yield from ((c, _scores(booster, c)) for c in cases if c.part == part)


def _scores(booster: lightgbm.Booster, case: Asked) -> Table:
    return np.asarray(booster.predict(case.rows.astype(np.float32))) + 0.1 * case.linear


def report(title: str, ranked: Iterable[tuple[Asked, Table]]) -> None:
    """any@10, MRR and recall@5 for each file; also for LoCoMo without its unanswerable fifth category."""
    sums: defaultdict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for case, scores in ranked:
        hits = np.flatnonzero(case.wanted[np.argsort(-scores, kind="stable")])
        figures = (float(len(hits) > 0 and hits[0] < 10), 1 / (hits[0] + 1) if len(hits) else 0.0, float((hits < 5).sum()) / case.gold)
        sums[case.source].append(figures)
        if case.category in {"1", "2", "3", "4"} and case.source == "locomo":
            sums["locomo, categories 1-4"].append(figures)
        if case.source == "madial":
            sums[f"madial {case.category}"].append(figures)
    for name, of_queries in sorted(sums.items()):
        hit, mrr, five = np.mean(of_queries, axis=0)
        say(f"{title:22} {name:24} any@10 {100 * hit:5.1f}  MRR {mrr:.3f}  recall@5 {100 * five:5.1f}  n {len(of_queries)}")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    if len(sys.argv) < 3:
        sys.exit("usage: python -m tests.evals.fit_ranker OUT CASES...")
    found = asyncio.run(gathered(map(Path, sys.argv[2:])))
    learn(found, Path(sys.argv[1]))


def learn(found: Sequence[Gathered], out: Path) -> None:
    """Report what to expect of unseen conversations and other sets, then fit on all and write ``out``."""
    cases = [asked(f) for f in found]
    close = closely(found[0].query["text"], found[0].candidates, now=_NOW)
    names = list(columns(close.question, found[0].candidates, close.company, close.scores, close.chosen))
    report("sum of signs", ((c, c.linear) for c in cases))
    report("conversation left out", left_out(cases, names))
    for source in dict.fromkeys(c.source for c in cases):
        booster = fit([c for c in cases if c.source != source], names)
        report("file left out", ((c, _scores(booster, c)) for c in cases if c.source == source))
    with out.open("wb") as target:
        trees_of(fit(cases, names)).save(target)
    say(f"{out}: {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
