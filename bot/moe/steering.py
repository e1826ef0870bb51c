"""A control vector for a persona: the difference between its lines and what the model says by itself, in the hidden states
(Turner et al. 2023, 2308.10248; Rimsky et al. 2023, 2312.06681)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from gguf import GGUFWriter

from bot.errors import ModelError
from bot.moe.numbers import Numbers
from bot.moe.quality import foretold, surprise_of
from bot.moe.run import Run
from bot.moe.style import distance

STRENGTHS = (0.5, 1.0, 1.5)
_STATES = "l_out"
_CONTEXT = 384
_SAID = 40  # tokens of an answer

ASKED = (
    "I had a long day.", "My cat knocked over a plant again.", "What do you think of mornings?", "I can't decide what to cook.",
    "I finished the book you said was boring.", "My friend is late, as always.", "Tell me something.", "I might take up running.",
    "It has been raining for a week.", "I slept badly.", "What did you do today?", "My brother never calls back.",
)  # fmt: skip
"""What people say to whom a vector is tried on; none of it is in a card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The same message, answered by the persona and by the model alone."""

    user: str
    own: str
    bland: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Of one strength in some layers. Log probabilities are nats a token, on lines that the vector was not made from."""

    layers: tuple[int, int]
    """The first and the last of them."""
    strength: float
    towards: float
    """How much likelier the persona's lines became, less how much likelier the bland ones did."""
    price: float
    """By how much the perplexity of plain texts rose, as a share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steered:
    """``vectors`` by layer, at the strength that was chosen."""

    vectors: Mapping[int, Numbers]
    effects: tuple[Effect, ...]
    chosen: Effect
    price: float
    """Of the one that was chosen, on texts that it was not chosen by."""
    distance: tuple[float, float]
    """Of answers to ``ASKED`` from the persona's lines, without and with the vector."""
    answers: tuple[tuple[str, str], ...]


def spans(layers: int) -> tuple[tuple[int, int], ...]:
    """Where a model of so many layers is tried: a third of them, from three places on. Below are words, above is the choice of the next one."""
    starts = dict.fromkeys(max(start, 1) for start in (layers // 6, layers // 3, layers // 2))
    return tuple((start, min(start + max(layers // 3, 1), layers - 1)) for start in starts)


def steer(
    model: Path, lines: Sequence[tuple[str, str]], texts: Sequence[str], *, where: Sequence[tuple[int, int]] = (), limit: float = 0.1, threads: int = 2,
    strengths: Sequence[float] = STRENGTHS, tell: Callable[[str], None] = lambda what: None,
) -> Steered:  # fmt: skip
    """From ``lines`` (what somebody says, what the persona answers), in one of the ranges of layers ``where`` (``spans``, unless it is given).

    In each range the strengths are tried from the least up, until plain texts become too hard, with vectors from one half of the lines on the other
    half. The one that moves most towards the persona is taken, of those that raise the perplexity of ``texts`` by at most ``limit``: of every other
    one, by which they are chosen, and of the rest as well. Raises ModelError when there is none, or too few lines.
    """
    if len(lines) < 4:
        raise ModelError(f"The card has {len(lines)} examples of its voice; a vector needs four at least.")
    with Run(model, context=_CONTEXT, threads=threads, watch=(_STATES,)) as run:
        where = where or spans(run.layers)
        for first, last in where:
            if not 1 <= first <= last < run.layers:
                raise ModelError(f"The layers that can be steered are 1 to {run.layers - 1}, not {first} to {last}.")
        tell("asking the model without its character")
        pairs = [Pair(user=user, own=own, bland=run.answer(user, _SAID)) for user, own in lines]
        without = [run.answer(text, _SAID) for text in ASKED]
        tell("reading the hidden states")
        trial = _Trial(run, pairs, texts[::2], where)
        plain = foretold(run, texts[1::2]).perplexity
        effects = tuple(trial.effects(where, sorted(strengths), limit, tell))
        good = sorted((one for one in effects if one.price <= limit and one.towards > 0), key=lambda one: -one.towards)
        for chosen in good:
            run.steer(vectors := trial.vectors(chosen))
            price = foretold(run, texts[1::2]).perplexity / plain - 1
            if price <= limit:
                break
        else:
            tried = "; ".join(f"layers {one.layers[0]}-{one.layers[1]} at {one.strength:g}: {one.towards:+.3f} nats, {one.price:+.1%}" for one in effects)
            raise ModelError(f"No strength moves this model towards the persona at that price ({tried}); try other --layers, or allow more with --limit.")
        with_ = [run.answer(text, _SAID) for text in ASKED]
    own = [pair.own for pair in pairs]
    return Steered(
        vectors=vectors, effects=effects, chosen=chosen, price=price, distance=(distance(without, own), distance(with_, own)),
        answers=tuple(zip(without, with_, strict=True)),
    )  # fmt: skip


class _Trial:
    """What vectors from one half of the lines do to the other half and to plain texts."""

    def __init__(self, run: Run, pairs: Sequence[Pair], texts: Sequence[str], where: Sequence[tuple[int, int]]) -> None:
        layers = sorted({layer for first, last in where for layer in range(first, last + 1)})
        self._run, self._pairs, self._texts = run, pairs, texts
        self._halves = [directions(run, pairs[half::2], layers) for half in (0, 1)]
        sizes = [len(pairs[half::2]) / len(pairs) for half in (0, 1)]
        self._whole = {layer: np.asarray(sum(size * one[layer] for size, one in zip(sizes, self._halves, strict=True))) for layer in layers}
        self._plain = foretold(run, texts).perplexity
        self._before = [[_surprise(run, pair, persona) for persona in (True, False)] for pair in pairs]

    def vectors(self, effect: Effect) -> dict[int, Numbers]:
        """From all lines."""
        return increments(_within(self._whole, effect.layers), effect.strength)

    def effects(self, where: Sequence[tuple[int, int]], strengths: Sequence[float], limit: float, tell: Callable[[str], None]) -> Iterator[Effect]:
        for layers in where:
            for strength in strengths:
                tell(f"trying layers {layers[0]} to {layers[1]} at {strength:g}")
                yield (effect := self._effect(layers, strength))
                if effect.price > limit:
                    break

    def _effect(self, layers: tuple[int, int], strength: float) -> Effect:
        towards = []
        for half in (0, 1):
            self._run.steer(increments(_within(self._halves[1 - half], layers), strength))
            for pair, (own, bland) in zip(self._pairs[half::2], self._before[half::2], strict=True):
                towards.append((own - _surprise(self._run, pair, True)) - (bland - _surprise(self._run, pair, False)))
        self._run.steer(increments(_within(self._whole, layers), strength))
        price = foretold(self._run, self._texts).perplexity / self._plain - 1
        return Effect(layers=layers, strength=strength, towards=float(np.mean(towards)), price=price)


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


def _surprise(run: Run, pair: Pair, persona: bool) -> float:
    """Nats a token of the answer."""
    prompt, answer = run.prompt(pair.user), run.tokens(pair.own if persona else pair.bland)
    if not answer:
        return 0.0
    logits = run.evaluate([*prompt, *answer]).logits
    return surprise_of(logits[len(prompt) - 1 : -1], answer) / len(answer)


def _states(run: Run, user: str, answer: str) -> dict[str, Numbers]:
    prompt, said = run.prompt(user), run.tokens(answer)
    seen = run.evaluate([*prompt, *said]).tensors
    return {name: states[len(prompt) - (not said) :] for name, states in seen.items()}
