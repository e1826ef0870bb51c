"""Ten seconds of measuring: small models of noise tell what this computer takes for the pieces of a large one."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

from gguf import GGML_QUANT_SIZES, GGMLQuantizationType

from bot.errors import ModelError
from bot.moe.anatomy import Anatomy, anatomy
from bot.moe.noise import head_of, write_noise
from bot.moe.numbers import makeable
from bot.moe.run import Run
from bot.moe.shapes import Shape
from bot.moe.speed import Calibration, Curve, Speed, at, curve_of, kinds_read, looked_at

Clock = Callable[[], float]
"""Seconds, from any beginning."""

_ROWS = (1, 2, 3, 4, 7, 8, 16, 64)  # llama.cpp computes a matrix in other ways from 2, from 4 and from 8 rows on
_SHARES = (1, 2, 4, 7, 8, 32)  # rows of one expert
_FEW = (1, 4, 16, 64)  # where nothing jumps
_LOOKING_ROWS = (1, 4, 32)
_SHORT = 32  # tokens of a conversation that costs nothing to look back on

_NARROW = Shape(
    architecture="llama", layers=32, width=128, heads=2, kv_heads=1, head_width=64, feed_forward=128, vocabulary=512, kind="Q8_0", better="Q8_0",
    tied=True, context=4096,
)  # fmt: skip
_LOOKING = replace(_NARROW, layers=8, width=512, heads=8, kv_heads=2, feed_forward=256)
_LOOKING_FAR = replace(_LOOKING, kv_heads=8)  # four times as much cache for the same queries
NUMBERS = 100_000_000
"""Of a model on which bandwidth is measured: more bytes than processors keep beside them."""


def probe(
    model: Anatomy, *, threads: int, seconds: float = 10.0, numbers: int = NUMBERS, far_back: int = 2048, clock: Clock = time.perf_counter
) -> Calibration:
    """For this model, or others of its widths and kinds of quantisation: ``numbers`` weights of each kind, in matrices and experts as long as its own,
    because short rows take longer for a byte; looking back is tried over ``far_back`` tokens. On a busy computer one thread by
    ``time.process_time`` is still told apart from what others do. Raises ModelError, OSError."""
    matrices, experts = (_makeable(kinds) for kinds in kinds_read(model))
    measured = len(_ROWS) * len(matrices) + len(_SHARES) * len(experts) + (len(_FEW) * 2 if experts else len(_FEW)) + 4 * len(_LOOKING_ROWS)
    each = seconds / measured / 2  # about half of the time goes into making and loading
    with TemporaryDirectory() as folder:
        def times(shape: Shape, rows: Sequence[int], context: int = _SHORT) -> dict[int, float]:
            write_noise(shape, file := Path(folder) / "probe.gguf")
            return step_times(file, rows, context=context, threads=threads, seconds=each, clock=clock)

        layer = _per_layer(times(_NARROW, _FEW), _NARROW)
        reading = {kind: _reading(times, matrices_piece(model, kind, numbers), layer) for kind in matrices}
        router: Curve = {1: 0.0}
        of_experts: dict[str, Curve] = {}
        if experts:
            crowded = _per_layer(times(many := replace(_NARROW, experts=model.experts, used=model.used, feed_forward=64), _FEW), many)
            router = {rows: max(crowded[rows] - layer[rows], 0.0) for rows in _FEW}
            beside = {rows: at(layer, rows) + at(router, rows) for rows in _SHARES}
            of_experts = {kind: _in_experts(times, experts_piece(model, kind, numbers), beside, curve_of(reading, kind)) for kind in experts}
        looking = [replace(shape, head_width=model.head_width) for shape in (_LOOKING, _LOOKING_FAR)]
        short, long = ([times(shape, _LOOKING_ROWS, tokens) for shape in looking] for tokens in (_SHORT, far_back))
    near, far = ({rows: after[rows] - before[rows] for rows in _LOOKING_ROWS} for before, after in zip(short, long, strict=True))
    attention, cache = _looking_back(near, far, looking[0], looking[1], looked_at(far_back + 1) - looked_at(_SHORT + 1))
    return Calibration(threads=threads, matrices=reading, experts=of_experts, layer=layer, router=router, attention=attention, cache=cache)


def _makeable(kinds: Sequence[str]) -> list[str]:
    """Raises ModelError when there are kinds, and none of them can be made of noise."""
    can = [kind for kind in kinds if makeable(GGMLQuantizationType[kind])]
    if kinds and not can:
        raise ModelError(f"Weights of the kinds {', '.join(kinds)} cannot be made here to try their speed.")
    return can


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
    """Seconds of a step with so many rows, the lower quartile. Each row is a conversation that shares ``context`` tokens with the others; without
    context they are the tokens of one prompt. Measures each for ``seconds``, three times at least."""
    most = max(rows)
    with Run(file, context=context + 2 * most + 64, threads=threads, sequences=most if context else 1, rows=max(most, 128), plain=True) as run:
        for start in range(0, context, 128):
            run.step([(0, place, _word(place), False) for place in range(start, min(start + 128, context))])
        for other in range(1, most if context else 1):
            run.share(other, context)
        return {count: _usual_step(run, count, context, seconds, outputs, clock) for count in rows}


def _usual_step(run: Run, rows: int, context: int, seconds: float, outputs: int | None, clock: Clock) -> float:
    wanted = rows - (outputs or rows)
    taken: list[float] = []
    first = clock()
    while len(taken) < 3 or clock() - first < seconds:
        # Other words each time: the same ones would wake the same experts, which processors then still have beside them.
        words = [_word(place + 31 * len(taken)) for place in range(rows)]
        batch = [(place if context else 0, context if context else place, words[place], place >= wanted) for place in range(rows)]
        begin = clock()
        run.step(batch)
        taken.append(clock() - begin)
        for place in range(rows if context else 1):
            run.cut(place, context)
    calm = sorted(taken[1:])  # the first one wakes the threads; the slower ones were disturbed
    return calm[len(calm) // 4]


def _word(place: int) -> int:
    """One of 150 tokens that are single bytes in every file of noise."""
    return 97 + 13 * place % 150


def _per_layer(times: dict[int, float], shape: Shape) -> dict[int, float]:
    return {rows: taken / shape.layers for rows, taken in times.items()}


def _reading(times: Callable[[Shape, Sequence[int]], dict[int, float]], shape: Shape, layer: Curve) -> dict[int, float]:
    taken, size = times(shape, _ROWS), anatomy(head_of(shape)).bytes
    return {rows: _left(taken[rows], shape.layers * at(layer, rows)) / size for rows in _ROWS}


def matrices_piece(model: Anatomy, kind: str, numbers: int) -> Shape:
    """A dense model as wide as this one, of so many numbers."""
    width = _whole(model.width, kind)
    forward = 2 * width if model.experts else _whole(model.feed_forward, kind)
    shape = replace(_NARROW, layers=1, width=width, heads=width // _NARROW.head_width, feed_forward=forward, kind=kind, better=kind)
    return _of_numbers(shape, numbers)


def experts_piece(model: Anatomy, kind: str, numbers: int) -> Shape:
    """Nearly all of it experts as large as those of this model, all of them at work on every row, so that each gets all rows."""
    width, forward = _whole(model.width, kind), _whole(model.feed_forward, kind)
    experts = min(max(numbers // (3 * width * forward), 1), model.used)
    shape = replace(_NARROW, layers=1, width=width, heads=4, feed_forward=forward, experts=experts, used=experts, kind=kind, better=kind)
    return _of_numbers(shape, numbers)


def _whole(length: int, kind: str) -> int:
    """Rounded up to whole heads and blocks of this kind."""
    block = max(GGML_QUANT_SIZES[GGMLQuantizationType[kind]][0], _NARROW.head_width)
    return ceil(length / block) * block


def _of_numbers(shape: Shape, numbers: int) -> Shape:
    """With as many layers as make about so many numbers."""
    return replace(shape, layers=max(round(numbers / anatomy(head_of(shape)).parameters), 1))


def _in_experts(times: Callable[[Shape, Sequence[int]], dict[int, float]], shape: Shape, beside: Curve, matrices: Curve) -> dict[int, float]:
    """``beside`` is what a layer and its router take, ``matrices`` a byte of what is no expert."""
    taken, model = times(shape, _SHARES), anatomy(head_of(shape))
    size = model.of("experts")
    return {rows: _left(taken[rows], shape.layers * beside[rows] + (model.bytes - size) * at(matrices, rows)) / size for rows in _SHARES}


def _left(taken: float, known: float) -> float:
    """What remains of a time when a part of it is known; half of it, when all is noise."""
    return max(taken - known, taken / 2)


def _looking_back(near: Curve, far: Curve, shape: Shape, shape_far: Shape, cells: int) -> tuple[dict[int, float], float]:
    """What a number of a query takes for each cell, by the rows of the step, and a byte of the cache: from the same queries over caches of two sizes."""
    small, large = (anatomy(head_of(one)).kv_bytes * cells for one in (shape, shape_far))
    cache = max(far[1] - near[1], 0.0) / (large - small)
    queries = cells * shape.heads * shape.head_width * shape.layers
    return {rows: max(taken - small * cache, 0.0) / (rows * queries) for rows, taken in near.items()}, cache
