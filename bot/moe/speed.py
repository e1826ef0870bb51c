"""How fast a model will be, from what this computer took for pieces of one. Pure.

Drawing a token reads every weight that works on it once, so the time is mostly bytes over bandwidth; which bandwidth, depends on the kind of
quantisation (unpacking costs), on how many rows share the reading, and on whether the matrix is an expert: llama.cpp computes a plain matrix for all
rows together in one of several ways by kind and rows, and an expert's mostly row by row, with another way from so many rows of that expert on.
Beside it stand what each layer takes whatever its size (norms, threads that wait for each other), what a router adds, and the look back over the
conversation. ``bot.moe.probe`` measures these on small models of noise.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil, exp, lgamma, log

from bot.moe.anatomy import Anatomy, Part, Weight

Curve = Mapping[int, float]
"""Rows evaluated at once -> a measured value. In between it is a straight line; beyond the ends the line goes on."""

_EMBEDDED: tuple[Part, ...] = ("attention", "feed-forward", "experts", "shared experts", "routers")
_CELLS = 256  # llama.cpp looks at so many cells of the cache at a time, filled or not


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What was measured, in seconds."""

    threads: int
    matrices: Mapping[str, Curve]
    """For each kind of quantisation: seconds for a byte of a matrix, by the rows of the step."""
    experts: Mapping[str, Curve]
    """The same for a byte of an expert, by the rows that this expert gets; empty where no mixture was tried."""
    layer: Curve
    """Of a layer beside its matrices."""
    router: Curve
    """What a layer takes more when it is a mixture."""
    attention: Curve
    """For each row, number of a query in all heads, and cell that is looked at."""
    cache: float
    """For each byte of the cache that is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Tokens per second."""

    alone: float
    """One answer at a time."""
    together: float
    """All people at once, summed."""
    reading: float
    """A prompt."""


def predict(model: Anatomy, calibration: Calibration, *, people: int, context: int, chunk: int = 128) -> Speed:
    """With conversations of ``context`` tokens; of prompts the first ``chunk`` tokens are read, in one step."""
    one, all_ = (step_seconds(model, calibration, rows=rows, context=context) for rows in (1, people))
    reading = step_seconds(model, calibration, rows=chunk, context=0, outputs=1)
    return Speed(alone=1 / one, together=people / all_, reading=chunk / reading)


def step_seconds(model: Anatomy, calibration: Calibration, *, rows: int, context: int, outputs: int | None = None) -> float:
    """Of one evaluation of ``rows`` tokens, each of which looks back on the same ``context`` tokens; ``outputs`` of them want to know the next word."""
    layers, mixtures, outputs = len(model.layers), len(model.layers) - model.dense_layers, outputs or rows
    seconds = layers * at(calibration.layer, rows)
    cells = looked_at(context + rows)
    seconds += rows * cells * model.heads * model.head_width * layers * at(calibration.attention, rows)
    seconds += cells * model.kv_bytes * calibration.cache  # what rows look at together is read once
    # Behind the attention of the last layer only those rows go on that want to know the next word.
    seconds += sum(share * _behind_attention(model, calibration, some, mixtures) for share, some in ((1 - 1 / layers, rows), (1 / layers, outputs)))
    for weight in model.weights:
        if weight.part == "attention":
            seconds += weight.bytes * at(curve_of(calibration.matrices, weight.kind), rows)
        elif weight.part == "output" or (weight.part == "embedding" and model.tied):
            seconds += weight.bytes * at(curve_of(calibration.matrices, weight.kind), outputs)
    return seconds


def _behind_attention(model: Anatomy, calibration: Calibration, rows: int, mixtures: int) -> float:
    """Feed-forward networks, routers and experts of all layers."""
    seconds = mixtures * at(calibration.router, rows)
    for weight in model.weights:
        if weight.part == "experts":
            seconds += _experts(model, calibration, weight.kind, weight.bytes, rows)
        elif weight.part in ("feed-forward", "shared experts", "routers"):
            seconds += weight.bytes * at(curve_of(calibration.matrices, weight.kind), rows)
    return seconds


def looked_at(tokens: int) -> int:
    """Cells of the cache that attention goes over to find so many tokens."""
    return ceil(tokens / _CELLS) * _CELLS


def _experts(model: Anatomy, calibration: Calibration, kind: str, size: int, rows: int) -> float:
    """``size`` bytes of experts: how likely each is to get no row, one row, two ..., and what it takes with so many."""
    curve = curve_of(calibration.experts, kind)
    return size * sum(chance * at(curve, got) for got, chance in shares(rows, model.used / model.experts) if got)


def shares(rows: int, chance: float) -> Iterator[tuple[int, float]]:
    """How likely an expert is to get 0, 1, ... ``rows`` of so many rows, each of which wakes it with this chance: as if by lot (binomial)."""
    if chance >= 1:
        yield rows, 1.0
        return
    for got in range(rows + 1):
        ways = lgamma(rows + 1) - lgamma(got + 1) - lgamma(rows - got + 1)
        yield got, exp(ways + got * log(chance) + (rows - got) * log(1 - chance))


def curve_of(known: Mapping[str, Curve], kind: str) -> Curve:
    """Of a kind that was not measured (it is little): that of the slowest."""
    return known[kind] if kind in known else max(known.values(), key=lambda curve: at(curve, 1))


def at(curve: Curve, rows: float) -> float:
    """The value for so many rows."""
    points = sorted(curve.items())
    if len(points) == 1:
        return points[0][1]
    upper = next((place for place, (count, _) in enumerate(points) if count >= rows and place), len(points) - 1)
    (low, first), (high, second) = points[upper - 1], points[upper]
    return max(first + (second - first) * (rows - low) / (high - low), 0.0)


def kinds_read(model: Anatomy, least: float = 0.02) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Kinds of quantisation of the matrices and of the experts that make out at least this share of what a token reads, most first."""
    read = [(weight, weight.bytes * _share_at_work(model, weight)) for weight in model.weights]
    enough = least * sum(size for _, size in read)
    return (
        _most_first(((weight.kind, size) for weight, size in read if weight.part != "experts"), enough),
        _most_first(((weight.kind, size) for weight, size in read if weight.part == "experts"), enough),
    )


def _share_at_work(model: Anatomy, weight: Weight) -> float:
    if weight.part == "experts":
        return model.used / model.experts
    return float(weight.part in _EMBEDDED or weight.part == "output" or (weight.part == "embedding" and model.tied))


def _most_first(read: Iterable[tuple[str, float]], enough: float) -> tuple[str, ...]:
    sums: dict[str, float] = {}
    for kind, size in read:
        sums[kind] = sums.get(kind, 0.0) + size
    return tuple(kind for kind, size in sorted(sums.items(), key=lambda item: -item[1]) if size >= enough)
