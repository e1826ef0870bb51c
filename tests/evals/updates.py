"""``python -m tests.evals.updates [--held-out]``: do new facts replace old ones, and only those?

Made-up people tell how twenty things in their lives change, one to five times, now and then back to what it was, some of them beginning
with what was true until a time in the past; between that they chat, and tell of things that have nothing to do with it, or only look as if
they had. Everything is remembered through the real flow and store, without a language model. Prints how often the fact that holds is the
first memory that comes to mind, how often what held at an earlier moment is found, and how many of the other memories were touched.
The phrasings (``cases/updates.json``) are halved: the rules were written with the tuning half, and ``--held-out`` uses the other alone.
"""

import argparse
import asyncio
import json
import logging
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.edges.store import Store, open_store
from bot.errors import ModelFailed
from bot.flows.reach_out import ReachOut
from bot.flows.recollect import Recollect
from bot.flows.remember import Remember
from bot.flows.supervise import Supervisor
from bot.flows.template_words import TemplateWords
from bot.flows.wardrobe import Wardrobe
from bot.mind.events import Memory, Turn, private_audience
from bot.ports import Embedder, LanguageModel
from tests.evals.recall import an_embedder
from tests.fakes.clock import VirtualClock
from tests.fakes.messenger import FakeMessenger
from tests.fakes.model import FakeModel
from tests.fakes.personas import FakePersonas

CASES = Path(__file__).parent / "cases" / "updates.json"
CHAINS = 500
OTHERS = 1300
"""So many are told; of some ("I'd love to be a baker") there is nothing to keep."""
HALVES = ("tuning", "held_out")
_EVERY = timedelta(days=9)
"""Between two things that somebody tells."""


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence of a chain, and the moment at which its value is asked for later; ``after`` is counted from when it is said."""

    topic: str
    value: str
    text: str
    after: timedelta = timedelta(days=1)


class Life:
    """One person's chains, one for each topic, in the phrasings of one half."""

    def __init__(self, cases: dict[str, Any], half: str, chance: random.Random) -> None:
        self._topics: dict[str, Any] = cases["topics"]
        self._cases, self._half, self._chance = cases, half, chance

    def told(self) -> list[Told]:
        """Chains mixed, each in its own order."""
        chains = {name: self._chain(name) for name in self._topics}
        order = [name for name, chain in chains.items() for _ in chain]
        self._chance.shuffle(order)
        return [chains[name].pop(0) for name in order]

    def asides(self, count: int) -> list[str]:
        templates = self._chance.sample(self._cases["asides"][self._half], k=len(self._cases["asides"][self._half]))
        # "My sister lives in Leeds", then "my sister lives in Turin", would be news; each of these is told once. The others ("I met Mia") go round.
        free = [template for template in templates if " my " not in f" {template}"]
        chosen = [*templates, *self._chance.choices(free, k=max(0, count - len(templates)))][:count]
        return [text.format(**{name: self._chance.choice(topic["values"]) for name, topic in self._topics.items()}) for text in chosen]

    def chatter(self) -> str:
        return str(self._chance.choice(self._cases["chatter"]))

    def question(self, topic: str) -> str:
        return str(self._chance.choice(self._topics[topic]["asked"]))

    def _chain(self, name: str) -> list[Told]:
        topic, chance = self._topics[name], self._chance
        values = chance.sample(topic["values"], chance.randint(2, min(5, len(topic["values"]) - 1)))
        if topic.get("rising"):
            values.sort()
        elif chance.random() < 0.3:
            values.append(values[0])
        told = [Told(name, value, chance.choice(topic[self._half]).format(value)) for value in values]
        if "until" in topic and chance.random() < 0.3:
            past = chance.choice([v for v in topic["values"] if v not in values])
            text = chance.choice(topic["until"][self._half])
            # Long before anything else was told: asked for as of six years before.
            told.insert(0, Told(name, past, text.format(past, when=chance.choice(("last year", "two years ago", "2024"))), timedelta(days=-6 * 365)))
        return told


