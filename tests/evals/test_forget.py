"""A handful of the operations of ``python -m tests.evals.forget``, restarts and kills included."""

from tests.evals import forget


def test_nothing_is_left_and_nothing_comes_back() -> None:
    found = forget.main(120)
    assert found["restarts"] >= 1
    assert found["delete"] > 10
    assert found["forgotten words"] > 10
    assert found["residue"] == 0
    assert found["resurrected"] == 0
