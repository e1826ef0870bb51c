"""Ten seconds of measuring: small models of noise tell what this computer takes for the pieces of a large one."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from gguf import GGMLQuantizationType

from bot.errors import ModelError
from bot.moe.anatomy import Anatomy, anatomy
from bot.moe.noise import head_of, write_noise
from bot.moe.numbers import makeable
from bot.moe.run import Run
from bot.moe.shapes import Shape
from bot.moe.speed import Calibration, Curve, Speed, at, awake_experts

Clock = Callable[[], float]
"""Seconds, from any beginning."""

ROWS = (1, 4, 16, 64)
_CROWDS = (1, 16, 128)  # rows for which experts are tried: of 32 experts, 8 of which work, each gets about 1, 4 and 32
_SHORT = 32  # tokens of a conversation that costs nothing to look back on
_LONG = 2048

WIDE = Shape(  # larger than what processors keep beside them
    architecture="llama", layers=2, width=2048, heads=16, kv_heads=4, head_width=128, feed_forward=6144, vocabulary=512, tied=True, context=4096,
)  # fmt: skip
_NARROW = Shape(
    architecture="llama", layers=32, width=128, heads=2, kv_heads=1, head_width=64, feed_forward=128, vocabulary=512, kind="Q8_0", better="Q8_0",
    tied=True, context=4096,
)  # fmt: skip
_LOOKING = replace(_NARROW, layers=8, width=512, heads=8, kv_heads=2, feed_forward=256)
_LOOKING_FAR = replace(_LOOKING, kv_heads=8)  # four times as much cache for the same queries
_CROWDED = replace(_NARROW, experts=64, used=8, feed_forward=64)


def probe(kinds: Sequence[str], *, threads: int, mixture: bool, seconds: float = 10.0, wide: Shape = WIDE, clock: Clock = time.perf_counter) -> Calibration:
    """For models with these kinds of quantisation, the most frequent first; ``wide`` is the model that bandwidth is measured on. On a busy computer
    one thread by ``time.process_time`` is still told apart from what others do. Raises ModelError, OSError."""
    kinds = list(kinds)
    each = seconds / (len(ROWS) * (len(kinds) + 2) + 7) / 2  # about half of the time goes into making and loading
    with TemporaryDirectory() as folder:
        def times(shape: Shape, rows: Sequence[int], context: int = _SHORT) -> dict[int, float]:
            write_noise(shape, file := Path(folder) / "probe.gguf")
            return step_times(file, rows, context=context, threads=threads, seconds=each, clock=clock)

        layer = _per_layer(times(_NARROW, ROWS), _NARROW)
        reading = {kind: _reading(times, replace(wide, kind=kind, better=kind), layer) for kind in kinds if makeable(GGMLQuantizationType[kind])}
        if not reading:
            raise ModelError(f"Weights of the kinds {', '.join(kinds)} cannot be made here to try their speed.")
        router: Curve = {1: 0.0}
        scattered: Curve = {1: 1.0}
        if mixture:
            crowded = _per_layer(times(_CROWDED, ROWS), _CROWDED)
            router = {rows: max(crowded[rows] - layer[rows], 0.0) for rows in ROWS}
            main = next(iter(reading))
            many = replace(wide, feed_forward=wide.feed_forward // 8, experts=32, used=8, kind=main, better=main)
            scattered = _scattered(times(many, _CROWDS), anatomy(head_of(many)), layer, router, reading[main])
        near, far = (times(shape, (1,), _LONG)[1] - times(shape, (1,), _SHORT)[1] for shape in (_LOOKING, _LOOKING_FAR))
    attention, cache = _looking_back(near, far)
    return Calibration(threads=threads, reading=reading, layer=layer, router=router, scattered=scattered, attention=attention, cache=cache)


def measure(
    file: Path, *, people: int, context: int, threads: int, chunk: int = 128, seconds: float = 4.0, clock: Clock = time.perf_counter
) -> Speed:
    """How fast a model really is, in the terms of ``bot.moe.speed``. Raises ModelError."""
    drawn = step_times(file, sorted({1, people}), context=context, threads=threads, seconds=seconds / 3, clock=clock)
    read = step_times(file, (chunk,), context=0, threads=threads, seconds=seconds / 3, outputs=1, clock=clock)
    return Speed(alone=1 / drawn[1], together=people / drawn[people], reading=chunk / read[chunk])


def step_times(
    file: Path, rows: Sequence[int], *, context: int, threads: int, seconds: float, outputs: int | None = None, clock: Clock = time.perf_counter
) -> dict[int, float]:
    """Seconds of a step with so many rows, the median. Each row is a conversation that shares ``context`` tokens with the others; without
    context they are the tokens of one prompt. Measures each for ``seconds``, three times at least."""
    most = max(rows)
    with Run(file, context=context + 2 * most + 64, threads=threads, sequences=most if context else 1, rows=max(most, 128)) as run:
        said = [97 + 13 * place % 150 for place in range(max(context, most))]
        for start in range(0, context, 128):
            run.step([(0, place, said[place], False) for place in range(start, min(start + 128, context))])
        for other in range(1, most if context else 1):
            run.share(other, context)
        return {count: _median_step(run, count, context, said, seconds, outputs, clock) for count in rows}


def _median_step(run: Run, rows: int, context: int, said: Sequence[int], seconds: float, outputs: int | None, clock: Clock) -> float:
    wanted = rows - (outputs or rows)
    batch = [(place if context else 0, context if context else place, said[place], place >= wanted) for place in range(rows)]
    taken: list[float] = []
    first = clock()
    while len(taken) < 3 or clock() - first < seconds:
        begin = clock()
        run.step(batch)
        taken.append(clock() - begin)
        for place in range(rows if context else 1):
            run.cut(place, context)
    return median(taken[1:])  # the first one wakes the threads


def _per_layer(times: dict[int, float], shape: Shape) -> dict[int, float]:
    return {rows: taken / shape.layers for rows, taken in times.items()}


def _reading(times: Callable[[Shape, Sequence[int]], dict[int, float]], shape: Shape, layer: Curve) -> dict[int, float]:
    taken, size = times(shape, ROWS), sum(tensor.bytes for tensor in head_of(shape).tensors)
    return {rows: max(taken[rows] - shape.layers * layer[rows], taken[rows] / 2) / size for rows in ROWS}


def _looking_back(near: float, far: float) -> tuple[float, float]:
    """What a number of a query takes for each token, and a byte of the cache, from the same queries over caches of two sizes."""
    tokens = _LONG - _SHORT
    small, large = (anatomy(head_of(shape)).kv_bytes * tokens for shape in (_LOOKING, _LOOKING_FAR))
    cache = max(far - near, 0.0) / (large - small)
    queries = tokens * _LOOKING.heads * _LOOKING.head_width * _LOOKING.layers
    return max(near - small * cache, 0.0) / queries, cache


def _scattered(taken: dict[int, float], model: Anatomy, layer: Curve, router: Curve, reading: Curve) -> dict[int, float]:
    factors = {}
    for rows, seconds in taken.items():
        awake = awake_experts(model.experts, model.used, rows)
        each = rows * model.used / awake
        experts = model.of("experts") * awake / model.experts * at(reading, each)
        rest = model.of("attention", "embedding", "routers") * at(reading, rows) + len(model.layers) * (at(layer, rows) + at(router, rows))
        factors[round(each)] = min(max((seconds - rest) / experts, 0.5), 4.0)
    return factors
