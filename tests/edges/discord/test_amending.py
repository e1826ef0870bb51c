"""Messages that are edited or deleted, from Discord down to the memories: the real flows over the fake store."""

from collections.abc import AsyncIterator

import pytest
from simcord.env import Env

from bot.edges.discord.client import Client
from bot.flows.supervise import Supervisor
from tests.fakes.store import FakeStore
from tests.flows.household import NOTHING, Household
from tests.plugins.company import company


@pytest.fixture
async def home(supervisor: Supervisor) -> AsyncIterator[Household]:
    home = Household(supervisor, FakeStore())
    home.notes = NOTHING
    yield home


@pytest.fixture
async def simcord_bot(home: Household) -> Client:
    return Client(company(home.supervisor, home.store, home.clock, inbox=home.inbox, forget=home.forget), ())


async def _quotes(home: Household, person: int) -> list[str]:
    await home.supervisor.idle()
    return sorted(m.quote for m in await home.memories(f"discord:{person}"))


async def test_an_edit_that_changes_the_fact(simcord_env: Env, home: Household) -> None:
    ann = simcord_env.create_user("ann")
    sent = await ann.send_dm("i live in Bergen")
    assert await _quotes(home, ann.id) == ["i live in Bergen"]
    await ann.edit(sent, "i live in Oslo")
    assert await _quotes(home, ann.id) == ["i live in Oslo"]
    assert not any("Bergen" in t.text for t in home.store.shelf.turns.values())


async def test_an_edit_of_an_old_message_whose_memory_was_replaced(simcord_env: Env, home: Household) -> None:
    ann = simcord_env.create_user("ann")
    sent = await ann.send_dm("i live in Bergen")
    await home.supervisor.idle()
    await simcord_env.advance_time(60)
    await ann.send_dm("i moved to Oslo")
    assert await _quotes(home, ann.id) == ["i moved to Oslo"]
    await ann.edit(sent, "i live in Trondheim")
    assert await _quotes(home, ann.id) == ["i moved to Oslo"]
    assert {m.quote for m in home.store.shelf.memories.values()} == {"i moved to Oslo", "i live in Trondheim"}


async def test_a_deletion_takes_back_what_was_said(simcord_env: Env, home: Household) -> None:
    ann = simcord_env.create_user("ann")
    await ann.send_dm("i live in Bergen")
    await home.supervisor.idle()
    sent = await ann.send_dm("i moved to Oslo")
    assert await _quotes(home, ann.id) == ["i moved to Oslo"]
    await ann.delete(sent)
    assert await _quotes(home, ann.id) == ["i live in Bergen"]
    assert not any("Oslo" in t.text for t in home.store.shelf.turns.values())


async def test_what_was_never_heard_is_passed_over(simcord_env: Env, home: Household) -> None:
    lounge = simcord_env.create_guild().create_text_channel("lounge")
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    sent = await ann.send(lounge, "not for you")
    await ann.edit(sent, "i live in Bergen")
    await ann.delete(sent)
    assert await _quotes(home, ann.id) == []
    assert home.store.shelf.turns == {}
