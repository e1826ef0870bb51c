"""``python -m tests.evals.updates``: do new facts replace old ones, and only those?

Made-up people tell how one thing in their lives changes, two to four times, now and then back to what it was; between that they tell of
things that have nothing to do with it, or only look as if they had. Everything is remembered through the real flow and store, without a
language model. Prints how often the fact that holds is the first memory that comes to mind, how often what held at an earlier moment is
found, and how many of the other memories were touched. Each phrasing is used either by the half that the rules were written with
(``known``) or by the half that was put aside (``held out``).
"""

import asyncio
import logging
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.errors import ModelFailed
from bot.flows.reach_out import ReachOut
from bot.flows.recollect import Recollect
from bot.flows.remember import Remember
from bot.flows.supervise import Supervisor
from bot.flows.template_words import TemplateWords
from bot.flows.wardrobe import Wardrobe
from bot.edges.store import Store, open_store
from bot.mind.events import Memory, Turn, private_audience
from bot.ports import Embedder
from tests.evals.recall import an_embedder
from tests.fakes.clock import START, VirtualClock
from tests.fakes.messenger import FakeMessenger
from tests.fakes.model import FakeModel
from tests.fakes.personas import FakePersonas

CHAINS = 500
OTHERS = 1000
TOGETHER = 10
"""Chains of one person, each about something else."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that changes: how it is told and asked, in both halves, and what it can be."""

    known: Sequence[str]
    held_out: Sequence[str]
    asked: Sequence[str]
    values: Sequence[str]


_NAMES = ("Mia", "Jonas", "Priya", "Carlos", "Yuki", "Fatima", "Oleg", "Ingrid", "Tariq", "Beatriz")
TOPICS = {
    "home": Topic(
        ("I live in {}", "I moved to {}", "we just moved to {}", "I'm living in {} now", "I relocated to {} for good"),
        ("I've moved to {} last week", "my new flat is in {}", "I'm based in {} these days", "I have settled down in {}", "{} is my home now"),
        ("where do I live?", "which city do I live in?"), ("Bergen", "Oslo", "Lisbon", "Porto", "Leeds", "Nantes", "Ghent", "Turin", "New York", "Krakow"),
    ),
    "profession": Topic(
        ("I work as a {}", "I'm working as a {} now", "I became a {}", "my job is {} now"),
        ("I got a job as a {}", "I've started working as a {}", "I retrained as a {}", "my new job is being a {}"),
        ("what is my job?", "what do I work as?"), ("nurse", "tram driver", "baker", "teacher", "carpenter", "translator", "florist", "paramedic", "barista", "surveyor"),
    ),
    "employer": Topic(
        ("I work for {}", "I started a job at {}", "I joined the team at {}"), ("I'm employed by {} now", "I got a new job at {}", "my new employer is {}"),
        ("who do I work for?", "who is my employer?"), ("Ikea", "Siemens", "Lufthansa", "Barnes", "Nokia", "Aldi", "Bosch", "Volvo", "Novartis", "Danone"),
    ),
    "partner": Topic(
        ("my girlfriend is called {}", "I'm dating {}", "I'm together with {} now"), ("I started seeing {}", "{} and I got together", "my partner's name is {}"),
        ("who am I dating?", "who is my partner?"), _NAMES,
    ),
    "dog": Topic(
        ("my dog is called {}", "my dog's name is {}", "we named our dog {}"), ("we renamed our dog {}", "my dog goes by {}", "my dog is now called {}"),
        ("what is my dog called?", "what's the name of my dog?"), ("Rex", "Bruno", "Luna", "Pepper", "Socks", "Waffle", "Biscuit", "Nala"),
    ),
    "diet": Topic(
        ("I'm {} now", "I am {}", "I went {}"), ("I've switched to being {}", "I became {} this spring", "I've turned {}"), ("what is my diet?", "what kind of diet do I follow?"),
        ("vegan", "vegetarian", "pescatarian", "keto"),
    ),
    "age": Topic(
        ("I'm {} years old", "I'm {} now", "I turned {}"), ("I just turned {} yesterday", "my age is {}", "I am {}, by the way"), ("how old am I?", "what is my age?"),
        tuple(map(str, range(24, 60, 3))),
    ),
    "phone": Topic(
        ("my phone number is {}", "my number is {} now"), ("my new number is {}", "you can reach me at {}"), ("what is my phone number?", "what's my number?"),
        ("555 0134", "555 0188", "0171 220 118", "555 0162", "0160 998 231", "555 0119"),
    ),
    "colour": Topic(
        ("my favourite colour is {}", "my favourite colour is {} now"), ("{} is my favourite colour", "my new favourite colour is {}"),
        ("what is my favourite colour?", "do you know my favourite colour?"), ("green", "blue", "crimson", "teal", "yellow", "violet"),
    ),
    "dish": Topic(
        ("my favourite dish is {}", "my favourite dish has changed to {}"), ("{} is my favourite dish now", "my current favourite dish is {}"),
        ("what's my favourite dish?", "what is my favourite dish?"), ("lasagne", "ramen", "pierogi", "paella", "shakshuka", "pho"),
    ),
}
_ASIDES = (
    "my sister lives in {city}", "I visited {city} last summer with my aunt", "I used to live in {city} when I was a kid", "I want to move to {city} one day",
    "my brother works as a {job}", "I'd love to be a {job}", "my uncle's girlfriend is called {name}", "my cat is called {pet}", "I met {name} at the gym",
    "my favourite film is the one about {city}", "my colleague {name} is vegan", "I cooked {dish} for my friends", "I painted my kitchen {colour}",
    "I bought a {colour} bicycle", "my mother turned {age} in June", "I ran {age} kilometres this month", "I had a {colour} scarf as a child", "my neighbour {name} plays the trumpet",
    "I hurt my knee while skiing near {city}", "I love the smell of rain in {city}", "I read a novel about a {job}", "I am learning to play the cello", "I might move to {city} next year",
    "my friend {name} moved to {city}", "I watched a match against {city} at the pub", "I lost my keys near the station in {city}", "I never liked {dish}",
    "my favourite season is autumn", "I take the bus to work because parking is expensive", "I'm afraid of spiders", "I slept badly because of the heat", "I have a meeting in {city}",
)




