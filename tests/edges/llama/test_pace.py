"""Threads by what was faster, rows by what people wait for."""

from collections.abc import Callable

from bot.edges.llama.pace import Pace


def _steps(pace: Pace, count: int, seconds: Callable[[int], float], rows: int = 1) -> list[int]:
    """What each of so many steps was given, when a step with n threads takes ``seconds(n)``."""
    given = []
    for _ in range(count):
        given.append(pace.threads(rows))
        pace.took(rows, given[-1], seconds(given[-1]))
    return given


def test_takes_what_is_faster() -> None:
    assert _steps(Pace(4), 200, lambda n: 1 / n).count(4) > 180
    assert _steps(Pace(4), 200, lambda n: float(n)).count(3) > 180


def test_notices_when_another_program_begins_and_ends() -> None:
    pace = Pace(2)
    _steps(pace, 100, lambda n: 1 / n)
    assert _steps(pace, 100, lambda n: 5.0 * n).count(1) > 85
    _steps(pace, 400, lambda n: 1 / n)
    assert _steps(pace, 100, lambda n: 1 / n).count(2) > 90


def test_what_is_clearly_slower_costs_two_steps() -> None:
    assert _steps(Pace(2), 30, lambda n: 1 / n).count(1) == 2  # the first wakes and does not count
    assert _steps(Pace(2), 30, lambda n: 1.1 if n == 1 else 1.0).count(1) == 6  # too near to tell from one


def test_one_disturbed_step_changes_nothing() -> None:
    pace = Pace(2)
    _steps(pace, 30, lambda n: 1 / n)
    pace.took(1, 2, 100.0)
    assert pace.threads(1) == 2


def test_widths_are_told_apart() -> None:
    pace = Pace(2)
    _steps(pace, 30, lambda n: float(n), rows=1)
    _steps(pace, 30, lambda n: 1 / n, rows=4)
    assert (pace.threads(1), pace.threads(5), pace.threads(100)) == (1, 2, 2)


def test_wide_steps_try_what_narrow_ones_gained_by() -> None:
    pace = Pace(2)
    _steps(pace, 30, lambda n: 1 / n, rows=1)
    assert set(_steps(pace, 300, float, rows=8)) == {2}  # nobody saw that one thread would be faster
    for _ in range(2):
        _steps(pace, 30, float, rows=1)
    assert _steps(pace, 30, float, rows=8).count(1) > 20


def test_wide_steps_alone_try_after_a_while() -> None:
    assert _steps(Pace(2), 1000, float, rows=8).count(1) > 300


def test_one_core_is_one_thread() -> None:
    assert set(_steps(Pace(1), 60, lambda n: 1.0)) == {1}


def test_a_step_is_as_wide_as_it_may_be_long() -> None:
    pace = Pace(2)
    assert pace.rows(40) == 32 and 32 <= pace.rows(512) < 128
    pace.took(60, 2, 60 * 0.002)
    assert pace.rows(512) == 240 and pace.rows(128) == 128 and pace.rows(4) == 4
    for _ in range(5):
        pace.took(100, 2, 100 * 0.1)
    assert pace.rows(512) == 32
