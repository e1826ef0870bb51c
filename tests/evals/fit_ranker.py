"""``python -m tests.evals.fit_ranker FOLDER CASES...``: fits the lens through which recall looks, and the trees that rank what it finds.

CASES are files as ``tests.evals.recall`` reads them. Candidates come from the real search; what it did not find is never
added. A fifth of the conversations in turn is left out, of the lens as of the trees, and searched and ranked by these: that prints what to
expect on conversations nobody has seen. Then each file is left out as a whole. Then all together are fitted and written to FOLDER.
"""

import asyncio
import itertools
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from bot.flows.recollect import Recollect
from bot.mind.events import Candidate, private_audience
from bot.mind.recall import asks, closely
from bot.mind.recall.features import RISING, columns
from bot.mind.recall.lens import KINDS, Lens, Vectors
from bot.mind.recall.trees import Trees
from bot.ports import Embedder
from tests.evals.fit_lens import Pair, Talk, fit_lens, readable
from tests.evals.recall import an_embedder, before, lines, remembered
from tests.fakes.clock import VirtualClock
from tests.fakes.store import FakeStore

TREES, LEAVES = {"question": 180, "remark": 70}, {"question": 16, "remark": 8}
"""There are few remarks to learn from."""
DEPTH = 6
PARTS = 5
"""A fifth of the conversations of each file is left out at a time. LoCoMo and LoCoMo-Plus go through the same ones in the same order."""
_NOW = datetime(2026, 1, 1, tzinfo=UTC)

