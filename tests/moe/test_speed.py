"""Foretelling speed: the arithmetic on computers made up, and the probe on a real one (no wall clock is asserted)."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.moe.anatomy import Anatomy, anatomy
from bot.moe.gguf_file import inspect
from bot.moe.noise import head_of
from bot.moe.probe import WIDE, measure, probe
from bot.moe.shapes import SHAPES
from bot.moe.speed import Calibration, at, awake_experts, kinds_read, predict, step_seconds

_GB = 1e9


def _computer(*, layer: float = 0.0, router: float = 0.0, attention: float = 0.0, cache: float = 0.0, scattered: float = 1.0) -> Calibration:
    """10 GB/s for Q4_K, 20 for Q6_K, whatever the rows."""
    return Calibration(
        threads=1, reading={"Q4_K": {1: 1 / (10 * _GB)}, "Q6_K": {1: 1 / (20 * _GB)}}, layer={1: layer}, router={1: router}, scattered={1: scattered},
        attention=attention, cache=cache,
    )  # fmt: skip


def _model(name: str = "olmoe-1b-7b") -> Anatomy:
    return anatomy(head_of(SHAPES[name]))


def test_bytes_over_bandwidth() -> None:
    model = _model()
    read = {kind: sum(w.bytes * (8 / 64 if w.part == "experts" else 1) for w in model.weights if w.kind == kind and w.part not in ("embedding", "other")) for kind in ("Q4_K", "Q6_K", "F32")}
    expected = (read["Q4_K"] + read["F32"]) / (10 * _GB) + read["Q6_K"] / (20 * _GB)  # what was not measured counts as the slowest
    assert step_seconds(model, _computer(), rows=1, context=0) == pytest.approx(expected)


def test_layers_routers_and_the_look_back_are_added() -> None:
    model = _model()
    plain = step_seconds(model, _computer(), rows=1, context=100)
    assert step_seconds(model, _computer(layer=1e-3), rows=1, context=100) - plain == pytest.approx(16e-3)
    assert step_seconds(model, _computer(router=1e-3), rows=1, context=100) - plain == pytest.approx(16e-3)
    assert step_seconds(model, _computer(attention=1e-9), rows=3, context=100) - step_seconds(model, _computer(), rows=3, context=100) == pytest.approx(
        3 * 100 * 16 * 128 * 16 * 1e-9
    )
    assert step_seconds(model, _computer(cache=1e-9), rows=3, context=100) - step_seconds(model, _computer(), rows=3, context=100) == pytest.approx(
        100 * model.kv_bytes * 1e-9
    )


def test_people_who_talk_at_once_share_what_is_read_but_wake_more_experts() -> None:
    assert awake_experts(64, 8, 1) == pytest.approx(8)
    assert 8 < awake_experts(64, 8, 2) < 16
    assert awake_experts(64, 8, 1000) == pytest.approx(64)
    speed = predict(_model(), _computer(), people=4, context=0)
    assert speed.alone < speed.together < 4 * speed.alone


def test_an_embedding_is_read_only_where_it_is_the_output_too() -> None:
    model = _model("granite-1b-a400m")
    assert model.tied
    embedding = model.of("embedding") / (10 * _GB)
    with_output, without = (step_seconds(model, _computer(), rows=4, context=0, outputs=outputs) for outputs in (4, 0))
    assert with_output == without  # the same whatever the rows, here: a curve of one point
    assert with_output > embedding


def test_between_measured_rows_there_is_a_straight_line() -> None:
    curve = {1: 1.0, 4: 2.5, 8: 2.5}
    assert [at(curve, rows) for rows in (1, 2, 4, 6, 8, 16)] == [1.0, 1.5, 2.5, 2.5, 2.5, 2.5]
    assert at({1: 3.0}, 50) == 3.0
    assert at({1: 1.0, 2: 0.5}, 10) == 0.0


def test_kinds_worth_measuring() -> None:
    assert kinds_read(_model()) == ("Q4_K", "Q6_K")
    assert "F32" in kinds_read(_model(), least=0.0001)


def test_a_real_computer(mixture: Path) -> None:
    wide = replace(WIDE, width=256, heads=2, kv_heads=1, feed_forward=512)
    calibration = probe(("Q4_1",), threads=1, mixture=True, seconds=0.2, wide=wide)
    assert set(calibration.reading) == {"Q4_1"} and all(value > 0 for value in calibration.reading["Q4_1"].values())
    told, measured = predict(inspect(mixture), calibration, people=2, context=64), measure(mixture, people=2, context=64, threads=1, seconds=0.1)
    for speed in (told, measured):
        assert min(speed.alone, speed.together, speed.reading) > 0
