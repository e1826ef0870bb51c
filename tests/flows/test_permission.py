"""Who did not say yes is talked with like anybody else, and nothing of it stays."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.errors import CannotReach, OldfriendError
from bot.flows.supervise import Supervisor
from bot.mind.events import Turn, private_audience
from bot.mind.permission import QUESTION
from tests.fakes.store import FakeStore
from tests.flows.household import ADA, BEN, SERVER, Household, noted


@pytest.fixture
async def home() -> AsyncIterator[Household]:
    async with Supervisor() as supervisor:
        home = Household(supervisor, FakeStore(asks_first=True))
        home.notes = noted("I live in Oslo")
        yield home


def _is_empty(home: Household, person: str) -> bool:
    shelf = home.store.shelf
    people = [t.person for t in shelf.turns.values()] + [m.person for m in shelf.memories.values()] + [d.person for d in shelf.decisions.values()]
    people += [p.person for p in shelf.proposals.values()] + list(shelf.consents)
    return person not in people and all(scope != person or key == "consent" for scope, key in shelf.settings)


async def test_a_stranger_is_answered_then_asked_and_nothing_is_kept(home: Household) -> None:
    await home.hear("I live in Oslo, and I am sad that my cat died.")
    assert home.channel.said == ["Well, well.", QUESTION]
    assert _is_empty(home, ADA)


async def test_they_are_asked_once_a_day_and_three_times_at_most(home: Household) -> None:
    for _ in range(3):
        await home.hear("hello there")
    assert home.channel.said.count(QUESTION) == 1
    for _ in range(9):
        await home.clock.advance(timedelta(days=1))
        await home.hear("hello there")
    assert home.channel.said.count(QUESTION) == 3


async def test_the_talk_goes_on_from_what_was_said_before(home: Household) -> None:
    await home.hear("I live in Oslo")
    await home.hear("and what do you think of it?")
    last = [r for r in home.model.asked if r.schema is None][-1]
    assert any("I live in Oslo" in m.content for m in last.messages)


async def test_a_yes_remembers_this_talk_and_asks_no_more(home: Household) -> None:
    await home.hear("I live in Oslo")
    await home.permission.allow(ADA)
    await home.supervisor.idle()
    assert [m.quote for m in await home.memories()] == ["I live in Oslo"]
    await home.hear("hello again")
    assert home.channel.said.count(QUESTION) == 1
    assert (await home.store.diary.recent(ADA))[0].act == "reply"


async def test_a_no_deletes_what_was_known_and_asks_no_more(home: Household) -> None:
    await home.permission.allow(ADA)
    await home.hear("I live in Oslo")
    assert await home.permission.at_stake(ADA) == 1
    receipt = await home.permission.refuse(ADA)
    assert receipt.memories == 1
    await home.clock.advance(timedelta(days=2))
    await home.hear("I live in Oslo, and I have an exam tomorrow")
    assert _is_empty(home, ADA)
    assert home.store.shelf.settings[ADA, "consent"] == "no"
    assert QUESTION not in home.channel.said


async def test_each_person_of_a_server_for_themselves(home: Household) -> None:
    await home.permission.allow(BEN)
    await home.hear("I live in Oslo", ADA, SERVER, "room")
    await home.hear("I live in Oslo", BEN, SERVER, "room")
    assert await home.memories(ADA) == []
    assert len(await home.memories(BEN)) == 1
    assert _is_empty(home, ADA)


async def test_in_danger_they_are_helped_and_not_asked(home: Household) -> None:
    answer = await home.hear("I want to kill myself")
    assert answer and QUESTION not in home.channel.said
    assert _is_empty(home, ADA)


async def test_what_needs_a_memory_says_that_it_may_not(home: Household) -> None:
    with pytest.raises(OldfriendError, match="/privacy"):
        await home.reach_out.opt_in(ADA, True)
    with pytest.raises(OldfriendError, match="/privacy"):
        await home.reach_out.set_timezone(ADA, "Europe/Oslo")
    said = Turn(
        person=ADA, speaker="Ada", text="I live in Oslo", said_at=home.clock.now(), audience=private_audience(ADA), conversation="c", message_id="1")
    with pytest.raises(OldfriendError, match="/privacy"):
        await home.keep.remember(said)
    await home.reach_out.opt_in(ADA, False)
    assert _is_empty(home, ADA)


async def test_a_question_that_does_not_arrive_is_no_harm(home: Household) -> None:
    async def closed(question: str, about: str) -> None:
        raise CannotReach("closed")

    home.channel.ask = closed  # type: ignore[method-assign]  # only the question fails
    assert await home.hear("hello there") == "Well, well."


async def test_who_owns_the_computer_is_taken_to_say_yes(home: Household) -> None:
    assert await home.permission.presume("console:ann") is True
    assert await home.permission.presume("console:ann") is False
    await home.permission.refuse("console:ann")
    assert await home.permission.presume("console:ann") is False
    assert await home.permission.word("console:ann") == "no"
