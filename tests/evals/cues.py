"""``python -m tests.evals.cues CASES [MORE...] [--only ID...] [--turns N] [--way WAY...] [--model small] [--out FILE] [--minutes M]``: do cues help
that the language model writes while remembering?

For turns of conversations of CASES (as ``tests.evals.recall`` reads them) the model writes in three ways when they would matter later: for those that
are evidence, and for others that tell something of oneself with a reason, a habit or an aim in it, spread evenly, ``--turns`` together. What it
wrote is embedded as further keys of the turn, and the remarks of these conversations are ranked with and without: by the vectors alone, through a
lens, and by lens and trees. Both are fitted on the other conversations of CASES and MORE. Prints any@10 and the mean reciprocal rank among the turns
that have cues, which is fair, and among all, which favours cues: most others have none. ``came`` and ``fell`` count remarks whose evidence came among
the first ten by it, or fell out. ``half`` goes half the way from a turn's own likeness to that of its best key; ``found`` uses only cues that bring
back their own turn among the first 20; ``of others`` gives each turn the cues of another one: that much is chance. In pieces
(:mod:`tests.evals.pieces`); conversations are compared that have all their cues.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.config import load
from bot.edges.llama import open_llama
from bot.mind.prompt import Message
from bot.mind.recall import asks, rank
from bot.mind.recall.features import telling
from bot.mind.recall.lens import Lens
from bot.mind.recall.trees import Trees
from bot.mind.salience import salience
from bot.ports import Completion, LanguageModel, Vectors
from bot.wiring import catalogue_of
from tests.evals.fit_ranker import PARTS, Gathered, Once, fit, gathered, heard, measured, trees_of
from tests.evals.pieces import Piece, Row, add_piece, piece_of
from tests.evals.recall import Case, an_embedder, lines
from tests.evals.rerank import marks

_AT_ONCE = 8
_PROMPTS = json.loads((Path(__file__).parent / "cases" / "cues.json").read_text(encoding="utf-8"))
WAYS = tuple(_PROMPTS["ways"])
_TOLD = "They told you: “{}”"  # without that, the model answers what was said
_NOW = datetime(2026, 1, 1, tzinfo=UTC)


def told_of(episode: Case, most: int) -> list[Case]:
    """The turns that cues are written for, in their order."""
    wanted = {str(i) for query in episode["queries"] for i in query["evidence"]}
    others = [str(t["id"]) for t in episode["turns"] if str(t["id"]) not in wanted and salience(t["text"]).worth and telling(t["text"])]
    left = min(most - len(wanted), len(others))
    chosen = wanted.union(others[i * len(others) // left] for i in range(left))
    return [turn for turn in episode["turns"] if str(turn["id"]) in chosen]


def bunches(episodes: Sequence[Case], ways: Sequence[str], most: int) -> Iterator[Row]:
    """Turns to ask about at the same time: the model works on eight for the price of a few."""
    for episode in episodes:
        told = told_of(episode, most)
        for way in ways:
            for start in range(0, len(told), _AT_ONCE):
                yield {"episode": episode["id"], "way": way, "turns": {str(t["id"]): t["text"] for t in told[start : start + _AT_ONCE]}}


async def cues_of(model: LanguageModel, way: str, text: str) -> list[str]:
    """What the model writes for one turn; keywords are one cue together."""
    how = _PROMPTS["ways"][way]
    shown = [Message("system", how["asked"])]
    for said, cue in zip(_PROMPTS["told"], how["written"], strict=True):
        shown += [Message("user", _TOLD.format(said)), Message("assistant", cue)]
    request = Completion(messages=(*shown, Message("user", _TOLD.format(text))), max_tokens=45, temperature=0.0, repeat_penalty=1.0, stop=("\n",), seed=1)
    async with aclosing(model.stream(request)) as pieces:
        written = "".join([piece async for piece in pieces])
    return [cue.strip() for cue in written.split("|") if cue.strip()]


async def written(cases: Sequence[Row], model: str, piece: Piece) -> list[Row]:
    """Every bunch with its cues."""
    file = await catalogue_of(load(None, {}, None)).pull(model, lambda done, total, what: None)
    async with open_llama(file, patience=600) as writer:
        async def ask(case: Row) -> Row:
            return {"cues": await asyncio.gather(*(cues_of(writer, case["way"], text) for text in case["turns"].values()))}

        return await piece.answered(cases, ask)


@dataclass(frozen=True, slots=True)
class Keys:
    """Further keys of the turns of one conversation: row i of ``vectors`` is one of turn number ``of[i]``."""

    vectors: Vectors
    of: npt.NDArray[np.intp]
    half: bool = False

    def raised(self, own: Vectors, keys: Vectors) -> Vectors:
        """The likeness of each turn, by itself and by its best key."""
        best = own.copy()
        np.maximum.at(best, self.of, keys)
        return np.asarray((own + best) / 2 if self.half else best)

    def that_find(self, said: Vectors, lens: Lens) -> "Keys":
        """Only those that bring back their own turn among the first 20."""
        seen = [lens.aim(vector, "remark").likeness(said) for vector in self.vectors]
        good = np.array([(likeness > likeness[of]).sum() < 20 for likeness, of in zip(seen, self.of, strict=True)], dtype=bool)
        return replace(self, vectors=self.vectors[good], of=self.of[good])


@dataclass(frozen=True, slots=True)
class Ranker:
    """One conversation: the names and vectors of its turns, and what was fitted on others."""

    names: list[str]
    said: Vectors
    lens: Lens
    trees: Trees

    def orders(self, found: Gathered, meant: Vectors, keys: Keys) -> Iterator[tuple[str, list[str]]]:
        """The turns, best first, by each ranker."""
        aim = self.lens.aim(meant, "remark")
        plain, aimed = keys.raised(self.said @ meant, keys.vectors @ meant), keys.raised(aim.likeness(self.said), aim.likeness(keys.vectors))
        yield "vectors", [self.names[i] for i in np.argsort(-plain, kind="stable")]
        yield "lens", [self.names[i] for i in np.argsort(-aimed, kind="stable")]
        seen = dict(zip(self.names, aimed.tolist(), strict=True))
        candidates = [c if c.turn is None else replace(c, aimed=seen[found.names[c.turn.id]]) for c in found.candidates]
        ranked = rank(found.query["text"], candidates, now=_NOW, trees=self.trees)
        yield "lens and trees", [found.names[f.turn.id] for f in ranked if f.turn is not None]


async def compare(paths: Sequence[Path], episodes: Mapping[int, Case], bunches: Sequence[Row]) -> None:
    """Print a line for each ranker and each choice of cues. ``episodes`` by the part that they are when conversations are left out."""
    marked: defaultdict[tuple[str, str], list[tuple[bool, float, bool, float]]] = defaultdict(list)
    async with an_embedder() as loaded:
        embedder = Once(loaded)
        everything = await heard(paths, embedder)
        lenses = [everything.lens(embedder.name, part=n) for n in range(PARTS)]
        found = await gathered(paths, embedder, lambda source, part: lenses[part])
        cases, columns = measured(found)
        for part, episode in episodes.items():
            names = [str(turn["id"]) for turn in episode["turns"]]
            trees = trees_of(fit([c for c in cases if c.part != part], columns, "remark"))
            ranker = Ranker(names, await embedder.embed([turn["text"] for turn in episode["turns"]]), lenses[part], trees)
            here = [bunch for bunch in bunches if bunch["episode"] == episode["id"]]
            choices, cued = await _choices(ranker, embedder, here), {name for bunch in here for name in bunch["turns"]}
            for one in [f for f in found if (f.source, f.part) == (paths[0].stem, part) and not asks(f.query["text"])]:
                vector, wanted = (await embedder.embed([one.query["text"]]))[0], one.query["evidence"]
                for choice, keys in choices.items():
                    for name, order in ranker.orders(one, vector, keys):
                        marked[name, choice].append((*marks([n for n in order if n in cued], wanted), *marks(order, wanted)))
    _report(marked)


async def _choices(ranker: Ranker, embedder: Once, bunches: Sequence[Row]) -> dict[str, Keys]:
    places = {name: i for i, name in enumerate(ranker.names)}
    texts: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for bunch in bunches:
        texts[bunch["way"]] += [(places[name], cue) for name, cues in zip(bunch["turns"], bunch["cues"], strict=True) for cue in cues]
    if len(texts) > 1:
        texts["all"] = [pair for pairs in list(texts.values()) for pair in pairs]
    choices = {"without": Keys(np.zeros((0, ranker.said.shape[1]), np.float32), np.zeros(0, np.intp))}
    for way, pairs in texts.items():
        keys = Keys(await embedder.embed([cue for _, cue in pairs]), np.array([place for place, _ in pairs]))
        choices |= {way: keys, f"{way}, half": replace(keys, half=True), f"{way}, found": keys.that_find(ranker.said, ranker.lens)}
        choices[f"{way}, of others"] = replace(keys, of=np.roll(keys.of, len(keys.of) // 2))
    return choices


def _report(marked: Mapping[tuple[str, str], Sequence[tuple[bool, float, bool, float]]]) -> None:
    for (name, choice), results in sorted(marked.items(), key=lambda item: item[0][0]):
        pairs = [(now[0], then[0]) for now, then in zip(results, marked[name, "without"], strict=True)]
        came, fell = sum(now > then for now, then in pairs), sum(now < then for now, then in pairs)
        hit, mrr, hit_all, mrr_all = np.mean(results, axis=0)
        everywhere = f"among all any@10 {100 * hit_all:5.1f}  MRR {mrr_all:.3f}  n {len(results)}"
        sys.stdout.write(f"{name:15} {choice:22} among those with cues any@10 {100 * hit:5.1f}  MRR {mrr:.3f}  came {came:2} fell {fell:2}   {everywhere}\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.cues")
    parser.add_argument("cases", type=Path, nargs="+", help="the first is asked about, the others help to fit")
    parser.add_argument("--model", default="small")
    parser.add_argument("--only", nargs="+", help="these episodes; else all")
    parser.add_argument("--turns", type=int, default=10_000, help="of each conversation, at most; evidence comes first")
    parser.add_argument("--way", nargs="+", choices=WAYS, default=WAYS)
    add_piece(parser)
    asked = parser.parse_args()
    episodes = {part: e for part, e in enumerate(lines(asked.cases[0])) if not asked.only or e["id"] in asked.only}
    cases = list(bunches(list(episodes.values()), asked.way, asked.turns))
    done = asyncio.run(written(cases, asked.model, piece_of(asked)))
    sys.stdout.write(f"{len(done)} of {len(cases)} bunches have their cues\n")
    whole, there = (Counter(case["episode"] for case in of) for of in (cases, done))
    if complete := {part: e for part, e in episodes.items() if there[e["id"]] == whole[e["id"]]}:
        asyncio.run(compare(asked.cases, complete, done))


if __name__ == "__main__":
    main()
