"""A card's first words: for what the reply is to do, in the language of the message, and not the same ones again."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.mind.draft_faults import Case
from bot.mind.events import Kind, Memory
from bot.mind.first_words import beyond, first_words
from bot.mind.judge import judge
from bot.mind.persona import Openings
from bot.mind.plan import Plan
from bot.mind.recall import Found
from tests.fakes.personas import CARD

_CARD = replace(CARD, openings=Openings(comfort=("Ouch.", "Oh no.", "我在。"), disagree=("No.",), remind=("Hang on, {what}?", "{What}, really?")))
_ULCER = Memory(id=1, person="p", audience="dm:p", kind=Kind.WELLBEING, gist="", quote="I have a stomach ulcer", said_at=datetime(2026, 3, 6, tzinfo=UTC))


def case(strategy: str, text: str = "my cat died", note: str = "", replied: tuple[str, ...] = (), memory: Memory | None = None) -> Case:
    used = () if memory is None else (Found(score=1.0, memory=memory),)
    return Case(plan=Plan(strategy=strategy, note=note, reason="", used=used), persona=_CARD, text=text, replied=replied)


def begun(case: Case) -> set[str]:
    return {first_words(case, 5, attempt) for attempt in range(1, 5)}


def test_drafts_begin_differently_and_one_as_it_likes() -> None:
    assert begun(case("comfort")) == {"Ouch.", "Oh no.", ""}


def test_what_was_said_lately_is_left_out() -> None:
    assert begun(case("comfort", replied=("Ouch. That hurts.",))) == {"Oh no.", ""}
    assert begun(case("comfort", replied=("Ouch. That hurts.", *["Well."] * 8))) == {"Ouch.", "Oh no.", ""}


def test_in_their_language() -> None:
    assert begun(case("comfort", "我的猫今天早上死了")) == {"我在。", ""}


def test_it_disagrees_only_where_it_is_to() -> None:
    assert begun(case("opinion", note="Friday. Do: disagree, with a reason.")) == {"No.", ""}
    assert begun(case("opinion", note="Friday. Do: say honestly what you think.")) == begun(case("react")) == {""}


def test_what_speaks_against_it_is_named() -> None:
    assert begun(case("weave in", memory=_ULCER)) == {"Hang on, with your stomach ulcer?", "With your stomach ulcer, really?", ""}
    assert begun(case("weave in", memory=replace(_ULCER, kind=Kind.EXPERIENCE))) == begun(case("weave in")) == {""}


def test_an_opening_goes_with_what_follows_it() -> None:
    assert beyond("Hang on.", ["Hang on.", "The kettle?", "Again?"]) == ["Hang on. The kettle?", "Again?"]
    assert beyond("No, not that,", ["No, not that, I said.", "Go on."]) == ["No, not that, I said.", "Go on."]
    assert beyond("", ["Oh.", "Well."]) == ["Oh.", "Well."] and beyond("Oh.", ["Oh."]) == ["Oh."]


def test_an_opening_alone_is_no_opinion() -> None:
    assert "it says no more than its first words" in judge("No.", case("opinion")).reasons
    assert "it says no more than its first words" not in judge("Ouch.", case("comfort")).reasons
