"""The prompt: stable first, within its budget, whatever they write."""

from datetime import UTC, datetime

import pytest

from bot.mind.events import Turn
from bot.mind.prompt import assemble, estimate_tokens, fitting, prefix
from tests.fakes.personas import CARD

NOTE = "Wednesday evening. Do: react."


def turns(count: int, text: str = "tea") -> list[Turn]:
    return [
        Turn(
            id=n, person="discord:1", speaker="Ada", text=f"{text} {n}", said_at=datetime(2026, 3, 4, tzinfo=UTC), audience="dm:discord:1", conversation="c",
            by_bot=n % 2 == 0,
        )
        for n in range(1, count + 1)
    ]


def test_the_order() -> None:
    made = assemble(CARD, turns(4), "hello", NOTE, token_budget=4000)
    head = prefix(CARD)
    assert made[: len(head)] == head
    assert [m.content for m in made[len(head) :]] == ["tea 1", "tea 2", "tea 3", "tea 4", "hello", f"Note: {NOTE}"]
    assert [m.role for m in made[len(head) :]] == ["user", "assistant", "user", "assistant", "user", "system"]


@pytest.mark.parametrize("budget", [300, 400, 852, 1800, 3900])
@pytest.mark.parametrize("text", ["hi", "a long story " * 300, "很长的故事" * 800, "😂" * 4000, "x" * 4000])
def test_the_budget_holds_and_the_end_of_the_message_is_kept(budget: int, text: str) -> None:
    made = assemble(CARD, turns(80, "tea and more tea"), text, NOTE, token_budget=budget)
    assert sum(estimate_tokens(m.content) + 6 for m in made) <= budget
    assert made[-2].role == "user" and made[-2].content and text.endswith(made[-2].content)
    assert made[-1].content == f"Note: {NOTE}"
    assert made[0].role == "system" and CARD.prompt in made[0].content


def test_a_growing_conversation_keeps_what_the_model_has_read() -> None:
    """Most new turns leave the beginning of the prompt as it was."""
    starts = []
    for count in range(40, 80, 2):
        kept = fitting(turns(count), 200)
        assert kept and kept[-1].id == count
        starts.append(kept[0].id)
    assert len(set(starts)) <= len(starts) // 2


def test_history_that_does_not_fit_is_left_out() -> None:
    assert fitting(turns(4), 0) == [] and fitting([], 100) == [] and fitting(turns(4), -50) == []
    assert fitting(turns(2), 1000) == turns(2)


def test_the_estimate_is_on_the_safe_side_for_every_script() -> None:
    assert estimate_tokens("") >= 0
    assert estimate_tokens("word " * 100) >= 100
    assert estimate_tokens("漢" * 100) >= 100
