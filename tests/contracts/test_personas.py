"""What every port ``Personas`` promises: the folder, and the one in memory."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.edges.persona_files import PersonaFiles
from bot.ports import Personas
from tests.fakes.personas import FakePersonas

SHIPPED = Path(__file__).parents[2] / "personas"

Shelf = tuple[Personas, Callable[[str], None], Callable[[str], None]]
"""The port with the cards ``mika`` and ``noor``; how to spoil a card, and how to take it away."""


@pytest.fixture(params=["fake", "files"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    if request.param == "fake":
        fake = FakePersonas("mika", "noor")
        return fake, lambda name: fake.bad.update({name: "broken"}), fake.cards.__delitem__
    for name in ("mika", "noor"):
        (tmp_path / name).mkdir()
        for file in ("persona.toml", "prompt.md"):
            (tmp_path / name / file).write_bytes((SHIPPED / name / file).read_bytes())
    return PersonaFiles(tmp_path), lambda name: _spoil(tmp_path / name), lambda name: (tmp_path / name / "persona.toml").unlink()


def _spoil(home: Path) -> None:
    (home / "persona.toml").write_text("display = ")


def test_cards_are_found_by_name(shelf: Shelf) -> None:
    personas, _, _ = shelf
    assert personas.names() == ("mika", "noor")
    card = personas.get("noor")
    assert card is not None and (card.name, card.display) == ("noor", "Noor")
    assert personas.get("nobody") is None and personas.get("") is None
    assert dict(personas.faults()) == {}


def test_a_faulty_card_is_none_and_named_with_its_fault(shelf: Shelf) -> None:
    personas, spoil, _ = shelf
    assert personas.get("noor") is not None
    spoil("noor")
    assert personas.get("noor") is None
    assert personas.names() == ("mika",)
    assert list(personas.faults()) == ["noor"] and personas.faults()["noor"]


def test_a_card_that_is_taken_away_is_no_fault(shelf: Shelf) -> None:
    personas, _, remove = shelf
    remove("noor")
    assert personas.get("noor") is None and personas.names() == ("mika",) and dict(personas.faults()) == {}
