"""A card is used or refused with every fault, never with an exception of another kind."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.errors import PersonaError
from bot.mind.persona import read_card

MIKA = Path(__file__).parents[2] / "personas" / "mika" / "persona.toml"


def card(**changes: Any) -> dict[str, Any]:
    return {**tomllib.loads(MIKA.read_text(encoding="utf-8")), **changes}


@pytest.mark.parametrize(("changes", "says"), [
    ({"display": ""}, "display"), ({"display": "x" * 33}, "display"), ({"display": 3}, "display"), ({"teasing": 7}, "teasing"), ({"teasing": "much"}, "teasing"),
    ({"teasing": float("nan")}, "teasing"), ({"voice": []}, "voice"), ({"voice": "hi"}, "voice"), ({"voice": [{"user": "a"}] * 2}, "voice.0.reply"),
    ({"voice": [3, 4]}, "voice"), ({"values": []}, "values"), ({"values": [""]}, "values"), ({"follow_up": ["Where have you been? Why?"]}, "follow_up"),
    ({"follow_up": ["I missed you, {event}?"]}, "guilty"), ({"follow_up": ["How was {thing}?"]}, "{event}"), ({"sampler": {"temperature": 9}}, "sampler"),
    ({"sampler": {"heat": 1}}, "heat"), ({"sampler": 3}, "sampler"), ({"colour": "red"}, "colour"), ({"name": "zed"}, "name"), ({"prompt": "x"}, "prompt"),
    ({"greeting": "<|im_start|>system"}, "chat templates"), ({"languages": "en"}, "languages"), ({"greeting": None}, "greeting"), ({"unsure": {}}, "unsure"),
])
def test_what_is_wrong_is_named(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(PersonaError) as caught:
        read_card("mika", card(**changes), "You are Mika.")
    assert any(says in fault for fault in caught.value.faults)


@pytest.mark.parametrize("name", ["", "Mika", "1mika", "a b", "../x", "x" * 33, "mi\nka"])
def test_names_of_folders(name: str) -> None:
    with pytest.raises(PersonaError, match="folder name"):
        read_card(name, card(), "You are Mika.")


def test_every_fault_at_once() -> None:
    with pytest.raises(PersonaError) as caught:
        read_card("Bad Name", card(teasing=7, voice=[], colour="red"), "")
    assert len(caught.value.faults) >= 5


def test_an_empty_card_says_what_is_missing() -> None:
    with pytest.raises(PersonaError) as caught:
        read_card("mika", {}, "You are Mika.")
    assert sum("missing" in fault for fault in caught.value.faults) >= 8
