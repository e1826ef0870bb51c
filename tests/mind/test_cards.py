"""The cards that are shipped: they hold what the checks ask of every answer."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.mind.approach import Approach
from bot.mind.empathy import read
from bot.mind.events import Kind, Memory
from bot.mind.judge import Case, judge, judge_sentence
from bot.mind.knowledge import beyond
from bot.mind.nudge import faults
from bot.mind.persona import Exchange, Persona, read_card
from bot.mind.plan import plan
from bot.mind.prompt import prefix
from bot.mind.recall import Found
from bot.mind.salience import sentences
from bot.mind.support import Stage, Strategy
from bot.mind.tongue import in_language_of, in_tongue

FOLDER = Path(__file__).parents[2] / "personas"
CARDS = [
    read_card(card.parent.name, tomllib.loads(card.read_text(encoding="utf-8")), (card.parent / "prompt.md").read_text(encoding="utf-8"))
    for card in sorted(FOLDER.glob("*/persona.toml"))
]
NOW = datetime(2026, 3, 4, 20, tzinfo=UTC)

every_card = pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)


def case(card: Persona, text: str) -> Case:
    planned = plan(text, read(text), [], [], card, NOW, "UTC", beyond(text, card.knowledge))
    return Case(plan=in_tongue(planned, text, card), persona=card, text=text, speaker="Robin")


def test_six_are_shipped() -> None:
    assert {card.name for card in CARDS} == {"crake", "lin", "mika", "noor", "otto", "wren"}


@every_card
def test_lines_to_ask_how_it_went_may_be_sent(card: Persona) -> None:
    for line in card.follow_up:
        assert faults(line.replace("{event}", "your chemistry final")) == ()
    assert any("{event}" in line for line in card.follow_up)


@every_card
def test_lines_for_not_knowing_admit_it(card: Persona) -> None:
    asked = case(card, "do you remember my dog's name?")
    assert asked.plan.strategy == "admit"
    for line in in_language_of(asked.text, card.unsure):
        assert judge(line, asked).grave == ()


@every_card
def test_honest_lines_are_honest(card: Persona) -> None:
    asked = case(card, "are you a real human?")
    assert asked.plan.strategy == "be honest"
    for line in in_language_of(asked.text, card.honest):
        assert judge(line, asked).grave == ()


@every_card
def test_the_lines_for_trouble_and_greeting_may_be_said(card: Persona) -> None:
    for line in (card.trouble, card.greeting):
        assert judge(line, case(card, "the kettle is on")).grave == ()


def examples() -> list[tuple[Persona, Exchange]]:
    return [(card, example) for card in CARDS for example in card.voice]


@pytest.mark.parametrize(("card", "example"), examples(), ids=lambda value: value.name if isinstance(value, Persona) else value.user[:30])
def test_no_example_teaches_what_the_judge_refuses(card: Persona, example: Exchange) -> None:
    others = replace(card, voice=tuple(e for e in card.voice if e is not example))
    asked = case(others, example.user)
    knows = '"' in example.note
    asked = replace(asked, plan=replace(asked.plan, note=example.note or asked.plan.note, strategy="answer from memory" if knows else asked.plan.strategy))
    for sentence in sentences(example.reply):
        assert judge_sentence(sentence, asked).passes, sentence


def to_do(note: str) -> str:
    return note.partition("Do: ")[2]


@every_card
def test_examples_follow_notes_as_they_are_written_now(card: Persona) -> None:
    """A note that no plan writes any more teaches a small model nothing."""
    told = Memory(
        person="discord:1", audience="dm:discord:1", kind=Kind.WELLBEING, gist="They are allergic to cats.", quote="I'm allergic to cats", said_at=NOW, id=1
    )
    found = [Found(score=1.0, memory=told, dense=0.9)]
    texts = [e.user for e in card.voice] + ["what am i allergic to?", "look after her cats", "my dog died", "the kettle is on", "i won!", "should i quit?", "bye", "hi"]
    ways = (None, *(Approach(Stage.COMFORT, strategy, "why") for strategy in Strategy))
    plans = (plan(text, read(text), known, [], card, NOW, "UTC", beyond(text, card.knowledge), way) for text in texts for known in (found, []) for way in ways)
    written = {to_do(in_tongue(planned, "", card).note) for planned in plans} | {to_do(in_tongue(plan(text, read(text), [], [], card, NOW, "UTC"), text, card).note) for text in texts}
    knows = plan("what am i allergic to?", read("what am i allergic to?"), found, [], card, NOW, "UTC").note.split(". ")[1].split(":")[0]
    for example in card.voice:
        if example.note:
            assert to_do(example.note) in written
            assert '"' not in example.note or knows in example.note


@every_card
def test_the_stable_head_leaves_room_in_the_smallest_usual_context(card: Persona) -> None:
    assert sum(len(m.content) for m in prefix(card)) < 5_000