_FIT = {
    "objective": "lambdarank", "lambdarank_truncation_level": 15, "learning_rate": 0.06, "max_depth": DEPTH, "min_data_in_leaf": 100,
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
    kind: str
    """Question or remark."""
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


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything the lens may learn from, and the cases as they were read."""

    pairs: list[Pair]
    talks: list[Talk]

    def lens(self, model: str, *, part: int = -1, source: str = "") -> Lens:
        """Fit it, leaving out a part or a file."""

        def kept(one: Pair | Talk) -> bool:
            return part != one.part and source != one.source

        return fit_lens(model, filter(kept, self.pairs), list(filter(kept, self.talks)))


class Once:
    """An embedder that embeds each text once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[tuple[str, bool], Vectors] = {}

    @property
    def name(self) -> str:
        return self._embedder.name

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        fresh = [t for t in dict.fromkeys(texts) if (t, query) not in self._known]
        self._known |= zip([(t, query) for t in fresh], await self._embedder.embed(fresh, query=query), strict=True)
        return np.array([self._known[t, query] for t in texts])

    async def aclose(self) -> None:
        await self._embedder.aclose()


async def heard(paths: Iterable[Path], embedder: Embedder) -> Heard:
    """Read each file: the vectors of what was asked, of what should be called up, and of all that was said."""
    found = Heard([], [])
    plain = Lens.of(embedder.name, *_nothing((await embedder.embed(["width"])).shape[1]), 1)
    recollect = Recollect(FakeStore().memories, embedder, VirtualClock(), plain)
    for path in paths:
        for number, episode in enumerate(lines(path)):
            said = await embedder.embed([turn["text"] for turn in episode["turns"]])
            at = {str(turn["id"]): i for i, turn in enumerate(episode["turns"])}
            found.talks.append(Talk(path.stem, number % PARTS, said.sum(axis=0), len(said)))
            for n, query in enumerate(episode["queries"]):
                wanted = [said[at[i]] for i in map(str, query["evidence"]) if i in at]
                meant = await recollect.look(query["text"], before(query))
                if meant is not None and meant.aim is not None and readable(query["text"]):
                    found.pairs.extend(Pair(path.stem, _part(episode, number, n), _kind(query), meant.aim.toward, w, 1 / len(wanted)) for w in wanted)
    return found


def _nothing(width: int) -> tuple[Vectors, tuple[Vectors, Vectors]]:
    none = np.zeros((width, width), np.float32)
    return np.zeros(width, np.float32), (none, none)


async def gathered(paths: Iterable[Path], embedder: Embedder, lens: Callable[[str, int], Lens]) -> list[Gathered]:
    """Run the search for each query of each file, through the lens for that file and part."""
    found = []
    for path in paths:
        for number, episode in enumerate(lines(path)):
            async with remembered(episode, embedder) as memory:
                for n, query in enumerate(episode["queries"]):
                    part = _part(episode, number, n)
                    recollect = Recollect(memory.memories, embedder, VirtualClock(), lens(path.stem, part))
                    candidates = await recollect.gather(memory.person, private_audience(memory.person), query["text"], before=before(query))
                    found.append(Gathered(path.stem, part, query, candidates, memory.names))
            say(f"{path.stem} {episode['id']}")
    return found


def _part(episode: dict[str, Any], number: int, query: int) -> int:
    """Whole conversations in turn; of an episode whose questions bring a context of their own, its questions in turn."""
    return (query if episode["queries"][0].get("context") else number) % PARTS


def _kind(query: dict[str, Any]) -> str:
    return "question" if asks(query["text"]) else "remark"


def asked(found: Gathered) -> Asked:
    """Measure the candidates of one query."""
    context = bool(before(found.query))
    close = closely(found.query["text"], found.candidates, now=_NOW, context=context)
    made = columns(close.question, found.candidates, close.company, close.scores, close.chosen)
    gold = set(map(str, found.query["evidence"]))
    chosen = [found.candidates[i].turn for i in close.chosen]
    return Asked(
        found.source, found.part, _kind(found.query), str(found.query["category"]), np.column_stack(list(made.values())), close.scores.linear[close.chosen],
        np.array([t is not None and found.names[t.id] in gold for t in chosen]), len(gold),
    )


def fit(cases: Sequence[Asked], names: Sequence[str], kind: str) -> lightgbm.Booster:
    """Boosted trees over the queries of one kind that found anything. Each file counts by the square root of its size."""
    useful = [c for c in cases if c.kind == kind and c.wanted.any()]
    sizes = Counter(c.source for c in useful)
    weights = np.concatenate([np.full(len(c.rows), sizes[c.source] ** -0.5) for c in useful])
    data = lightgbm.Dataset(
        np.concatenate([c.rows for c in useful]).astype(np.float32), np.concatenate([c.wanted for c in useful]).astype(int),
        group=[len(c.rows) for c in useful], weight=weights / weights.mean(), feature_name=list(names),
    )
    how = {**_FIT, "num_leaves": LEAVES[kind], "monotone_constraints": [int(name in RISING) for name in names]}
    return lightgbm.train(how, data, num_boost_round=TREES[kind])


def trees_of(booster: lightgbm.Booster) -> Trees:
    """The same trees as arrays, with the columns that they use."""
    told = booster.dump_model()
    roots = [_nodes(info["tree_structure"]) for info in told["tree_info"]]
    used = sorted({n["split_feature"] for nodes in roots for n in nodes if "split_feature" in n})
    shape = (len(roots), max(map(len, roots)))
    trees = Trees(
        tuple(told["feature_names"][i] for i in used), np.zeros(shape, np.uint8), np.zeros(shape, np.float32), np.zeros(shape, np.uint8),
        max(_depth(info["tree_structure"]) for info in told["tree_info"]),
    )
    for t, nodes in enumerate(roots):
        place = {id(node): i for i, node in enumerate(nodes)}
        for i, node in enumerate(nodes):
            if "split_feature" in node:
                trees.column[t, i], trees.number[t, i] = used.index(node["split_feature"]), node["threshold"]
                trees.left[t, i] = place[id(node["left_child"])]
            else:
                trees.left[t, i], trees.number[t, i] = i, node["leaf_value"]
    return trees


def _nodes(root: dict[str, Any]) -> list[dict[str, Any]]:
    """Level by level, so that the two children of a node stand side by side."""
    nodes = [root]
    for node in nodes:
        nodes.extend(node[side] for side in ("left_child", "right_child") if side in node)
    return nodes


def _depth(node: dict[str, Any]) -> int:
    return 1 + max(_depth(node["left_child"]), _depth(node["right_child"])) if "left_child" in node else 0


def left_out(cases: Sequence[Asked], names: Sequence[str]) -> Iterator[tuple[Asked, Table]]:
    """Each query with its scores by a fit that never saw its conversation."""
    for part, kind in itertools.product(range(PARTS), KINDS):
        booster = fit([c for c in cases if c.part != part], names, kind)
        yield from ((c, _scores(booster, c)) for c in cases if c.part == part and c.kind == kind)


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
        say(f"{title:24} {name:24} any@10 {100 * hit:5.1f}  MRR {mrr:.3f}  recall@5 {100 * five:5.1f}  n {len(of_queries)}")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def learn(folder: Path, paths: Sequence[Path]) -> None:
    """Report what to expect of unseen conversations and of other sets, then fit on all and write to ``folder``."""
    async with an_embedder() as loaded:
        embedder = Once(loaded)
        all_heard = await heard(paths, embedder)
        parts = [all_heard.lens(embedder.name, part=n) for n in range(PARTS)]
        cases, names = measured(await gathered(paths, embedder, lambda source, part: parts[part]))
        report("sum of signs", ((c, c.linear) for c in cases))
        report("conversation left out", left_out(cases, names))
        files = {path.stem: all_heard.lens(embedder.name, source=path.stem) for path in paths}
        others, _ = measured(await gathered(paths, embedder, lambda source, part: files[source]))
    for source, kind in itertools.product(files, KINDS):
        if here := [c for c in others if c.source == source and c.kind == kind]:
            booster = fit([c for c in cases if c.source != source], names, kind)
            report(f"file left out, {kind}s", ((c, _scores(booster, c)) for c in here))
    with (folder / "lens.npz").open("wb") as target:
        all_heard.lens(embedder.name).save(target)
    for kind in KINDS:
        with (folder / f"{kind}_trees.npz").open("wb") as target:
            trees_of(fit(cases, names, kind)).save(target)


def measured(found: Sequence[Gathered]) -> tuple[list[Asked], list[str]]:
    """The columns of each query, and their names."""
    close = closely(found[0].query["text"], found[0].candidates, now=_NOW)
    return [asked(f) for f in found], list(columns(close.question, found[0].candidates, close.company, close.scores, close.chosen))


def main() -> None:
    if len(sys.argv) < 3:
        sys.exit("usage: python -m tests.evals.fit_ranker FOLDER CASES...")
    asyncio.run(learn(Path(sys.argv[1]), [Path(a) for a in sys.argv[2:]]))


if __name__ == "__main__":
    main()
