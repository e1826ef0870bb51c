"""A control vector for a persona: the difference between its lines and what the model says by itself, in the hidden states
(Turner et al. 2023, 2308.10248; Rimsky et al. 2023, 2312.06681)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from gguf import GGUFWriter

from bot.errors import ModelError
from bot.moe.numbers import Numbers
from bot.moe.quality import foretold, surprise_of
from bot.moe.run import Run
from bot.moe.style import distance

STRENGTHS = (0.5, 1.0, 1.5, 2.0)
_STATES = "l_out"
_CONTEXT = 384
_SAID = 40  # tokens of an answer

ASKED = (
    "I had a long day.", "My cat knocked over a plant again.", "What do you think of mornings?", "I can't decide what to cook.",
    "I finished the book you said was boring.", "My friend is late, as always.", "Tell me something.", "I might take up running.",
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
    """Of one strength. Log probabilities are nats a token, on lines that the vector was not made from."""

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
    distance: tuple[float, float]
    """Of answers to ``ASKED`` from the persona's lines, without and with the vector."""
    answers: tuple[tuple[str, str], ...]


def steer(
    model: Path, lines: Sequence[tuple[str, str]], texts: Sequence[str], *, first: int, last: int, limit: float = 0.1, threads: int = 2,
    strengths: Sequence[float] = STRENGTHS, tell: Callable[[str], None] = lambda what: None,
) -> Steered:  # fmt: skip
    """From ``lines`` (what somebody says, what the persona answers), in the layers from ``first`` to ``last``.

    Each strength is tried with vectors from one half of the lines on the other half. The one that moves most towards the persona is chosen, of
    those that raise the perplexity of ``texts`` by at most ``limit``. Raises ModelError when there is none, or too few lines.
    """
    if len(lines) < 4:
        raise ModelError(f"The card has {len(lines)} examples of its voice; a vector needs four at least.")
    with Run(model, context=_CONTEXT, threads=threads, watch=(_STATES,)) as run:
        if not 1 <= first <= last < run.layers:
            raise ModelError(f"The layers that can be steered are 1 to {run.layers - 1}, not {first} to {last}.")
        tell("asking the model without its character")
        pairs = [Pair(user=user, own=own, bland=run.answer(user, _SAID)) for user, own in lines]
        tell("reading the hidden states")
        halves = [directions(run, pairs[half::2], first, last) for half in (0, 1)]
        plain = foretold(run, texts).perplexity
        before = [[_surprise(run, pair, persona) for persona in (True, False)] for pair in pairs]
        effects = []
        for strength in strengths:
            tell(f"trying the strength {strength:g}")
            effects.append(_effect(run, pairs, before, halves, plain, texts, strength))
        good = [effect for effect in effects if effect.price <= limit and effect.towards > 0]
        if not good:
            raise ModelError("No strength moves this model towards the persona at that price; try other --layers, or allow more with --limit.")
        chosen = max(good, key=lambda effect: effect.towards)
        vectors = increments(directions(run, pairs, first, last), chosen.strength)
        run.steer(None)
        without = [run.answer(text, _SAID) for text in ASKED]
        run.steer(vectors)
        with_ = [run.answer(text, _SAID) for text in ASKED]
    own = [pair.own for pair in pairs]
    return Steered(
        vectors=vectors, effects=tuple(effects), chosen=chosen, distance=(distance(without, own), distance(with_, own)),
        answers=tuple(zip(without, with_, strict=True)),
    )  # fmt: skip


def directions(run: Run, pairs: Sequence[Pair], first: int, last: int) -> dict[int, Numbers]:
    """For each layer the mean state over the persona's answers less that over the bland ones."""
    run.steer(None)
    sums: dict[int, Numbers] = {}
    for pair in pairs:
        own, bland = (_states(run, pair.user, answer) for answer in (pair.own, pair.bland))
        for layer in range(first, last + 1):
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


def _effect(
    run: Run, pairs: Sequence[Pair], before: Sequence[Sequence[float]], halves: Sequence[Mapping[int, Numbers]], plain: float, texts: Sequence[str],
    strength: float,
) -> Effect:  # fmt: skip
    towards, prices = [], []
    for half in (0, 1):
        run.steer(increments(halves[1 - half], strength))
        for pair, (own, bland) in zip(pairs[half::2], before[half::2], strict=True):
            towards.append((own - _surprise(run, pair, True)) - (bland - _surprise(run, pair, False)))
        prices.append(foretold(run, texts).perplexity / plain - 1)
    return Effect(strength=strength, towards=float(np.mean(towards)), price=max(prices))


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
