"""Who else, where, until when, how often: in the words of the person, or not at all."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.mind.circumstances import both, circumstances, remade
from bot.mind.correction import corrected, merged
from bot.mind.events import Kind, Memory, Participant

BERLIN = "Europe/Berlin"
WEDNESDAY = datetime(2026, 3, 4, 20, 30, tzinfo=UTC)


def people(*found: Participant) -> list[str]:
    return [f"{p.name}/{p.role}" for p in found]


@pytest.mark.parametrize(("quote", "expected"), [
    ("my sister Ana moved to Lyon with Tom and Mia", ["Ana/sister", "Tom/", "Mia/"]),
    ("Tom, my brother, is visiting in June", ["Tom/brother"]),
    ("Anna is my cousin", ["Anna/cousin"]),
    ("I have a dog called Rex", ["Rex/dog"]),
    ("my best friend's wedding is in Porto", ["/friend"]),
    ("I'm seeing the dentist tomorrow", ["/dentist"]),
    ("my boss shouted at me, and my boss is always right", ["/boss"]),
    ("dinner with Lena, my flatmate Lena cooks", ["Lena/flatmate"]),
    ("meeting on Friday with May in May", []),
    ("I play chess on Mondays", []),
])
def test_who_else(quote: str, expected: list[str]) -> None:
    assert people(*circumstances(quote, WEDNESDAY, BERLIN).participants) == expected


@pytest.mark.parametrize(("quote", "expected"), [
    ("we are in New York from Monday to Thursday", "New York"),
    ("we met at the museum in Lisbon", "the museum in Lisbon"),
    ("we fly to Cape Town on the 3rd of July", "Cape Town"),
    ("i go to the gym twice a week", "the gym"),
    ("dinner at Luigi's with my boss", "Luigi's"),
    ("I'm stuck at work", "work"),
    ("he spent a week in hospital", "hospital"),
    ("exam in May, and I speak in English there", ""),
    ("I'm going to Anna's wedding", ""),
    ("I believe in God", ""),
])
def test_where(quote: str, expected: str) -> None:
    assert circumstances(quote, WEDNESDAY, BERLIN).place == expected


@pytest.mark.parametrize(("quote", "expected"), [
    ("we are in Rome from Monday to Thursday", "2026-03-12"),
    ("the fair is from the 3rd to the 10th of July", "2026-07-10"),
    ("I'll be in Spain from June to August", "2026-08-01"),
    ("my mum stays with us until Friday", "2026-03-06"),
    ("on leave till the 20th of march", "2026-03-20"),
    ("I lived in Bergen until May", "2025-05-01"),
    ("I worked there until 2019", "2019-01-01"),
    ("I waited until he came", ""),
    ("my exam is on Friday", ""),
])
def test_until_when(quote: str, expected: str) -> None:
    ends = circumstances(quote, WEDNESDAY, BERLIN).ends_at
    assert (ends.astimezone(ZoneInfo(BERLIN)).date().isoformat() if ends else "") == expected


@pytest.mark.parametrize(("quote", "expected"), [
    ("I swim every Tuesday  evening at the pool", "every tuesday evening"),
    ("training every other week", "every other week"),
    ("choir on Mondays and Thursdays", "mondays and thursdays"),
    ("physio three times a week", "three times a week"),
    ("I take it daily", "daily"),
    ("every time I see him I laugh", ""),
    ("it happened on Tuesday", ""),
])
def test_how_often(quote: str, expected: str) -> None:
    assert circumstances(quote, WEDNESDAY, BERLIN).recurs == expected


def test_what_a_model_names_must_stand_in_the_quote_as_such_words_do() -> None:
    quote = "Biscuit and I walked around the old mill after lunch"

    def read(who: str, place: str) -> tuple[list[str], str]:
        found = circumstances(quote, WEDNESDAY, BERLIN, hints=[who], place=place)
        return people(*found.participants), found.place

    assert read("Biscuit", "around the old mill") == (["Biscuit/"], "the old mill")
    assert read("Tom", "Paris") == ([], "")
    assert read("lunch", "after lunch") == ([], "")
    assert read("", "  ") == ([], "")


def test_two_mentions_together_name_everybody_once() -> None:
    ana, sister = Participant(name="Ana"), Participant(role="sister")
    assert both((ana,), (Participant(name="Ana", role="sister"), Participant(name="Tom"))) == (Participant(name="Ana", role="sister"), Participant(name="Tom"))
    assert both((sister,), (Participant(name="Ana", role="sister"),)) == (Participant(name="Ana", role="sister"),)
    assert both((), ()) == ()


def trip() -> Memory:
    quote = "we are in Rome with Tom from Monday to Thursday"
    read = circumstances(quote, WEDNESDAY, BERLIN)
    return Memory(
        person="p", audience="dm:p", kind=Kind.PLAN, gist="They are in Rome with Tom.", quote=quote, said_at=WEDNESDAY, happens_at=datetime(2026, 3, 8, 23, tzinfo=UTC),
        participants=read.participants, place=read.place, ends_at=read.ends_at,
    )


def test_it_is_over_on_its_last_day() -> None:
    assert trip().over_at == trip().ends_at
    assert replace(trip(), ends_at=None).over_at == trip().happens_at
    assert replace(trip(), ends_at=None, happens_at=None).over_at is None


def test_a_correction_says_it_all_anew() -> None:
    right = corrected(trip(), "They are in Turin with Mia every spring", WEDNESDAY, BERLIN)
    assert right is not None
    assert (people(*right.participants), right.place, right.recurs, right.ends_at) == (["Mia/"], "Turin", "every spring", trip().ends_at)


def test_of_two_made_one_nothing_is_lost() -> None:
    other = replace(trip(), quote="we swim on Mondays", participants=(Participant(name="Mia"),), place="", ends_at=None, recurs="mondays")
    whole = merged(other, trip())
    assert (people(*whole.participants), whole.place, whole.ends_at, whole.recurs) == (["Mia/", "Tom/"], "Rome", trip().ends_at, "mondays")


def test_with_the_words_goes_what_was_read_from_them() -> None:
    left = remade(trip(), ["we are away"])
    assert (left.quote, left.participants, left.place, left.ends_at) == ("we are away", (), "", None)
    assert remade(trip(), [trip().quote]).ends_at == trip().ends_at
