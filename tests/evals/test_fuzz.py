"""Some of the inputs of ``python -m tests.evals.fuzz``."""

from tests.evals import fuzz


def test_whatever_comes_is_read_or_refused() -> None:
    counts, faults = fuzz.main(6_000, seed=5)
    assert faults == []
    assert len([name for name in counts if not name.endswith("refused")]) == 13
