"""What is kept of a channel, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.flows.floor import Floor, Room
from bot.flows.wardrobe import Wardrobe
from bot.mind.turn_taking import ME, Heard, Leave, Take
from tests.fakes.personas import FakePersonas
from tests.fakes.store import FakeStore

NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)
ROOM = Room(conversation="discord:7", audience="server:1", channels=(7, 3), my_name="Oldfriend")


def say(speaker: str, text: str, *, ago: float = 0) -> Heard:
    return Heard(speaker=speaker, name=speaker.title(), text=text, at=NOW - timedelta(minutes=ago))


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def floor(store: FakeStore) -> Floor:
    return Floor(store.people, Wardrobe(store.people, FakePersonas("mika"), "mika"), store.diary)


async def test_the_worn_persona_and_the_account_are_both_its_names(floor: Floor) -> None:
    assert isinstance(await floor.hear(say("ann", "Mika, hi"), ROOM), Take)
    assert isinstance(await floor.hear(say("ann", "oldfriend: hi"), ROOM), Take)


async def test_a_thread_follows_its_channel_and_that_the_server(floor: Floor, store: FakeStore) -> None:
    lonely = say("ann", "so quiet today")
    assert isinstance(await floor.hear(lonely, ROOM), Leave)
    await store.people.set_setting("server:1", "dial", "regular")
    assert isinstance(await floor.hear(lonely, ROOM), Take)
    await store.people.set_setting("server:1", "channel:3", "guest")
    assert isinstance(await floor.hear(lonely, ROOM), Leave)
    await store.people.set_setting("server:1", "channel:7", "on")
    assert isinstance(await floor.hear(lonely, ROOM), Take)


async def test_where_only_some_channels_were_given_even_a_mention_elsewhere_is_left(floor: Floor, store: FakeStore) -> None:
    call = Heard(speaker="ann", name="Ann", text="hi", at=NOW, to=(ME,))
    await store.people.set_setting("server:1", "listed", "on")
    assert isinstance(await floor.hear(call, ROOM), Leave)
    await store.people.set_setting("server:1", "channel:3", "lurker")
    assert isinstance(await floor.hear(call, ROOM), Take)


async def test_in_the_quiet_hours_of_a_server_only_who_calls_is_answered(floor: Floor, store: FakeStore) -> None:
    await store.people.set_setting("server:1", "quiet", "17:00 19:00 UTC")
    assert isinstance(await floor.hear(say("ann", "Mika, hi"), ROOM), Leave)
    assert isinstance(await floor.hear(Heard(speaker="ann", name="Ann", text="hi", at=NOW, to=(ME,)), ROOM), Take)


async def test_overheard_is_what_others_said_lately_in_that_channel(floor: Floor) -> None:
    for said in (say("bob", "too long ago", ago=30), say("bob", "now " + "x" * 500, ago=1), say("ann", "mine", ago=1), say(ME, "and mine", ago=1)):
        floor.note(said, "discord:7")
    floor.note(say("bob", "elsewhere"), "discord:8")
    (line,) = floor.overheard(say("ann", "Mika?"), "discord:7")
    assert line.startswith("Bob: now xxx") and len(line) < 300


async def test_only_near_misses_are_written_down_and_no_words_of_them(floor: Floor, store: FakeStore) -> None:
    await floor.hear(say("ann", "I like Mika"), ROOM)
    await floor.hear(say("ann", "a secret of mine"), ROOM)
    (kept,) = await store.diary.recent("ann", 10)
    assert (kept.act, kept.reason, kept.turn) == ("silent", "they spoke of me, not to me", 0)
    assert "Mika" not in repr(kept)


async def test_what_was_said_long_ago_is_gone_everywhere(floor: Floor) -> None:
    for minutes, where in ((40, "discord:8"), (30, "discord:7"), (5, "discord:7")):
        floor.note(say("bob", f"{minutes} minutes", ago=minutes), where)
    assert [(where, [said.text for said in heard]) for where, heard in floor._said.items()] == [("discord:7", ["5 minutes"])]


async def test_many_channels_do_not_pile_up(floor: Floor) -> None:
    for number in range(3000):
        floor.note(say("bob", "hi"), f"discord:{number}")
    assert len(floor._said) == 2000