async def evaluate(chance: random.Random, half: str) -> Counter[str]:
    """All people, one after another, with the phrasings of one half."""
    told: Counter[str] = Counter()
    async with an_embedder() as embedder:
        for person in range(CHAINS // TOGETHER // 2):
            told += await _life(f"eval:{half}{person}", chance, half, embedder)
    return told


async def _life(person: str, chance: random.Random, half: str, embedder: Embedder) -> Counter[str]:
    clock, told = VirtualClock(), Counter[str]()
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        store = await stack.enter_async_context(open_store(home / "updates.db", clock=clock))
        remember = _remember(store, embedder, clock, await stack.enter_async_context(Supervisor()))
        recollect = Recollect(store.memories, embedder, clock)
        chains = {name: _chain(chance, topic) for name, topic in TOPICS.items()}
        said: list[tuple[str, str, str]] = []
        for name, values in chains.items():
            phrasings = TOPICS[name].known if half == "known" else TOPICS[name].held_out
            said += [(name, value, chance.choice(phrasings).format(value)) for value in values]
        said = _shuffled(chance, said)
        asides = [_filled(chance, aside) for aside in chance.sample(_ASIDES, OTHERS * TOGETHER // CHAINS)]
        held: dict[str, list[tuple[Any, str]]] = {name: [] for name in chains}
        for n, (name, value, text) in enumerate(said):
            held[name].append((clock.now(), value))
            await _say(person, text, store, remember, clock)
            while asides and len(asides) * len(said) > (len(said) - n - 1) * OTHERS * TOGETHER // CHAINS:
                await _say(person, asides.pop(), store, remember, clock)
        for name, history in held.items():
            await _ask(person, chance.choice(TOPICS[name].asked), history, recollect, told, name)
        everything = await store.memories.browse(person, past=True, limit=10_000)
        mine = {text for _, _, text in said}
        others = [m for m in everything if m.quote.rstrip(".") not in mine]
        told["others"] += len(others)
        told["others touched"] += sum(m.superseded_by != 0 and not _said_again(m, everything) for m in others)
    return told


def _said_again(memory: Memory, everything: Sequence[Memory]) -> bool:
    """Whether it was replaced by the same words."""
    return any(m.id == memory.superseded_by and m.quote == memory.quote for m in everything)


def _chain(chance: random.Random, topic: Topic) -> list[str]:
    values = chance.sample(list(topic.values), chance.randint(2, 4))
    return [*values, values[0]] if chance.random() < 0.3 else values


def _shuffled(chance: random.Random, said: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Chains mixed, each in its own order."""
    order = [entry[0] for entry in said]
    chance.shuffle(order)
    waiting = {name: [entry for entry in said if entry[0] == name] for name in set(order)}
    return [waiting[name].pop(0) for name in order]


def _filled(chance: random.Random, aside: str) -> str:
    values = {"city": "home", "job": "profession", "pet": "dog", "dish": "dish", "colour": "colour", "age": "age", "name": "partner"}
    return aside.format(**{key: chance.choice(list(TOPICS[topic].values)) for key, topic in values.items()})


async def _say(person: str, text: str, store: Store, remember: Remember, clock: VirtualClock) -> None:
    turn = Turn(person=person, speaker="Ada", text=text, said_at=clock.now(), audience=private_audience(person), conversation=person)
    await remember.turn(await store.turns.add(turn))
    await clock.advance(timedelta(days=9))


async def _ask(person: str, question: str, history: Sequence[tuple[Any, str]], recollect: Recollect, told: Counter[str], name: str) -> None:
    found = await recollect.memories(person, private_audience(person), question, limit=1)
    right = bool(found) and history[-1][1].lower() in found[0].quote.lower()
    told["chains"] += 1
    told["current first"] += right
    told[f"missed {name}"] += not right
    for n, (at, value) in enumerate(history):
        known = await recollect.as_of(person, question, at + timedelta(days=1))
        told["moments"] += 1
        told["as of"] += known is not None and value.lower() in known.quote.lower()


def _remember(store: Store, embedder: Embedder, clock: VirtualClock, supervisor: Supervisor) -> Remember:
    """The flow as it is wired, with a model that always fails: the person's own words are kept."""
    words = TemplateWords(Wardrobe(store.people, FakePersonas("mika"), "mika"))
    reach_out = ReachOut(
        clock=clock, people=store.people, memories=store.memories, proposals=store.proposals, outbox=store.outbox, diary=store.diary, turns=store.turns,
        messenger=FakeMessenger(), words=words, plain_words=words, sources=[],
    )
    model = FakeModel(lambda request: ModelFailed("there is none"))
    return Remember(
        model=model, embedder=embedder, turns=store.turns, memories=store.memories, people=store.people, reach_out=reach_out, supervisor=supervisor,
    )


def main() -> None:
    logging.getLogger("bot").setLevel(logging.ERROR)  # that there is no model is meant here
    for half in ("known", "held out"):
        told = asyncio.run(evaluate(random.Random(11), half.replace(" ", "-")))
        missed = ", ".join(f"{name.removeprefix('missed ')} {n}" for name, n in told.items() if name.startswith("missed ") and n) or "none"
        sys.stdout.write(
            f"{half} phrasings: {told['chains']} chains, current fact first {100 * told['current first'] / told['chains']:.1f} % (missed: {missed}); "
            f"as of an earlier moment {100 * told['as of'] / told['moments']:.1f} % of {told['moments']}; "
            f"{told['others']} unrelated memories, touched {told['others touched']}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
