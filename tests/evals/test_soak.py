"""What ``python -m tests.evals.soak`` takes for growth, and a short form of it."""

import pytest

from tests.evals._growth import Sample, number, verdict
from tests.evals.soak import Load, soak


def samples(*rss: int, files: int = 20, sockets: int = 9, threads: int = 9, tasks: int = 15, lists: int = 0, seconds: float = 0.5, kept: int = 1000) -> list[Sample]:
    return [
        Sample(bot=size, files=files, sockets=sockets, threads=threads, tasks=tasks, lists=lists, kept=kept, things=10, latencies=[seconds] * 3)
        for size in rss
    ]


def test_what_stays_is_well() -> None:
    assert verdict(samples(500, 700, 690, 710, 700, 705, 700)) == [], "the first minute is for warming up"


def test_what_grows_is_named() -> None:
    assert verdict(samples(500, 700, 700, 800, 800, 900, 900)) == ["memory grew from 700.00 to 900.00"]
    leaking = [*samples(700, 700, 700), *samples(700, 700, files=40, sockets=60, threads=30, tasks=60, seconds=3, kept=2000)]
    assert [line.partition(" ")[0] for line in verdict(leaking)] == ["files", "sockets", "threads", "tasks", "bytes", "latency"]
    assert verdict([*samples(700, 700, 700), *samples(700, 700, sockets=40, tasks=90, lists=50)]) == [], "a pool of connections, lists with buttons"
    assert "write-ahead" in verdict([Sample(bot=1, files=1, threads=1, wal=20_000_000)])[0]


def test_numbers_of_a_page_are_summed_by_name() -> None:
    assert number('# HELP a b\na{x="1"} 2.0\na{x="2"} 3.0\naa 9.0\n', "a") == 5


@pytest.mark.model
@pytest.mark.usefixtures("bge_folder")
async def test_a_few_people_for_some_seconds() -> None:
    told: list[str] = []
    result = await soak(Load(minutes=3, people=20, rate=12, minute=3.0), told.append)
    failed = [line for line in result.wrong if " grew from " not in line]  # it is still warming up
    assert failed == [] and len(told) == 4
    assert result.done["recalled"] and result.samples[-1].things > result.samples[0].things
    assert all(sample.tasks and sample.bot for sample in result.samples)
