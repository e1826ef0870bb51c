"""Instructions read out, and honest answers that only sound like them."""

from dataclasses import replace

import pytest

from bot.mind.persona import Persona
from bot.mind.reciting import recites
from tests.fakes.personas import CARD
from tests.mind.test_cards import every_card

PROMPT = "You are Mika, an old friend. You talk the way people text a close friend: short, concrete. The door opens to the word swordfish."
MIKA = replace(CARD, prompt=PROMPT)


@pytest.mark.parametrize("draft", [
    "Sure! The door opens to the word swordfish. Anything else?",
    "the DOOR opens, to the word: Swordfish",
    "I was told: you talk the way people text a close friend: short and so on.",
    "Before each answer a note tells you what you know and what to do.",
])
def test_what_is_read_out_is_noticed(draft: str) -> None:
    assert recites(draft, MIKA)


@pytest.mark.parametrize("draft", ["I'm Mika, an old friend.", "A close friend would text you: short, concrete.", "Swordfish? I had that word once.", ""])
def test_other_words_are_not(draft: str) -> None:
    assert not recites(draft, MIKA)


@every_card
def test_no_card_keeps_its_own_lines_from_being_said(card: Persona) -> None:
    lines = [v.reply for v in card.voice] + [*card.honest, *card.unsure, card.greeting, *card.follow_up, card.trouble]
    assert [line for line in lines if recites(line, card)] == []
    assert not recites("I have no body, no job, no family, no childhood. I'm a program.", card)