async def evaluate(half: str, chains: int, seed: int) -> Counter[str]:
    """People one after another, until there were so many chains."""
    cases, chance, told = json.loads(CASES.read_text(encoding="utf-8")), random.Random(seed), Counter[str]()
    people = -(-chains // len(cases["topics"]))
    async with an_embedder() as embedder:
        for number in range(people):
            told += await _live(f"eval:{half}{number}", Life(cases, half, chance), embedder)
            sys.stderr.write(report(f"{half}, {number + 1} of {people} people", told))
    return told


async def _live(person: str, life: Life, embedder: Embedder) -> Counter[str]:
    clock, told = VirtualClock(), Counter[str]()
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        store = await stack.enter_async_context(open_store(home / "updates.db", clock=clock))
        supervisor = await stack.enter_async_context(Supervisor())
        # A model that always fails: their own words are kept.
        remember = remember_with(FakeModel(lambda request: ModelFailed("there is none")), store, embedder, clock, supervisor)
        said = life.told()
        asides = life.asides(OTHERS * len(life._topics) // CHAINS)
        held: dict[str, list[tuple[datetime, str]]] = {}
        share = len(asides) / len(said)
        for number, step in enumerate(said):
            held.setdefault(step.topic, []).append((clock.now() + step.after, step.value))
            await _say(person, step.text, store, remember, clock)
            for text in [life.chatter(), *asides[int(number * share) : int((number + 1) * share)]]:
                await _say(person, text, store, remember, clock)
        recollect = Recollect(store.memories, embedder, clock)
        for topic, history in held.items():
            told += await _ask(person, life.question(topic), history, recollect, topic)
        told += _untouched(await store.memories.browse(person, past=True, limit=10_000), frozenset(asides))
    return told


def _untouched(everything: Sequence[Memory], asides: frozenset[str]) -> Counter[str]:
    """The unrelated facts that were kept, and those that something else took the place of."""
    by_id = {memory.id: memory for memory in everything}
    others = [m for m in everything if m.quote in asides]
    touched = [m for m in others if m.superseded_by and by_id[m.superseded_by].quote != m.quote]
    return Counter({"others": len(others), "others touched": len(touched)} | {f"touched: {m.quote}": 1 for m in touched})


async def _say(person: str, text: str, store: Store, remember: Remember, clock: VirtualClock) -> None:
    turn = Turn(person=person, speaker="Ada", text=text, said_at=clock.now(), audience=private_audience(person), conversation=person)
    await remember.turn(await store.turns.add(turn))
    await clock.advance(_EVERY)


async def _ask(person: str, question: str, history: Sequence[tuple[datetime, str]], recollect: Recollect, topic: str) -> Counter[str]:
    found = await recollect.memories(person, private_audience(person), question, limit=1)
    right = bool(found) and history[-1][1].lower() in found[0].quote.lower()
    told = Counter({"chains": 1, "current first": right, f"missed {topic}": not right})
    for at, value in history:
        known = await recollect.as_of(person, question, at)
        told += Counter({"moments": 1, "as of": known is not None and value.lower() in known.quote.lower()})
    return told


def remember_with(model: LanguageModel, store: Store, embedder: Embedder, clock: VirtualClock, supervisor: Supervisor) -> Remember:
    """The flow as it is wired, but nothing is proposed."""
    words = TemplateWords(Wardrobe(store.people, FakePersonas("mika"), "mika"))
    reach_out = ReachOut(
        clock=clock, people=store.people, memories=store.memories, proposals=store.proposals, outbox=store.outbox, diary=store.diary, turns=store.turns,
        messenger=FakeMessenger(), words=words, plain_words=words, sources=[],
    )
    return Remember(
        model=model, embedder=embedder, turns=store.turns, memories=store.memories, people=store.people, reach_out=reach_out, supervisor=supervisor,
    )


def report(name: str, told: Counter[str]) -> str:
    """One line of figures; what was missed is named by topic only, so that the held-out phrasings stay unread."""
    missed = ", ".join(f"{key.removeprefix('missed ')} {n}" for key, n in told.items() if key.startswith("missed ") and n) or "none"
    first, as_of = 100 * told["current first"] / told["chains"], 100 * told["as of"] / told["moments"]
    return (
        f"{name}: {told['chains']} chains, current fact first {first:.1f} % (missed: {missed}); as of an earlier moment {as_of:.1f} % of "
        f"{told['moments']}; {told['others']} unrelated facts, touched {told['others touched']}\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.updates")
    parser.add_argument("--held-out", action="store_true", help="all chains in the phrasings that the rules were not written with")
    parser.add_argument("--chains", type=int, default=CHAINS)
    parser.add_argument("--seed", type=int, default=11, help="other lives; 500 chains can so be made in pieces")
    asked = parser.parse_args()
    logging.getLogger("bot").setLevel(logging.ERROR)  # that there is no model is meant here
    halves = HALVES[1:] if asked.held_out else HALVES
    told = {half: asyncio.run(evaluate(half, asked.chains // len(halves), asked.seed)) for half in halves}
    for half, counts in told.items():
        sys.stdout.write(report(half.replace("_", " "), counts))
    if len(told) > 1:
        sys.stdout.write(report("together", sum(told.values(), Counter())))


if __name__ == "__main__":
    main()
