"""What is worth looking at for something to remember."""

import pytest

from bot.mind.salience import salience, sentences, statements


@pytest.mark.parametrize("text", [
    "my exam is on friday", "im vegan lol", "I'm pregnant", "i’m 34", "got the job!!!", "just got engaged", "finally moving to oslo",
    "grandma died this morning", "can't stand my boss", "can’t sleep, my head hurts", "when i was ten i broke my leg", "what i love most is my dog",
    "i see my therapist on friday", "i guess i'll marry him in june", "i don't know what to do with my life",
    "do you like cats? i have three of them", "nice. anyway my sister moved to Rome 🎉", "我下周五有考试", "我叫小明。你呢？",
])
def test_what_they_tell_of_themselves(text: str) -> None:
    assert salience(text).worth


@pytest.mark.parametrize("text", [
    "", "   ", "?", "hi", "hello there!!", "lol", "😭😭😭", "ok cool thanks", "what's the capital of Peru", "do you like cats?", "where do i live",
    "remember my birthday?", "can you help me", "tell me a joke", "i don't know", "i guess", "i see what you mean", "i'm just kidding", "idk",
    "the weather is awful", "你好", "我叫什么名字？", "https://example.org/x?y=1",
])
def test_what_is_only_talk(text: str) -> None:
    assert not salience(text).worth


@pytest.mark.parametrize("text", [
    "if i were rich i would travel", "i've got three heads, just kidding", "you told me my cat is nice", "i'm so bored right now", "just woke up", "i can't hear you", "\"i love you\" is what he wrote",
    "let's say i am a pirate", "i think the king should resign", "i love how you talk", "be right back", "you are my best friend", "I own a castle. Just kidding!",
])
def test_what_is_not_of_their_life(text: str) -> None:
    assert not salience(text).worth


@pytest.mark.parametrize("text", [
    "watched the whole season in one night", "really nervous about the audition on saturday", "i think i broke my toe", "I'm working for Ikea right now", "our school is Hillcrest", "my cat is called \"Rex\"", "been feeling low since may",
])
def test_what_is_of_their_life_though_it_looks_like_talk(text: str) -> None:
    assert salience(text).worth


def test_every_verdict_has_a_reason() -> None:
    assert all(salience(text).reason for text in ("", "hi", "my exam is on friday", "我"))


def test_questions_are_left_out_of_statements() -> None:
    assert statements("My brother lives in Rome. Do you like Rome?\nI miss him") == "My brother lives in Rome. I miss him"


def test_sentences_end_where_each_script_ends_them() -> None:
    assert sentences("Well... I went. Did you?\n\n ok") == ["Well...", "I went.", "Did you?", "ok"]
    assert sentences("我叫小明。你呢？好！") == ["我叫小明。", "你呢？", "好！"]
    assert sentences("pi is 3.14 or so") == ["pi is 3.14 or so"]
