"""The persona's own lines, filled in."""

import tomllib
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.flows.template_words import PLAIN, TemplateWords
from bot.flows.wardrobe import Wardrobe
from bot.mind.events import Kind, Memory, Place
from bot.mind.persona import Persona, read_card
from tests.fakes.proposal import proposed
from tests.fakes.store import FakeStore

NOW = datetime(2026, 3, 6, 18, 30, tzinfo=UTC)
FINAL = Memory(
    id=1, person="discord:1", audience="dm:discord:1", kind=Kind.PLAN, gist="Has a chemistry final on Friday at 10.",
    quote="my chemistry final is on Friday at 10", said_at=NOW,
)
PRIVATE = Place(conversation="discord:5", audience="dm:discord:1")
MIKA = Path(__file__).parents[2] / "personas" / "mika"
CARD = replace(
    read_card("mika", tomllib.loads((MIKA / "persona.toml").read_text()), (MIKA / "prompt.md").read_text()),
    follow_up=("{event} is over. How was it?",),
)


class OneCard:
    def __init__(self, card: Persona | None) -> None:
        self._card = card

    def get(self, name: str) -> Persona | None:
        return self._card

    def names(self) -> tuple[str, ...]:
        return ("mika",) if self._card else ()

    def faults(self) -> Mapping[str, str]:
        return {}


async def words(card: Persona | None, memory: Memory = FINAL) -> str:
    return await TemplateWords(Wardrobe(FakeStore().people, OneCard(card), "mika")).write(proposed(memory), memory, NOW, PRIVATE)


@pytest.mark.parametrize(("line", "text"), [
    ("So, {event}. How did it go?", "So, your chemistry final. How did it go?"),
    ("{event} is over. How was it?", "Your chemistry final is over. How was it?"),
    ("Well? {event}. How was it, in a word", "Well? Your chemistry final. How was it, in a word"),
    ("How did it go, then?", "How did it go, then?"),
])
async def test_a_line_is_filled(line: str, text: str) -> None:
    assert await words(replace(CARD, follow_up=(line,))) == text


async def test_an_event_without_a_name_needs_a_line_without_one() -> None:
    nameless = replace(FINAL, gist="Is nervous.", quote="I am so nervous")
    assert await words(CARD, nameless) == PLAIN
    assert await words(replace(CARD, follow_up=("So, {event}?", "And, how was it?")), nameless) == "And, how was it?"


async def test_a_line_that_must_not_be_sent_is_passed_over() -> None:
    assert await words(replace(CARD, follow_up=("{event}? How was it?", "I missed you. {event}?"))) == PLAIN


async def test_without_any_card_there_are_still_words() -> None:
    assert await words(None) == PLAIN


async def test_the_lines_of_a_card_are_all_used() -> None:
    card = replace(CARD, follow_up=("One {event}?", "Two {event}?"))
    assert len({await words(card, replace(FINAL, id=number)) for number in range(4)}) == 2


async def test_the_temper_of_a_card_colours_its_other_lines() -> None:
    def wishes(card: Persona | None) -> Awaitable[str]:
        return TemplateWords(Wardrobe(FakeStore().people, OneCard(card), "mika")).write(proposed(FINAL, "good_wishes"), replace(FINAL, happens_at=NOW), NOW, PRIVATE)

    warm, playful = await wishes(replace(CARD, teasing=0.1)), await wishes(replace(CARD, teasing=0.9))
    assert warm != playful and "chemistry final" in warm and "chemistry final" in playful
    assert await wishes(None) == warm
