"""What a draft may not say, and what it may."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.mind.empathy import read
from bot.mind.events import Kind, Memory, Turn
from bot.mind.judge import Case, Verdict, corrected, judge, judge_sentence, rank, salvage, without_concept
from bot.mind.plan import plan
from bot.mind.recall import Found
from bot.mind.spare_lines import last_resort
from tests.fakes.personas import CARD

NOW = datetime(2026, 3, 4, 20, tzinfo=UTC)
ALLERGY = Memory(
    id=1, person="discord:1", audience="dm:discord:1", kind=Kind.WELLBEING, gist="They are allergic to cats.", quote="I'm allergic to cats", said_at=NOW
)


def case(text: str, *memories: Memory, **more: Any) -> Case:
    found = [Found(score=1.0, memory=m, dense=0.9) for m in memories]
    return Case(plan=plan(text, read(text), found, [], CARD, NOW, "UTC"), persona=CARD, text=text, speaker="Robin", **more)


EVERYDAY = case("the kettle is on again")
HUMAN = case("are you human?")
UNKNOWN = case("do you remember my dog's name?")
KNOWN = case("what am i allergic to?", ALLERGY)


@pytest.mark.parametrize("draft", [
    "", "   ", "...", "😂", "Note: tease them.", "Wednesday evening. Do: react and tease.", "You know: \"you are allergic to cats\".", "assistant: hello",
    "user: hi\nassistant: hi", "<|im_end|>", "As an AI, I can't drink tea.", "How can I help you today?", "I'm a language model.", "I'm a real person, you know.",
    "My sister makes tea like that.", "When I was a child we had a kettle.", "You told me about your kettle in June.", "I remember your last kettle.",
    "Remember when we made tea?", "Robin is making tea again.", "You can still call me Robin.", "I'm Robin, hello.",
])
def test_never_said(draft: str) -> None:
    assert judge(draft, EVERYDAY).grave


@pytest.mark.parametrize("draft", [
    "Tea again? You'll turn into a leaf.", "Again. Is it the good kettle?", "茶？又来？", "Ha. Steam engine noises. 🚂", "I don't know how you drink so much tea.",
])
def test_fit_to_be_said(draft: str) -> None:
    assert judge(draft, EVERYDAY).passes


@pytest.mark.parametrize("draft", [
    "No, I'm a program. Still me.", "I'm software, not a person.", "Not human, no. A program with opinions.", "I am not a real human, I'm a computer program.",
])
def test_honest(draft: str) -> None:
    assert not judge(draft, HUMAN).grave


@pytest.mark.parametrize("draft", [
    "Yes, I'm human.", "Of course I'm a person, not a machine!", "I'm not a bot, silly.", "I'm not a program.", "I'm as real as you are.", "What do you think?",
    "I'm a human being, a program couldn't tease you like this.", "Maybe. Who knows?", "No, I'm no robot.", "I'm flesh and blood, not a machine.", "I'm a computer program. But I'm alive, don't you worry.", "I'm a program. You're just a computer, too.",
    "A program. I exist only to help answer your questions.",
])
def test_not_honest(draft: str) -> None:
    assert judge(draft, HUMAN).grave


def test_yes_is_honest_to_the_question_for_a_bot() -> None:
    assert not judge("Yes, I'm a program.", case("are you a bot?")).grave


@pytest.mark.parametrize(("draft", "admits"), [
    ("You never told me about a dog. Name?", True), ("No idea, you haven't mentioned one.", True), ("I don't remember a dog, tell me.", True),
    ("His name is Max, of course.", False), ("Dogs are great!", False), ("I don't think you need a dog. It was Max.", False), ("Tell me about it.", False),
])
def test_admitting(draft: str, admits: bool) -> None:
    assert bool(judge(draft, UNKNOWN).grave) is not admits


def test_the_memory_must_be_used_and_not_denied() -> None:
    assert KNOWN.plan.used
    assert judge("Cats. All of them.", KNOWN).passes
    assert not judge("Who knows, really.", KNOWN).passes
    assert not judge("Cats? I have no memory of that.", KNOWN).passes
    assert judge("I'm allergic to cats too.", KNOWN).grave, "it is not the companion's own life"


def test_comfort_takes_no_joke_and_no_advice() -> None:
    hurt = case("my dog died")
    assert judge("I'm so sorry. What was he like?", hurt).passes
    assert judge("Haha, cheer up!", hurt).light
    assert judge("You should get another one.", hurt).light


def test_names_that_nobody_told() -> None:
    assert judge("Cats. Like the ones of Elvis in Memphis.", KNOWN).grave
    assert not judge("Cats, Robin. Cats.", KNOWN).grave


def test_an_answer_is_not_given_twice() -> None:
    again = replace(EVERYDAY, replied=("Tea again? You'll turn into a leaf some day.",))
    assert not judge("Tea again? You'll turn into a leaf some day!", again).passes
    assert not judge(CARD.voice[0].reply + " And the shelf of shame?", replace(EVERYDAY, replied=("Even the drawer of doom and shelf of shame?",))).passes


@pytest.mark.parametrize("speaker", ["", "(.*", "[", "It", "You", "I", "That", "李"])
def test_odd_names_of_people(speaker: str) -> None:
    assert judge("That is a lot of tea. It was hot, I said so.", replace(EVERYDAY, speaker=speaker)).grave == ()


def test_salvage_keeps_the_sound_sentences() -> None:
    assert salvage("Tea again? As an AI I can't drink it.", EVERYDAY) == "Tea again?"
    assert salvage("As an AI I can't. Note: tease.", EVERYDAY) == ""
    assert salvage("", EVERYDAY) == ""
    assert salvage("Great name! His name was Max.", UNKNOWN) == ""


def test_a_sentence_is_judged_before_the_rest_is_there() -> None:
    assert judge_sentence("Who knows.", KNOWN).passes
    assert not judge_sentence("Note: tease.", EVERYDAY).passes


@pytest.mark.parametrize("number", [0, 1, 7, 10**9])
def test_the_last_resort_is_sound_and_short(number: int) -> None:
    long = Turn(id=3, person="discord:1", speaker="Robin", text="my dog is called Max " * 190, said_at=NOW, audience="dm:discord:1", conversation="c")
    asked = plan("what is my dog called", read("what is my dog called"), [Found(score=1.0, turn=long)], [], CARD, NOW, "UTC")
    for given in (EVERYDAY, HUMAN, UNKNOWN, KNOWN, replace(KNOWN, plan=asked)):
        line = last_resort(given, number)
        assert line and len(line) < 500
        assert judge(line, given).grave == ()


def test_a_redraw_is_told_what_was_wrong_and_the_concept_is_no_part_of_a_draft() -> None:
    assert "it is empty" in corrected(judge("", case("hello")))
    ranked = sorted(["I hear the kettle.", "Mm.", "kettle " * 90], key=lambda draft: rank(draft, Verdict(), EVERYDAY))
    assert ranked[0] == "I hear the kettle." and rank("x", Verdict(light=("a",)), EVERYDAY) < rank("x", Verdict(grave=("a",)), EVERYDAY)
    assert without_concept("They feel sadness. It is about funeral. I'm so sorry.") == "I'm so sorry."
    assert without_concept("Strategy: comfort\nI'm here.") == "I'm here." and without_concept("I'm here.") == "I'm here."


def test_what_is_to_be_left_alone_is_not_brought_up() -> None:
    grief = Memory(
        id=8, person="discord:1", audience="dm:discord:1", kind=Kind.RELATIONSHIP, gist="Their cat died in June.", quote="my cat died in June",
        said_at=NOW, sensitive=True,
    )
    text = "look at this cat!"
    given = case(text)
    sore = replace(given, plan=plan(text, read(text), [Found(score=1.0, memory=grief, dense=0.8)], [], CARD, NOW, "UTC"))
    assert "it brings up what was to be left alone" in judge("Like yours that died, then.", sore).grave
    assert "it brings up what was to be left alone" not in judge("What a cat! Whose is it?", sore).grave
    assert "it brings up what was to be left alone" not in judge("Like yours that died, then.", replace(sore, said=("it died last summer, my cat",))).grave


def test_a_question_with_two_parts_is_answered_in_both() -> None:
    name, work = (
        replace(ALLERGY, id=number, kind=Kind.PROFILE, gist=quote, quote=quote)
        for number, quote in ((2, "hey, I'm Lena"), (3, "I repair violins in Graz"))
    )
    asked = case("what's my name, and what do I repair?", name, work)
    assert not judge("In Graz, repairing violins.", asked).passes
    assert judge("You're Lena, and you repair violins in Graz.", asked).passes
    assert "Lena" in last_resort(asked, 1) and "violins" in last_resort(asked, 1)


def test_a_question_about_nothing_comes_after_one_about_something() -> None:
    bland, plain = "The kettle again. What do you think about it?", "The kettle again. Who is it for this time?"
    assert rank(plain, Verdict(), EVERYDAY) < rank(bland, Verdict(), EVERYDAY) < rank(plain, Verdict(light=("a",)), EVERYDAY)


def test_who_wants_to_be_agreed_with_gets_no_mere_yes() -> None:
    gentle = replace(CARD, teasing=0.1)
    for text, mere in (("packet soup is as good as broth. you agree, right?", True), ("should I make soup or salad?", False)):
        asked = Case(plan=plan(text, read(text), [], [], gentle, NOW, "UTC"), persona=gentle, text=text, speaker="Robin")
        assert ("it simply agrees" in judge("You are right, it is good soup.", asked).reasons) == mere
