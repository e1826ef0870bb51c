"""Answers come in the language of the message, where the persona speaks it."""

from dataclasses import replace

from bot.mind.empathy import Intent, read
from bot.mind.plan import Plan
from bot.mind.tongue import in_language_of, in_tongue, is_chinese
from tests.fakes.personas import CARD

PLAN = Plan(strategy="react", note="Monday. Do: x.", reason="r")


def test_a_borrowed_word_does_not_change_the_language() -> None:
    assert is_chinese("今天好累") and is_chinese("我昨天去了 Tesco")
    assert not is_chinese("I love 火锅 so much today") and not is_chinese("hi") and not is_chinese("これは日本語です漢字")


def test_only_a_persona_that_speaks_it_is_told_to() -> None:
    both = replace(CARD, languages=("en", "zh"))
    assert in_tongue(PLAN, "今天好累", both).note.endswith("Answer in Chinese.")
    assert in_tongue(PLAN, "今天好累", CARD) == PLAN and in_tongue(PLAN, "so tired", both) == PLAN


def test_lines_are_chosen_by_language() -> None:
    assert list(in_language_of("你好吗", ("No.", "不是。"))) == ["不是。"]
    assert list(in_language_of("你好吗", ("No.",))) == ["No."]


def test_intents_are_read_in_chinese() -> None:
    assert read("你是真人吗？").intent is Intent.ASK_HUMAN
    assert read("你还记得我的生日吗").intent is Intent.ASK_SELF
    assert read("今天好难过").intent is Intent.COMFORT
