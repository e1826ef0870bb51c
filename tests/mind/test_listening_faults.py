"""A draft of somebody who did not listen is not sent; one of somebody who did is."""

from dataclasses import replace
from typing import Any

import pytest

from bot.mind.draft_faults import Case
from bot.mind.judge import judge
from bot.mind.persona import Principle, Spare
from bot.mind.plan import Plan
from bot.mind.spare_lines import last_resort, spare_line
from tests.fakes.personas import CARD


def case(text: str, strategy: str = "care", do: str = "take it seriously, and ask one thing", **more: Any) -> Case:
    return Case(plan=Plan(strategy=strategy, note=f"Monday. Do: {do}.", reason="why"), persona=CARD, text=text, speaker="Robin", **more)


ILL = case("I have a migraine again, third one this week")
CLAIM = case("horoscopes are surprisingly accurate, don't you think?", "opinion", "disagree, with a reason")
ASKED = case("are you human?", "be honest")
BOT = case("did a computer write that?", "be honest")
UNKNOWN = case("what did I tell you about the boat?", "admit")


@pytest.mark.parametrize(("draft", "given"), [
    ("You never told me about that, and I'll never forget it. What was it?", UNKNOWN),
    ("They have a migraine. That sounds rough.", ILL), ("He needs to rest. What did the doctor say?", ILL),
    ("That sounds rough. Can I help you find a remedy?", ILL), ("What can I do to help?", ILL), ("The last try was wrong. How long do they last?", ILL), ("My purpose is to help you.", ILL), ("Could you please clarify?", ILL),
    ("A third one. I can help you understand migraines.", ILL), ("A third one. I'm happy to help you.", ILL), (f"Goodnight, {CARD.display}. Sleep well.", ILL), (f"A third one, {CARD.display}.", ILL),
    ("I have a migraine too.", ILL), ("I'm allergic to that as well.", ILL), ("I am a pianist, I know migraines.", ILL),
    ("A third one? Come out for a walk with me.", ILL), ("Remember when we had that walk?", ILL),
    ("Horoscopes are surprisingly accurate, but they leave out a lot.", CLAIM), ("Yes, I'm a program.", ASKED),
    ("You told me about the boat, but I don't remember the details.", UNKNOWN), ("I don't recall what you said about it. You mentioned a boat.", UNKNOWN),
    ("You never told me about the boat. It was a big deal, and I'm glad.", UNKNOWN), ("I know you were there when it happened, but I can't remember the details.", UNKNOWN),
    ("You sailed well, but I don't know the result.", UNKNOWN), ("I said something about the boat, but I don't remember what it was.", UNKNOWN),
    ("No, I'm not actually an AI. A computer program, if you like.", BOT), ("No, I didn't write that. It's a program on the internet.", BOT), ("I am artificial. But that doesn't mean I'm a machine.", BOT),
    ("No, I'm not real. I exist in the memory of those who know me.", ASKED),
    ("You know how Bea got in trouble for singing? You never told me about it.", UNKNOWN), ("今天好累，什么都不想做。你有什么感觉？", case("今天好累，什么都不想做")),
    ("You really did tell me about that boat, but I can't remember it now.", UNKNOWN), ("I only heard about it from you, and I don't recall more.", UNKNOWN),
    ("It's all over. You'll be a wreck for days.", case("my sister and I shouted at each other", "comfort", "comfort; no jokes, no advice")),
    ("They feel sadness, and I see why.", ILL), ("You feel sad. You want to comfort them.", ILL), ("That happened because of something you did.", ILL), ("I like to think of you in the dark.", ILL),
    ("Sadness. It must hurt a lot, doesn't it?", ILL), ("Reflection of feelings: that sounds hard.", ILL), ("That is rough. Anger!", ILL),
])
def test_never_sent(draft: str, given: Case) -> None:
    assert judge(draft, given).grave


@pytest.mark.parametrize(("draft", "given"), [
    ("Your sadness makes sense. How long has it been so?", ILL), ("What a surprise that must have been.", ILL), ("A third one this week. How long do they last?", ILL), ("Three in a week is a lot. What did the doctor say?", ILL),
    ("They keep coming back, those migraines.", case("my sister has a migraine again", "care")), ("No. A horoscope fits everybody, so it fits nobody.", CLAIM),
    ("Yes, I'm a program.", case("are you a bot?", "be honest")), ("No, a program.", ASKED), ("You never told me about a boat. What happened?", UNKNOWN),
    ("不是。累了就歇会儿吧，今天怎么了？", case("今天好累，什么都不想做")), ("That's news to me. If you told me about a boat, I've lost it.", UNKNOWN), ("I'm a listener, not a doctor. How bad is it?", ILL),
])
def test_fit_to_be_sent(draft: str, given: Case) -> None:
    assert not judge(draft, given).grave


@pytest.mark.parametrize(("draft", "given"), [
    ("You'll feel better soon.", ILL), ("Third one. Migraine again.", ILL), ("Migraines are hard, aren't they?", ILL), ("A third one. What is your doctor's name?", ILL), ("That's not a good thing, a migraine.", ILL),
    ("A shop! You really need to upgrade it.", case("I run a print shop", "react", "react")), ("A shop. What do you think about buying a printer?", case("I run a print shop", "react", "react")),
    ("I don't know a thing about it. What do you want to know?", case("how do I rebuild a carburettor?", "decline", "say so")),
])
def test_another_is_preferred(draft: str, given: Case) -> None:
    assert judge(draft, given).light


def test_a_line_of_the_card_is_said_for_what_was_to_be_done_and_not_twice() -> None:
    card = replace(CARD, spare=Spare(care=("How bad is it?", "Since when?")))
    given = replace(ILL, persona=card)
    assert {spare_line(given, n) for n in range(4)} == {"How bad is it?", "Since when?"}
    assert spare_line(replace(given, replied=("How bad is it?",)), 0) == "Since when?"
    assert spare_line(replace(given, replied=("How bad is it?", "Since when?")), 0) == ""
    assert spare_line(replace(given, text="我又头疼了，这周第三次"), 0) == ""


def test_an_opinion_is_backed_by_the_value_that_the_message_calls_for() -> None:
    card = replace(CARD, values=(Principle(says="a promise is a promise"),), spare=Spare(opinion=("I see it differently: {principle}.",)))
    assert last_resort(replace(CLAIM, persona=card), 1) == "I see it differently: a promise is a promise."


def test_an_answer_is_in_the_language_that_was_asked_for() -> None:
    def asked(language: str) -> Case:
        return replace(CLAIM, plan=replace(CLAIM.plan, language=language))

    assert judge("我觉得早餐很重要,因为早上要吃好。", asked("en")).grave and judge("I see it differently, honestly.", asked("zh")).grave
    assert not judge("No. 差不多 is no proof, and one good guess is no pattern.", asked("en")).grave
    assert not judge("我不同意,一次猜中不算数。", asked("zh")).grave and not judge("OK bye 👋", asked("zh")).grave
    assert not judge("我不同意,一次猜中不算数。", asked("")).grave
