"""Routers that are not drawn by chance: from what texts do to the hidden states, or from a trained mixture."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.errors import ModelError
from bot.moe.gguf_file import inspect, open_gguf
from bot.moe.numbers import Numbers, numbers_of
from bot.moe.run import Run

_STATES = "ffn_norm"  # what a router reads
_SHRINKAGE = 0.1  # of the mean variance, added to each: there are fewer tokens than dimensions
_MARGIN = 4.0  # of the logits between an expert's own texts and the others; e^4 to one


@dataclass(frozen=True, slots=True)
class Fitted:
    """Routers by layer, and the share of tokens that they sent to the expert of their text, of texts that they were not made from."""

    routers: Mapping[int, Numbers]
    right: Mapping[int, float]


def routers_from_texts(
    dense: Path, texts: Sequence[Sequence[str]], layers: Sequence[int], *, threads: int, tell: Callable[[int], None] = lambda read: None
) -> Fitted:
    """One list of texts for each expert. Every fourth is kept for trying the routers out. Raises ModelError."""
    if any(len(of_one) < 2 for of_one in texts):
        raise ModelError("Every expert needs two texts at least: some to learn from and one to try.")
    known: dict[int, list[list[Numbers]]] = {layer: [[] for _ in texts] for layer in layers}
    kept: dict[int, list[list[Numbers]]] = {layer: [[] for _ in texts] for layer in layers}
    with Run(dense, context=256, threads=threads, watch=(_STATES,)) as run:
        for expert, of_one in enumerate(texts):
            for place, text in enumerate(of_one):
                seen = run.evaluate(run.tokens(text)).tensors
                for layer in layers:
                    # The first token draws attention to itself in every text, and its state is like no other.
                    (kept if place % 4 == 1 else known)[layer][expert].append(seen[f"{_STATES}-{layer}"][1:])
            tell(expert + 1)
    routers = {layer: separating([np.concatenate(states) for states in known[layer]]) for layer in layers}
    right = {layer: sent_right(routers[layer], [np.concatenate(states) for states in kept[layer]]) for layer in layers}
    return Fitted(routers, right)


def separating(states: Sequence[Numbers]) -> Numbers:
    """A matrix (experts, width) under which the states of each list, shape (tokens, width), give the highest number to their own place.

    Linear discriminants with a shrunken covariance (Friedman 1989), turned off the mean of all states: a router has no bias, and what is
    common to all texts shall favour nobody.
    """
    means = np.stack([one.mean(axis=0) for one in states]).astype(np.float64)
    inner = np.concatenate([one - one.mean(axis=0) for one in states]).astype(np.float64)
    variance = inner.T @ inner / max(len(inner) - len(states), 1)
    variance[np.diag_indices_from(variance)] += _SHRINKAGE * np.trace(variance) / len(variance) + 1e-12
    middle = means.mean(axis=0)
    directions = np.linalg.solve(variance, (means - middle).T).T
    directions -= np.outer(directions @ middle / max(float(middle @ middle), 1e-12), middle)
    logits = means @ directions.T
    own = float(np.mean(np.diag(logits)))
    others = float((logits.sum() - np.trace(logits)) / max(logits.size - len(logits), 1))
    return (directions * (_MARGIN / max(own - others, 1e-9))).astype(np.float32)


def sent_right(router: Numbers, states: Sequence[Numbers]) -> float:
    """Share of tokens whose highest number is that of their own list; each list counts alike."""
    return float(np.mean([np.mean(np.argmax(one @ router.T, axis=1) == expert) for expert, one in enumerate(states)]))


def routers_from_mixture(file: Path, experts: int, layers: Sequence[int], *, width: int, depth: int) -> dict[int, Numbers]:
    """Of a trained mixture of the same width: for each layer the router of the layer that lies as deep in it, its first ``experts`` rows.

    ``depth`` is the number of layers of the model that they are for. Raises ModelError when they do not fit.
    """
    model = inspect(file)
    with_experts = [layer.number for layer in model.layers if layer.experts]
    if model.width != width or model.experts < experts:
        raise ModelError(
            f"The routers of {file.name} do not fit: it has {model.experts} experts at a width of {model.width}, wanted are {experts} at {width}."
        )
    tensors = {tensor.name: tensor for tensor in open_gguf(file).tensors}
    nearest = {layer: min(with_experts, key=lambda other: abs(other / len(model.layers) - layer / depth)) for layer in layers}
    found = {layer: tensors[f"blk.{other}.ffn_gate_inp.weight"] for layer, other in nearest.items()}
    return {layer: numbers_of(tensor.data, tensor.tensor_type)[:experts] for layer, tensor in found.items()}
