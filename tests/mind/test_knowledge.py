"""Where a persona's knowledge ends, and which of its notes fit."""

import pytest

from bot.mind.eras import later_than
from bot.mind.knowledge import Nearness, beyond, declines, fitting, read_notes
from bot.mind.persona import Knowledge, LoreNote
from tests.fakes.personas import CARD

COOK = Knowledge(era=1890, knows=("stews and broth",), cannot_know=("law and taxes",))


@pytest.mark.parametrize("text", ["How fast does an aeroplane fly?", "I watched TV all night", "what happened in 1969?", "my laptop broke", "Did the Titanic sink?"])
def test_an_era_ends_where_it_ends(text: str) -> None:
    found = beyond(text, COOK)
    assert found is not None and found.why == "later" and found.thing.lower() in text.lower()


@pytest.mark.parametrize("text", ["How long does salt pork soak?", "what happened in 1805?", "I walked home in the rain", "is the captain well?"])
def test_what_the_era_had_is_no_border(text: str) -> None:
    assert beyond(text, COOK) is None


def test_a_later_era_knows_more() -> None:
    assert later_than("the television is on", 1890) == "television" and later_than("the television is on", 1950) == ""
    assert later_than("honey out of the hives", 1890) == "" and later_than("two taxes, three apps", 1950) == "apps"


@pytest.mark.parametrize("text", ["What's the weather like today?", "who won the match last night", "how is bitcoin doing right now?", "is the bakery open on sunday?"])
def test_nobody_without_a_window_knows_today(text: str) -> None:
    found = beyond(text, Knowledge())
    assert found is not None and found.why == "live"


@pytest.mark.parametrize("text", ["The weather was awful today", "My team won last night!", "what is weather?"])
def test_telling_of_today_is_not_asking(text: str) -> None:
    assert beyond(text, Knowledge()) is None


def test_a_field_is_beyond_where_it_is_nearer_than_what_is_known() -> None:
    asked = "How do I dispute a contract?"
    assert beyond(asked, COOK, Nearness((0.5,), (0.7,))) is not None
    assert beyond(asked, COOK, Nearness((0.7,), (0.5,))) is None
    assert beyond("I signed a contract.", COOK, Nearness((0.5,), (0.7,))) is None, "telling is not asking"
    assert beyond("Are you good at contracts?", COOK, Nearness((0.5,), (0.7,))) is None, "about the persona itself"


def test_the_edge_is_moved_by_the_card() -> None:
    strict = Knowledge(knows=("a thing",), cannot_know=("another",), edge=0.1)
    assert beyond("what is it?", strict, Nearness((0.5,), (0.55,))) is None


@pytest.mark.parametrize(("reply", "does"), [
    ("Never heard of it.", True), ("A what? Does it float?", True), ("I don't know, I have no window.", True), ("That's beyond me.", True),
    ("它是什么？我不知道。", True), ("Planes fly at 900 km/h.", False), ("Sure!", False), ("I don't know, but " + "planes fly and " * 20, False),
    ("I don't know planes, but I can tell you that they fly at 900 km/h.", False), ("I don't know planes, but you could ask a pilot.", True),
])
def test_what_counts_as_declining(reply: str, does: bool) -> None:
    assert declines(reply, CARD) is does


def test_notes_are_read_with_their_keys() -> None:
    notes = read_notes("# Duff (keys: pudding, duff)\nFlour and\nsuet.\n\nBoiled for hours.\n\n## Plain\nNo keys here.\n\n\n")
    assert notes == (LoreNote("Flour and suet.", ("pudding", "duff")), LoreNote("Boiled for hours.", ("pudding", "duff")), LoreNote("No keys here."))


def test_long_paragraphs_are_cut_at_sentences() -> None:
    notes = read_notes(" ".join(f"This is sentence number {i} of many." for i in range(100)))
    assert len(notes) > 3 and all(len(note.text) <= 600 and note.text.endswith(".") for note in notes)
    assert all(len(note.text) <= 600 for note in read_notes("x" * 5000))


def test_only_what_fits_is_told() -> None:
    notes = (LoreNote("Plum duff is flour and suet.", ("pudding",)), LoreNote("The pole star stands over north."))
    assert fitting("a pudding for sunday", notes, (0.4, 0.4)) == ("Plum duff is flour and suet.",)
    assert fitting("which star is over north", notes, (0.4, 0.7)) == ("The pole star stands over north.",)
    assert fitting("how was your day", notes, (0.5, 0.55)) == ()
    assert fitting("which star is it", notes, ()) == (), "without vectors only keys call a note up"


def test_without_vectors_only_words_decide() -> None:
    generous = Knowledge(knows=("broth and stews",), cannot_know=("law and taxes",), edge=-0.1)
    assert beyond("Good idea, right?", generous) is None
    assert beyond("is a contract binding?", generous) is not None
