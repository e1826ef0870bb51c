"""A reply does not begin like the last ones."""

import pytest

from bot.mind.opening import fresh, parrots


@pytest.mark.parametrize(
    ("text", "replied", "said"),
    [
        ("Violins? I never played one.", (), "Violins? I never played one."),
        ("Violins? I never played one.", ("Nervous? Breathe.",), "I never played one."),
        ("Violins? Really? I never played one.", ("It rains.", "Nervous? Breathe.", "Hm."), "I never played one."),
        ("Violins? I never played one.", ("Nervous? Breathe.", "Hm.", "So."), "Violins? I never played one."),
        ("Violins?", ("Nervous? Breathe.",), "Violins?"),
        ("What did the doctor say? Tell me.", ("Nervous? Breathe.",), "What did the doctor say? Tell me."),
        ("", ("Nervous?",), ""),
    ],
)
def test_a_short_question_opens_only_now_and_then(text: str, replied: tuple[str, ...], said: str) -> None:
    assert fresh(text, replied) == said


@pytest.mark.parametrize(
    ("draft", "text", "nothing"),
    [
        ("Violins?", "I repair violins", True), ("Hey, what would you do?", "what would you do?", True), ("Nice violins.", "I repair violins", False),
        ("Hm.", "hm", False), ("", "hm", False),
    ],
)  # fmt: skip
def test_their_own_words_back_are_no_answer(draft: str, text: str, nothing: bool) -> None:
    assert parrots(draft, text) is nothing
