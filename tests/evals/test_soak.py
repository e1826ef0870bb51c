"""What ``python -m tests.evals.soak`` takes for growth."""

from tests.evals.soak import Sample, verdict


def samples(*rss: int, files: int = 20, threads: int = 9, seconds: float = 0.5) -> list[Sample]:
    return [Sample(size, files, threads, 0, [seconds] * 3) for size in rss]


def test_what_stays_is_well() -> None:
    assert verdict(samples(500, 700, 690, 710, 700, 705, 700), missed=0) == [], "the first minute is for warming up"


def test_what_grows_is_named() -> None:
    assert verdict(samples(500, 700, 700, 800, 800, 900, 900), missed=0) == ["memory grew from 700.00 to 900.00"]
    leaking = [*samples(700, 700, 700), *samples(700, 700, files=40, threads=30, seconds=3)]
    assert [line.partition(" ")[0] for line in verdict(leaking, missed=2)] == ["2", "files", "threads", "latency"]
