"""The question whether to remember somebody, over real sockets: real flows and store, a model that says one thing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.edges.discord import Gateway
from bot.edges.plugins import discover
from bot.edges.store import Store, open_store
from bot.flows.supervise import Supervisor
from bot.mind.permission import QUESTION
from tests.fakes.clock import VirtualClock
from tests.flows.household import Household, noted
from tests.plugins.company import company
from tests.wire.lookalike import LookAlike
from tests.wire.test_commands import PLUGINS
from tests.wire.world import Message, User, moment


@dataclass
class House:
    """A Discord with the companion in it, and what it keeps."""

    discord: LookAlike
    store: Store
    home: Household

    async def question(self, user: User, count: int) -> Message:
        """They say something and are asked; ``count``: messages of the bot by then."""
        asked = (await self.discord.answers(count))[-1]
        assert asked.content == QUESTION
        return asked

    async def kept(self, user: User) -> dict[str, object]:
        return {name: rows for name, rows in (await self.store.archives.everything(f"discord:{user.id}")).items() if rows}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(LookAlike())
        supervisor = await stack.enter_async_context(Supervisor())
        store = await stack.enter_async_context(open_store(tmp_path / "a.db", clock=VirtualClock(), asks_first=True))
        either: Any = store  # they know it as the fake, which has a shelf to look at
        home = Household(supervisor, either)
        home.clock.set(moment(discord.world.new_id()))
        home.notes = noted("I live in Oslo")
        gateway = Gateway(token=discord.token, api_base=discord.api_base, gateway_url=discord.gateway, plugins=discover(PLUGINS)[0])
        companion = company(supervisor, either, home.clock, inbox=home.inbox, permission=home.permission)
        running = asyncio.ensure_future(gateway.run(companion))
        await discord.until(lambda: discord.ready > 0)
        yield House(discord, store, home)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_in_private_a_yes_keeps_the_talk(house: House) -> None:
    ann = house.discord.world.add_user("ann")
    await house.discord.say(ann, "I live in Oslo")
    asked = await house.question(ann, 2)
    assert await house.kept(ann) == {}
    pressed = await house.discord.press(ann, asked, "Yes, remember")
    await house.discord.until(lambda: asked.components == [])
    assert pressed.callbacks == [6] and "from this talk on" in asked.content
    await house.home.supervisor.idle()
    assert [m.quote for m in await house.store.memories.browse(f"discord:{ann.id}")] == ["I live in Oslo"]


async def test_in_a_server_only_the_asked_one_decides_and_the_question_goes(house: House) -> None:
    world = house.discord.world
    ann, ben = world.add_user("ann"), world.add_user("ben")
    said = await house.discord.say(ann, f"<@{world.bot.id}> I live in Oslo", world.lounge)
    asked = await house.question(ann, 2)
    assert asked.answers is said
    foreign = await house.discord.press(ben, asked, "Yes, remember")
    assert foreign.ephemeral and foreign.answer is not None and "somebody else" in foreign.answer.content
    assert await house.kept(ann) == {}
    own = await house.discord.press(ann, asked, "No, do not")
    await house.discord.until(lambda: asked not in world.messages)
    assert own.ephemeral and own.answer is not None and "I keep nothing" in own.answer.content
    await house.discord.say(ann, f"<@{world.bot.id}> I live in Oslo", world.lounge)
    answers = await house.discord.answers(2, world.lounge)
    assert QUESTION not in [m.content for m in answers[1:]]
    assert await house.kept(ann) == {"settings": {"consent": "no"}}
    assert await house.kept(ben) == {}


async def test_a_no_to_what_is_known_is_asked_twice(house: House) -> None:
    ann = house.discord.world.add_user("ann")
    await house.home.permission.allow(f"discord:{ann.id}")
    await house.discord.say(ann, "I live in Oslo")
    await house.discord.answers(1)
    await house.home.supervisor.idle()
    privacy = await house.discord.ask(ann, "privacy", house.discord.world.lounge)
    panel = privacy.answer
    assert panel is not None
    first = await house.discord.press(ann, panel, "No, do not")
    assert first.callbacks == [6]
    await house.discord.until(lambda: "1 memory" in panel.content)
    assert len(await house.store.memories.browse(f"discord:{ann.id}")) == 1
    await house.discord.press(ann, panel, "Delete all of it")
    await house.discord.until(lambda: "I keep nothing" in panel.content)
    assert await house.kept(ann) == {"settings": {"consent": "no"}}
