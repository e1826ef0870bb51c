"""A control vector for a persona: the difference between its lines and what the model says by itself, in the hidden states
(Turner et al. 2023, 2308.10248; Rimsky et al. 2023, 2312.06681)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from gguf import GGUFWriter

from bot.errors import ModelError
from bot.moe.numbers import Numbers
from bot.moe.quality import foretold
from bot.moe.run import Run
from bot.moe.style import distance

STRENGTHS = (0.25, 0.5, 0.75)
_MIDDLE = 0.5  # the strength by which ranges of layers are compared
_BEST = 2  # ranges
_STATES = "l_out"
_CONTEXT, _ROWS, _AT_ONCE = 2048, 384, 8
_SAID = 32  # tokens of an answer

TRIED = (
    "I bought new shoes today.", "My neighbour plays the drums.", "I forgot my keys again.", "What should I read next?",
    "I think I failed the exam.", "It is too hot to sleep.", "My sister had a baby!", "I hate Mondays.",
    "Do you like the sea?", "I burned the soup.", "We might move to another town.", "I have nothing to say.",
)  # fmt: skip
"""What people say to whom strengths are tried on; none of it is in a card."""

ASKED = (
    "I had a long day.", "My cat knocked over a plant again.", "What do you think of mornings?", "I can't decide what to cook.",
    "I finished the book you said was boring.", "My friend is late, as always.", "Tell me something.", "I might take up running.",
    "It has been raining for a week.", "I slept badly.", "What did you do today?", "My brother never calls back.",
    "The train was late.", "I painted my room green.", "Should I call her?", "My phone fell into the sink.",
    "I learned a new song.", "I can't find my glasses.", "They sing next door.", "I am proud of my son.",
    "I want to sleep all day.", "Is it worth it?", "My tea is cold.", "I met an old friend.",
)  # fmt: skip
"""What shows how near a vector brings answers that had no part in choosing it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The same message, answered by the persona and by the model alone."""

    user: str
    own: str
    bland: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Of one strength in some layers."""

    layers: tuple[int, int]
    """The first and the last of them."""
    strength: float
    distance: float
    """Of the habits of answers to ``TRIED`` from those of the card's lines."""
    price: float
    """By how much the perplexity of plain texts rose, as a share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steered:
    """``vectors`` by layer, at the strength that was chosen. Distances are of the habits of answers from those of the card's lines."""

    vectors: Mapping[int, Numbers]
    ranges: tuple[tuple[tuple[int, int], float], ...]
    """Layers, and the distance of answers to the card's own messages at half strength; each was given with a vector that its line had no part in."""
    effects: tuple[Effect, ...]
    """Of the best of these ranges."""
    chosen: Effect
    before: tuple[float, float]
    """Both distances without any vector: of the card's own messages, and of ``TRIED``."""
    price: float
    """Of the one that was chosen, on texts that it was not chosen by."""
    distance: tuple[float, float]
    """Of answers to ``ASKED``, without and with the vector."""
    answers: tuple[tuple[str, str], ...]


