"""How fast a model will be, from what this computer took for pieces of one. Pure.

Drawing a token reads every weight that works on it once, so the time is mostly bytes over bandwidth; which bandwidth, depends on the kind of
quantisation (unpacking costs) and on how many rows share the reading. Beside it stand what each layer takes whatever its size (norms, threads that
wait for each other), what a router adds, and the look back over the conversation. ``bot.moe.probe`` measures these on small models of noise.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.moe.anatomy import Anatomy, Part

Curve = Mapping[int, float]
"""Rows evaluated at once -> a measured value. In between it is a straight line; beyond the ends the line goes on."""

_EMBEDDED: tuple[Part, ...] = ("attention", "feed-forward", "experts", "shared experts", "routers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What was measured, in seconds."""

    threads: int
    reading: Mapping[str, Curve]
    """For each kind of quantisation: seconds for a byte of a matrix."""
    layer: Curve
    """Of a layer beside its matrices."""
    router: Curve
    """What a layer takes more when it is a mixture."""
    scattered: Curve
    """How many times as long a byte takes in experts, which lie apart; by the rows that each of them gets."""
    attention: float
    """For each row, number of a query in all heads, and token of the conversation."""
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
    """With conversations of ``context`` tokens; prompts are read from nothing, in steps of ``chunk``."""
    one, all_ = (step_seconds(model, calibration, rows=rows, context=context) for rows in (1, people))
    reading = step_seconds(model, calibration, rows=chunk, context=chunk // 2, outputs=1)
    return Speed(alone=1 / one, together=people / all_, reading=chunk / reading)


def step_seconds(model: Anatomy, calibration: Calibration, *, rows: int, context: int, outputs: int | None = None) -> float:
    """Of one evaluation of ``rows`` tokens, each of which looks back on the same ``context`` tokens; ``outputs`` of them want to know the next word."""
    mixtures = len(model.layers) - model.dense_layers
    seconds = len(model.layers) * at(calibration.layer, rows) + mixtures * at(calibration.router, rows)
    seconds += rows * context * model.heads * model.head_width * len(model.layers) * calibration.attention
    seconds += context * model.kv_bytes * calibration.cache  # what rows look at together is read once
    for weight in model.weights:
        if weight.part == "experts":
            seconds += _experts(model, calibration, weight.kind, weight.bytes, rows)
        elif weight.part in _EMBEDDED:
            seconds += weight.bytes * at(_curve(calibration, weight.kind), rows)
        elif weight.part == "output" or (weight.part == "embedding" and model.tied):
            seconds += weight.bytes * at(_curve(calibration, weight.kind), outputs or rows)
    return seconds


def _experts(model: Anatomy, calibration: Calibration, kind: str, size: int, rows: int) -> float:
    """Each of the experts that at least one row needs is read once, for the rows that need it."""
    awake = awake_experts(model.experts, model.used, rows)
    each = rows * model.used / awake
    return size * awake / model.experts * at(calibration.scattered, each) * at(_curve(calibration, kind), each)


def awake_experts(experts: int, used: int, rows: int) -> float:
    """How many of them work on at least one of so many rows, when each row wakes ``used`` of them as if by lot."""
    return experts * (1 - (1 - used / experts) ** rows)


def _curve(calibration: Calibration, kind: str) -> Curve:
    """Of a kind that was not measured (it is little): that of the slowest."""
    known = calibration.reading
    return known[kind] if kind in known else max(known.values(), key=lambda curve: at(curve, 1))


def at(curve: Curve, rows: float) -> float:
    """The value for so many rows."""
    points = sorted(curve.items())
    if len(points) == 1:
        return points[0][1]
    upper = next((place for place, (count, _) in enumerate(points) if count >= rows and place), len(points) - 1)
    (low, first), (high, second) = points[upper - 1], points[upper]
    return max(first + (second - first) * (rows - low) / (high - low), 0.0)


def kinds_read(model: Anatomy, least: float = 0.02) -> tuple[str, ...]:
    """Kinds of quantisation that make out at least this share of what a token reads, most first."""
    read: dict[str, float] = {}
    for weight in model.weights:
        works = model.used / model.experts if weight.part == "experts" else float(weight.part in _EMBEDDED or weight.part == "output" or model.tied)
        read[weight.kind] = read.get(weight.kind, 0) + weight.bytes * works
    total = sum(read.values())
    return tuple(kind for kind, size in sorted(read.items(), key=lambda item: -item[1]) if size >= least * total)
