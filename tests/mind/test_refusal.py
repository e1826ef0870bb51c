"""What is said to the companion about being written to, and what only sounds like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mind.refusal import refusal


@pytest.mark.parametrize("text", [
    "leave me alone", "Leave me alone!!", "please stop writing to me", "ugh, stop messaging me", "don't message me anymore", "stop texting me please",
    "dont text me again", "Never write to me first.", "Can you stop writing me?", "ok just leave me alone", "I'm tired. Stop bothering me.", "no more messages",
    "don’t write to me", "do not contact me ever again", "stop the reminders", "I want you to stop writing to me",
])
def test_stop(text: str) -> None:
    assert refusal(text) == "stop"


@pytest.mark.parametrize("text", ["not now", "Not right now, please", "later", "I'm busy right now", "can't talk now", "ask me later", "give me some space", "i'm too busy"])
def test_not_now(text: str) -> None:
    assert refusal(text) == "not now"


@pytest.mark.parametrize("text", ["ok good night", "Goodbye!", "bye", "see you tomorrow", "gotta go", "I'm off to bed. Good night!", "talk to you later", "goodnight mika"])
def test_goodbye(text: str) -> None:
    assert refusal(text) == "goodbye"


@pytest.mark.parametrize("text", [
    "my boss won't leave me alone", "my ex keeps texting me", "stop", "I told him to stop writing to me", "they never leave me alone in the kitchen",
    "he said leave me alone and left", "don't message me the spoilers before I have seen it, I want to enjoy this film", "see you in Berlin?", "I was busy all week",
    "the good night story was long", "what do I do now", "is it too late now", "I have to go to the dentist", "later we went home", "", "   ", "…",
    "never write to a landlord before coffee", "I can't talk to my mother about it", "do you want to leave me alone with him?",
])
def test_nothing_of_it(text: str) -> None:
    assert refusal(text) is None


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert refusal(text) in (None, "stop", "not now", "goodbye")


def test_long_messages_are_read_at_once() -> None:
    assert refusal("please " * 28 + "x") is None
    assert refusal("leave me alone. " * 1000) is None
