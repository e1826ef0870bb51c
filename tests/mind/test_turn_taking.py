"""Who has the floor, and what a name in a message means."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.mind.calling import Call, calls
from bot.mind.turn_taking import ME, Dial, Heard, Leave, Take, whose_turn

NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)


def say(speaker: str, text: str, *to: str, ago: float = 0, machine: bool = False) -> Heard:
    """A message, so many minutes ago."""
    return Heard(speaker=speaker, name=speaker, text=text, at=NOW - timedelta(minutes=ago), to=to, by_machine=machine)


def turn(heard: Heard, *recent: Heard, dial: Dial = Dial.GUEST) -> Take | Leave:
    return whose_turn(heard, recent, ("Mika", "Oldfriend"), dial)


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("Mika, come here", Call.CALLED), ("what now, mika?", Call.CALLED), ("ok MIKA tell me", Call.CALLED), ("Mika's late", Call.SPOKEN_OF),
        ("I saw Mika", Call.SPOKEN_OF), ("did you call mika?", Call.SPOKEN_OF), ("let's ask Mika!", Call.INVITED), ("mikado", Call.NOT), ("", Call.NOT),
        ("hello Bob and Mika", Call.CALLED),
    ],
)  # fmt: skip
def test_what_a_message_does_with_a_name(text: str, call: Call) -> None:
    assert calls(text, ["Mika"]) is call


def test_names_in_scripts_without_spaces() -> None:
    assert calls("小米，你好吗", ["小米"]) is Call.CALLED


def test_other_bots_never_get_an_answer_whatever_they_do() -> None:
    assert turn(say("robot", "Mika, hello", ME, machine=True), dial=Dial.REGULAR) == Leave("another bot said it")


def test_who_was_answered_goes_on_unless_it_is_late_or_somebody_came_between() -> None:
    mine = say(ME, "And then?", "ann", ago=1)
    assert isinstance(turn(say("ann", "then it rained"), mine), Take)
    assert isinstance(turn(say("bob", "then it rained"), mine), Leave)
    assert isinstance(turn(say("ann", "then it rained"), mine, say("bob", "hi")), Leave)
    assert isinstance(turn(say("ann", "then it rained"), replace(mine, at=NOW - timedelta(minutes=5))), Leave)


def test_a_namesake_in_the_room_makes_the_name_theirs() -> None:
    assert isinstance(turn(say("ann", "Mika, are you coming?"), say("Mika", "hello all", ago=1)), Leave)


def test_a_regular_takes_no_more_than_its_share() -> None:
    talk = [say("bob", "hm", ago=3), say(ME, "Hm.", "bob", ago=2), say("ann", "tea?", ago=1), say(ME, "Tea.", "ann", ago=0.5)]
    verdict = turn(say("bob", "and coffee?"), *talk, dial=Dial.REGULAR)
    assert verdict == Leave("I have had my share of this talk", close=True)
    assert isinstance(turn(say("bob", "does anyone want coffee?"), *talk, dial=Dial.REGULAR), Take)


def test_a_regular_keeps_a_lonely_person_company() -> None:
    assert isinstance(turn(say("ann", "so quiet today"), dial=Dial.REGULAR), Take)
    assert isinstance(turn(say("ann", "so quiet today")), Leave)