def spans(layers: int) -> tuple[tuple[int, int], ...]:
    """Where a model of so many layers is tried: a third of them, from five places on. Below are words, above is the choice of the next one."""
    starts = dict.fromkeys(max(start, 1) for start in (layers // 6, layers // 4, layers // 3, layers * 5 // 12, layers // 2))
    return tuple((start, min(start + max(layers // 3, 1), layers - 1)) for start in starts)


def steer(
    model: Path, lines: Sequence[tuple[str, str]], texts: Sequence[str], *, where: Sequence[tuple[int, int]] = (), limit: float = 0.1, threads: int = 2,
    strengths: Sequence[float] = STRENGTHS, tell: Callable[[str], None] = lambda what: None,
) -> Steered:  # fmt: skip
    """From ``lines`` (what somebody says, what the persona answers), in one of the ranges of layers ``where`` (``spans``, unless it is given).

    The figure to choose by is how near the habits of answers come to those of the card's lines. A dozen answers tell it roughly, and the best of many
    rough figures is chance: so all ranges answer the card's messages, with the vector of that half of the lines which a message is not in; the best
    two, at each strength, answer ``TRIED``; and how good the one that is taken really is, ``ASKED`` shows. Of ``texts`` every other one tells what
    raises their perplexity by more than ``limit``, which is not taken, and so do the rest. Raises ModelError when none comes nearer, or when there
    are too few lines.
    """
    if len(lines) < 4:
        raise ModelError(f"The card has {len(lines)} examples of its voice; a vector needs four at least.")
    with Run(model, context=_CONTEXT, rows=_ROWS, sequences=_AT_ONCE, threads=threads, watch=(_STATES,)) as run:
        where = where or spans(run.layers)
        for first, last in where:
            if not 1 <= first <= last < run.layers:
                raise ModelError(f"The layers that can be steered are 1 to {run.layers - 1}, not {first} to {last}.")
        trial = _Trial(run, lines, texts[::2], where, tell)
        without = run.answers(ASKED, _SAID)
        plain = foretold(run, texts[1::2]).perplexity
        ranges = [(layers, trial.of_range(layers)) for layers in where]
        best = [layers for layers, _ in sorted(ranges, key=lambda one: one[1])[:_BEST]]
        effects = [trial.effect(layers, strength) for layers in best for strength in strengths]
        for chosen in sorted((one for one in effects if one.price <= limit and one.distance < trial.before[1]), key=lambda one: one.distance):
            run.steer(vectors := trial.vectors(chosen.layers, chosen.strength))
            price = foretold(run, texts[1::2]).perplexity / plain - 1
            if price <= limit:
                break
        else:
            tried = "; ".join(f"layers {one.layers[0]}-{one.layers[1]} at {one.strength:g}: {one.distance:.2f}, {one.price:+.1%}" for one in effects)
            raise ModelError(
                f"No strength brings this model's answers nearer to the card than {trial.before[1]:.2f} at that price ({tried}); "
                "try other --layers, or allow more with --limit."
            )
        tell("asking what had no part in this")
        with_ = run.answers(ASKED, _SAID)
    return Steered(
        vectors=vectors, ranges=tuple(ranges), effects=tuple(effects), chosen=chosen, before=trial.before, price=price,
        distance=(distance(without, trial.own), distance(with_, trial.own)), answers=tuple(zip(without, with_, strict=True)),
    )  # fmt: skip


class _Trial:
    """What vectors do to answers, and to plain texts."""

    def __init__(
        self, run: Run, lines: Sequence[tuple[str, str]], texts: Sequence[str], where: Sequence[tuple[int, int]], tell: Callable[[str], None]
    ) -> None:
        layers = sorted({layer for first, last in where for layer in range(first, last + 1)})
        self._run, self._lines, self._texts, self._tell = run, lines, texts, tell
        self.own = [own for _, own in lines]
        tell("asking the model without its character")
        bland = run.answers([user for user, _ in lines], _SAID)
        self.before = distance(bland, self.own), distance(run.answers(TRIED, _SAID), self.own)
        tell("reading the hidden states")
        pairs = [Pair(user=user, own=own, bland=said) for (user, own), said in zip(lines, bland, strict=True)]
        self._halves = [directions(run, pairs[half::2], layers) for half in (0, 1)]
        sizes = [len(pairs[half::2]) / len(pairs) for half in (0, 1)]
        self._whole = {layer: np.asarray(sum(size * one[layer] for size, one in zip(sizes, self._halves, strict=True))) for layer in layers}
        self._plain = foretold(run, texts).perplexity

    def vectors(self, layers: tuple[int, int], strength: float) -> dict[int, Numbers]:
        """From all lines."""
        return increments(_within(self._whole, layers), strength)

    def of_range(self, layers: tuple[int, int]) -> float:
        """The distance of answers to one half of the lines with the vector of the other half."""
        self._tell(f"trying layers {layers[0]} to {layers[1]}")
        answers: list[str] = []
        for half in (0, 1):
            self._run.steer(increments(_within(self._halves[1 - half], layers), _MIDDLE))
            answers += self._run.answers([user for user, _ in self._lines[half::2]], _SAID)
        return distance(answers, self.own)

    def effect(self, layers: tuple[int, int], strength: float) -> Effect:
        self._tell(f"trying layers {layers[0]} to {layers[1]} at {strength:g}")
        self._run.steer(self.vectors(layers, strength))
        price = foretold(self._run, self._texts).perplexity / self._plain - 1
        return Effect(layers=layers, strength=strength, distance=distance(self._run.answers(TRIED, _SAID), self.own), price=price)


def _within(directions: Mapping[int, Numbers], layers: tuple[int, int]) -> dict[int, Numbers]:
    return {layer: direction for layer, direction in directions.items() if layers[0] <= layer <= layers[1]}


def directions(run: Run, pairs: Sequence[Pair], layers: Sequence[int]) -> dict[int, Numbers]:
    """For each layer the mean state over the persona's answers less that over the bland ones."""
    run.steer(None)
    sums: dict[int, Numbers] = {}
    for pair in pairs:
        own, bland = (_states(run, pair.user, answer) for answer in (pair.own, pair.bland))
        for layer in layers:
            change = own[f"{_STATES}-{layer}"].mean(axis=0) - bland[f"{_STATES}-{layer}"].mean(axis=0)
            sums[layer] = sums.get(layer, np.zeros_like(change)) + change / len(pairs)
    return sums


def increments(directions: Mapping[int, Numbers], strength: float) -> dict[int, Numbers]:
    """What to add in each layer. What a layer adds stays in the states, so each adds only what its direction has more than that of the layer below."""
    before: Numbers | float = 0.0
    added = {}
    for layer, direction in sorted(directions.items()):
        added[layer] = np.asarray(strength * (direction - before), dtype=np.float32)
        before = direction
    return added


def write_vector(out: Path, vectors: Mapping[int, Numbers], *, architecture: str) -> None:
    """A control vector file as llama.cpp has it."""
    part = out.with_name(f"{out.name}.part")
    writer = GGUFWriter(part, "controlvector")
    writer.add_string("controlvector.model_hint", architecture)
    writer.add_uint32("controlvector.layer_count", max(vectors))
    for layer, vector in sorted(vectors.items()):
        writer.add_tensor(f"direction.{layer}", np.asarray(vector, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    part.replace(out)


def _states(run: Run, user: str, answer: str) -> dict[str, Numbers]:
    prompt, said = run.prompt(user), run.tokens(answer)
    seen = run.evaluate([*prompt, *said]).tensors
    return {name: states[len(prompt) - (not said) :] for name, states in seen.items()}
