"""``python -m tests.evals.extraction [--model rules|tiny|small] [--half tuning|held_out|both] [--limit N] [--show] [--answers FILE]``: what is kept of a message?

246 messages written by hand (``cases/extraction.jsonl``), each said by somebody of their own, go through the real flow and store. A memory
that was kept is right when it quotes what was expected (the quotes overlap) and has one of its kinds; each expectation counts once. Prints
precision, recall, how many memories are not word for word in their message, and how much saying everything a second time adds.
The rules were written with the tuning half; ``--show`` names what went wrong there and nowhere else.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.config import load
from bot.edges.llama import open_llama
from bot.edges.store import Store, open_store
from bot.errors import ModelFailed
from bot.flows.remember import Remember
from bot.flows.supervise import Supervisor
from bot.mind.events import Memory, Turn, private_audience
from bot.ports import Completion, LanguageModel, Message, ModelFacts
from bot.wiring import catalogue_of
from tests.evals.recall import an_embedder
from tests.evals.updates import remember_with
from tests.fakes.clock import VirtualClock
from tests.fakes.model import FakeModel

CASES = Path(__file__).parent / "cases" / "extraction.jsonl"

Case = dict[str, Any]


def marks(case: Case, kept: Sequence[Memory]) -> Counter[str]:
    """How many of the memories of one message are right, and how many of the expected ones were found."""
    told = Counter(kept=len(kept), expected=len(case["memories"]), unsupported=sum(m.quote not in case["text"] for m in kept))
    left = list(kept)
    for wanted in case["memories"]:
        right = next((m for m in left if m.kind in wanted["kinds"] and _overlap(wanted["quote"], m.quote, case["text"])), None)
        if right is not None:
            left.remove(right)
            told["right"] += 1
    return told


def _overlap(wanted: str, quote: str, text: str) -> bool:
    a, b = text.find(wanted), text.find(quote)
    return b >= 0 and a < b + len(quote) and b < a + len(wanted)


async def evaluate(cases: Sequence[Case], model: str, show: bool, answers: Path | None) -> dict[str, Counter[str]]:
    """Figures of each half."""
    told: dict[str, Counter[str]] = {}
    clock = VirtualClock()
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        store = await stack.enter_async_context(open_store(home / "extraction.db", clock=clock))
        embedder = await stack.enter_async_context(an_embedder())
        supervisor = await stack.enter_async_context(Supervisor())
        noted = Noted(await stack.enter_async_context(_the_model(model)), answers)
        remember = remember_with(noted, store, embedder, clock, supervisor)
        for second in (False, True):
            for number, case in enumerate(cases):
                kept = await _hear(store, remember, clock, f"eval:{number}", case["text"])
                if second:
                    told[case["half"]]["held twice"] += len(kept)
                    continue
                told.setdefault(case["half"], Counter()).update(marks(case, kept))
                if show and case["half"] == "tuning" and not _sound(case, kept):
                    _show(case, kept)
            await clock.advance(timedelta(hours=1))
    return told


async def _hear(store: Store, remember: Remember, clock: VirtualClock, person: str, text: str) -> tuple[Memory, ...]:
    """Say it; all that is held of this person then."""
    audience = private_audience(person)
    turn = Turn(person=person, speaker="Sam", text=text, said_at=clock.now(), audience=audience, conversation=person)
    await remember.turn(await store.turns.add(turn))
    return await store.memories.browse(person)


def _sound(case: Case, kept: Sequence[Memory]) -> bool:
    told = marks(case, kept)
    return told["right"] == told["kept"] == told["expected"]


def _show(case: Case, kept: Sequence[Memory]) -> None:
    expected = [f"{'/'.join(w['kinds'])}: {w['quote']}" for w in case["memories"]]
    sys.stderr.write(f"{case['text']}\n  expected {expected}\n  kept     {[f'{m.kind}: {m.quote}' for m in kept]}\n")


class Noted:
    """The model, asked once for each text: it answers without chance, so that what is said again gets the same answer. ``answers`` is a file
    (JSON, text -> answer) that outlives the run; None keeps them in memory."""

    def __init__(self, model: LanguageModel, answers: Path | None) -> None:
        self._model, self._file = model, answers
        self._known: dict[str, str] = json.loads(answers.read_text(encoding="utf-8")) if answers and answers.exists() else {}

    async def stream(self, request: Completion) -> AsyncGenerator[str]:
        text = request.messages[-1].content
        if text not in self._known:
            self._known[text] = "".join([piece async for piece in self._model.stream(request)])
            if self._file:
                self._file.write_text(json.dumps(self._known, ensure_ascii=False), encoding="utf-8")
        yield self._known[text]

    async def choose(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        return await self._model.choose(messages, options)

    async def count_tokens(self, messages: Sequence[Message]) -> int:
        return await self._model.count_tokens(messages)

    async def facts(self) -> ModelFacts:
        return await self._model.facts()

    async def aclose(self) -> None:
        await self._model.aclose()


@asynccontextmanager
async def _the_model(name: str) -> AsyncIterator[LanguageModel]:
    """``rules`` is a model that always fails: their own words are kept."""
    if name == "rules":
        yield FakeModel(lambda request: ModelFailed("there is none"))
        return
    file = await catalogue_of(load(None, {}, None)).pull(name, lambda done, total, what: None)
    async with open_llama(file, patience=600) as model:
        yield model


def report(half: str, told: Counter[str]) -> str:
    precision, recall = told["right"] / max(1, told["kept"]), told["right"] / max(1, told["expected"])
    more = 100 * (told["held twice"] - told["kept"]) / max(1, told["kept"])
    return (
        f"{half}: precision {precision:.3f} ({told['right']} of {told['kept']} kept), recall {recall:.3f} (of {told['expected']} expected), "
        f"not word for word {told['unsupported']}, said again adds {more:.1f} %\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.extraction")
    parser.add_argument("--model", default="rules", help="rules, or a name of the catalogue")
    parser.add_argument("--half", choices=("tuning", "held_out", "both"), default="both")
    parser.add_argument("--limit", type=int, default=10_000, help="of each half")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--answers", type=Path, help="a file that keeps what the model answered, and is asked first")
    asked = parser.parse_args()
    rows = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    halves = ("tuning", "held_out") if asked.half == "both" else (asked.half,)
    cases = [case for half in halves for case in [c for c in rows if c["half"] == half][: asked.limit]]
    told = asyncio.run(evaluate(cases, asked.model, asked.show, asked.answers))
    for half, counts in told.items():
        sys.stdout.write(report(half.replace("_", " "), counts))
    if len(told) > 1:
        sys.stdout.write(report("together", sum(told.values(), Counter())))


if __name__ == "__main__":
    main()
