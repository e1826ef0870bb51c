"""``python -m tests.evals.rerank CASES [--model NAME] [--queries N] [--deep N] [--answers FILE]``: does it help to ask the language model about the best?

The first queries of CASES (as ``tests.evals.recall`` reads them) are searched as always. The model is then asked of each of the best ``deep``
turns whether it matters for the query, yes or no, the turn first, so that what it has worked out of that can be used again; "yes" is taken
from its logits. Prints any@10 and the mean reciprocal rank of the order as it was, by "yes" alone, and by both places together, and what it
took. ``--answers`` keeps what the model said in a file and asks only for the rest: a run may be broken off.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.config import load
from bot.edges.llama import open_llama
from bot.mind.events import private_audience
from bot.ports import LanguageModel, Message
from bot.wiring import catalogue_of
from tests.evals.recall import Remembered, an_embedder, before, lines, remembered

_SHOWN = 50
_ASKED = "You know a person for a long time. You say whether something they said long ago matters for what they say now: because it is the reason, the cause, an aim, a value or a limit behind it."


@dataclass(slots=True)
class Doubter:
    """The model, asked once for each pair."""

    model: LanguageModel
    file: Path | None
    known: dict[str, float] = field(default_factory=dict)
    taken: list[float] = field(default_factory=list)
    """Seconds of each question."""

    async def matters(self, earlier: str, now: str) -> float:
        """Probability of "yes"."""
        key = f"{earlier}\n{now}"
        if key not in self.known:
            begun = time.perf_counter()
            asked = f"Long ago they said: “{earlier}”\n\nNow they say: “{now}”\n\nDoes what they said long ago matter for that? Answer yes or no."
            self.known[key], _ = await self.model.choose([Message("system", _ASKED), Message("user", asked)], ["yes", "no"])
            self.taken.append(time.perf_counter() - begun)
            if self.file:
                self.file.write_text(json.dumps(self.known), encoding="utf-8")
        return self.known[key]


def known(answers: Path | None) -> dict[str, float]:
    """What the model said in earlier runs."""
    return json.loads(answers.read_text(encoding="utf-8")) if answers and answers.exists() else {}


def marks(ranked: Sequence[str], wanted: Sequence[str]) -> tuple[bool, float]:
    """Whether some evidence is among the first ten, and one by the place of the first."""
    place = next((n for n, name in enumerate(ranked, start=1) if name in wanted), 0)
    return 0 < place <= 10, 1 / place if place else 0.0


async def _orders(memory: Remembered, query: dict[str, Any], deep: int, doubter: Doubter) -> dict[str, list[str]]:
    person = memory.person
    found = await memory.recollect.search(person, private_audience(person), query["text"], before=before(query), limit=_SHOWN)
    said = [f.turn for f in found if f.turn is not None]
    names, best = [memory.names[turn.id] for turn in said], said[:deep]
    sure = {memory.names[turn.id]: await doubter.matters(turn.text, query["text"]) for turn in best}
    by_yes = sorted(sure, key=lambda name: -sure[name])
    places = {name: 1 / (5 + names.index(name)) + 1 / (5 + by_yes.index(name)) for name in sure}
    rest = names[deep:]
    return {"as it is": names, "by yes": by_yes + rest, "both places": sorted(places, key=lambda name: -places[name]) + rest}


async def evaluate(cases: Path, model: str, queries: int, deep: int, answers: Path | None) -> None:
    """Print the figures after each query."""
    told, left = Counter[str](), queries
    async with AsyncExitStack() as stack:
        embedder = await stack.enter_async_context(an_embedder())
        file = await catalogue_of(load(None, {}, None)).pull(model, lambda done, total, what: None)
        doubter = Doubter(await stack.enter_async_context(open_llama(file, patience=600)), answers, known(answers))
        for episode in lines(cases):
            if not left:
                break
            async with remembered(episode, embedder) as memory:
                for query in episode["queries"][:left]:
                    left -= 1
                    for order, ranked in (await _orders(memory, query, deep, doubter)).items():
                        among, share = marks(ranked, query["evidence"])
                        told.update({f"any {order}": among, f"mrr {order}": share})
                    _say(told, queries - left, doubter.taken)


def _say(told: Counter[str], count: int, taken: Sequence[float]) -> None:
    figures = "; ".join(f"{name}: any@10 {100 * told[f'any {name}'] / count:.1f}, MRR {told[f'mrr {name}'] / count:.3f}" for name in ("as it is", "by yes", "both places"))
    each = f"; {sum(taken) / len(taken):.2f} s a question to the model" if taken else ""
    sys.stdout.write(f"{count} queries: {figures}{each}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.rerank")
    parser.add_argument("cases", type=Path)
    parser.add_argument("--model", default="small", help="a name of the catalogue")
    parser.add_argument("--queries", type=int, default=40)
    parser.add_argument("--deep", type=int, default=20)
    parser.add_argument("--answers", type=Path)
    asked = parser.parse_args()
    asyncio.run(evaluate(asked.cases, asked.model, asked.queries, asked.deep, asked.answers))


if __name__ == "__main__":
    main()
