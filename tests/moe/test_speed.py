"""Foretelling speed: the arithmetic on computers made up, and the probe on a real one (no wall clock is asserted)."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.moe.anatomy import Anatomy, anatomy
from bot.moe.gguf_file import inspect
from bot.moe.noise import head_of, write_noise
from bot.moe.probe import experts_piece, matrices_piece, measure, probe, step_times
from bot.moe.shapes import SHAPES
from bot.moe.speed import Calibration, Curve, at, kinds_read, looked_at, predict, shares, step_seconds

_GB = 1e9
_SLOW = 1 / (10 * _GB)


def _computer(
    *, layer: float = 0.0, router: float = 0.0, attention: float = 0.0, cache: float = 0.0, matrices: Curve | None = None, experts: Curve | None = None
) -> Calibration:
    """10 GB/s for Q4_K, 20 for Q6_K, whatever the rows, unless other curves are given."""
    fast = {"Q6_K": {1: 1 / (20 * _GB)}}
    return Calibration(
        threads=1, matrices={"Q4_K": matrices or {1: _SLOW}, **fast}, experts={"Q4_K": experts or {1: _SLOW}, **fast},
        layer={1: layer}, router={1: router}, attention={1: attention}, cache=cache,
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
        3 * 256 * 16 * 128 * 16 * 1e-9
    )
    assert step_seconds(model, _computer(cache=1e-9), rows=3, context=100) - step_seconds(model, _computer(), rows=3, context=100) == pytest.approx(
        256 * model.kv_bytes * 1e-9
    )


def test_cells_are_looked_at_by_the_block() -> None:
    assert [looked_at(tokens) for tokens in (1, 256, 257, 513)] == [256, 256, 512, 768]


def test_how_many_rows_an_expert_gets() -> None:
    assert dict(shares(1, 0.25)) == {0: pytest.approx(0.75), 1: pytest.approx(0.25)}
    assert dict(shares(2, 0.5)) == {0: pytest.approx(0.25), 1: pytest.approx(0.5), 2: pytest.approx(0.25)}
    assert list(shares(5, 1.0)) == [(5, 1.0)]
    many = dict(shares(512, 8 / 128))
    assert sum(many.values()) == pytest.approx(1) and sum(rows * chance for rows, chance in many.items()) == pytest.approx(32)


def test_people_who_talk_at_once_share_what_is_read_but_wake_more_experts() -> None:
    speed = predict(_model(), _computer(), people=4, context=0)
    assert speed.alone < speed.together < 4 * speed.alone


def test_what_several_rows_of_one_expert_cost_counts_by_how_many_there_are_likely_to_be() -> None:
    dear_from_two = {1: _SLOW, 2: 11 * _SLOW, 3: 21 * _SLOW}
    model = _model()
    experts = sum(weight.bytes for weight in model.weights if weight.part == "experts" and weight.kind == "Q4_K")
    more = step_seconds(model, _computer(experts=dear_from_two), rows=2, context=0) - step_seconds(model, _computer(), rows=2, context=0)
    assert more == pytest.approx(experts * (8 / 64) ** 2 * 10 * _SLOW)
    alone = step_seconds(model, _computer(experts=dear_from_two), rows=1, context=0)
    assert alone == pytest.approx(step_seconds(model, _computer(), rows=1, context=0))


def test_the_last_layer_goes_on_with_those_rows_only_that_want_a_word() -> None:
    model = _model()
    by_rows: Curve = {1: _SLOW, 2: 2 * _SLOW}
    all_, one = (step_seconds(model, _computer(experts=by_rows, router=1e-3), rows=64, context=0, outputs=outputs) for outputs in (64, 1))
    last = step_seconds(model, _computer(experts=by_rows, router=1e-3), rows=64, context=0) - step_seconds(model, _computer(experts={1: 0.0}), rows=64, context=0)
    assert 0.7 * last / 16 < all_ - one < last / 16


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
    assert kinds_read(_model()) == (("Q6_K", "Q4_K"), ("Q4_K", "Q6_K"))
    assert "F32" in kinds_read(_model(), least=0.0001)[0]
    assert kinds_read(anatomy(head_of(replace(SHAPES["olmoe-1b-7b"], experts=0, used=0))))[1] == ()


def test_a_real_computer(mixture: Path) -> None:
    model = inspect(mixture)
    calibration = probe(model, threads=1, seconds=0.1, numbers=1_000_000, far_back=512)
    assert (tuple(calibration.matrices), tuple(calibration.experts)) == kinds_read(model)
    assert all(value > 0 for curves in (calibration.matrices, calibration.experts) for curve in curves.values() for value in curve.values())
    told, measured = predict(model, calibration, people=2, context=64), measure(mixture, people=2, context=64, threads=1, seconds=0.1)
    for speed in (told, measured):
        assert min(speed.alone, speed.together, speed.reading) > 0


@pytest.mark.parametrize("width", [256, 576, 896, 2304])
@pytest.mark.parametrize("kind", ["Q8_0", "Q4_1", "Q6_K"])
def test_pieces_of_any_width_can_be_run(width: int, kind: str, tmp_path: Path) -> None:
    model = anatomy(head_of(replace(SHAPES["granite-1b-a400m"], width=width, layers=1, vocabulary=300, experts=2, used=1)))
    for piece in (matrices_piece(model, kind, 1), experts_piece(model, kind, 1)):
        write_noise(piece, file := tmp_path / "piece.gguf")
        assert step_times(file, (2,), context=0, threads=1, seconds=0.0)[2] > 0
