"""Answers come in the language of the message, where the persona speaks it."""

from dataclasses import replace

import pytest

from bot.mind.empathy import Intent, read
from bot.mind.plan import Plan
from bot.mind.tongue import in_language_of, in_tongue, is_chinese, language_of, safe_lines
from bot.mind.tongues import FOREIGN, tongue_of
from bot.mind.waiting import BUSY, LOST, TOO_MANY
from tests.fakes.personas import CARD

PLAN = Plan(strategy="react", note="Monday. Do: x.", reason="r")


def test_a_borrowed_word_does_not_change_the_language() -> None:
    assert is_chinese("今天好累") and is_chinese("我昨天去了 Tesco")
    assert not is_chinese("I love 火锅 so much today") and not is_chinese("hi") and not is_chinese("これは日本語です漢字")


def test_only_a_persona_that_speaks_it_is_told_to() -> None:
    both = replace(CARD, languages=("en", "zh"))
    assert in_tongue(PLAN, "今天好累", both).note.endswith("Answer in Chinese.")
    assert in_tongue(PLAN, "so tired", both, "zh").note.endswith("Answer in Chinese.")
    assert in_tongue(PLAN, "今天好累", both, "en").note.endswith("Answer in English.")
    assert in_tongue(PLAN, "so tired", both).note.endswith("Answer in English.") and in_tongue(PLAN, "so tired", both, "de").language == "en"
    assert in_tongue(PLAN, "so tired", CARD, "zh").note == PLAN.note and in_tongue(PLAN, "so tired", CARD).note == PLAN.note
    assert in_tongue(PLAN, "今天好累", CARD) == PLAN


def test_lines_are_chosen_by_language() -> None:
    assert list(in_language_of("你好吗", ("No.", "不是。"))) == ["不是。"]
    assert list(in_language_of("你好吗", ("No.",))) == ["No."]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wie heißt meine Schwester?", "de"), ("ich bin heute so müde", "de"), ("Bist du ein Mensch?", "de"), ("Tschüss und danke", "de"),
        ("the war was in the end not his to win", "en"), ("I met an old friend in Köln", "en"), ("hi", "en"), ("Danke, that was nice of you", "en"),
        ("我昨天去了 Tesco", "zh"), ("je suis fatigué", "en"), ("", "en"),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_persona_that_speaks_german_is_told_to() -> None:
    assert in_tongue(PLAN, "ich bin so müde", replace(CARD, languages=("en", "de"))).note.endswith("Answer in German.")


def test_safe_lines_are_in_the_language_of_the_message() -> None:
    lines = ("You never told me that.", "Das hast du mir nie erzählt.")
    assert safe_lines("do you remember my dog", "admit", lines) == [lines[0]]
    assert safe_lines("weißt du noch, wie mein Hund heißt", "admit", lines) == [lines[1]]
    for text in ("weißt du noch, wie mein Hund heißt", "你还记得我的狗吗"):
        for strategy in ("be honest", "admit", "decline", "", "another"):
            assert all(language_of(line) == language_of(text) for line in safe_lines(text, strategy, lines[:1]))


def test_notices_are_in_each_language() -> None:
    for language in FOREIGN:
        assert all(language_of(tongue_of(language)(notice)) == language for notice in (BUSY, LOST, TOO_MANY))


def test_intents_are_read_in_chinese() -> None:
    assert read("你是真人吗？").intent is Intent.ASK_HUMAN
    assert read("你还记得我的生日吗").intent is Intent.ASK_SELF
    assert read("今天好难过").intent is Intent.COMFORT
