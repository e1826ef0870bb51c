"""How unsure an answer is, and what follows."""

import pytest

from bot.mind.doubt import doubt, hedged, resolve, self_check


def test_both_signs_raise_the_doubt() -> None:
    sure, halting, denied, both = doubt(-0.1, 0.95), doubt(-1.5, 0.95), doubt(-0.1, 0.1), doubt(-1.5, 0.1)
    assert 0 <= sure < halting < both <= 1 and sure < denied < both


@pytest.mark.parametrize(("unsure", "does"), [(0.1, "answer"), (0.3, "answer"), (0.31, "hedge"), (0.6, "hedge"), (0.61, "unsure")])
def test_the_threshold_is_the_cards(unsure: float, does: str) -> None:
    assert resolve(unsure, 0.6) == does
    assert resolve(unsure, 1.0) != "unsure"


def test_a_hedge_keeps_the_answer() -> None:
    assert hedged("Salt.", 1, False).endswith("Salt.") and hedged("盐。", 0, True).startswith("我")


def test_the_check_names_question_and_answer() -> None:
    said = self_check("Who?", "Li Bai.")[-1].content
    assert "Who?" in said and "Li Bai." in said
