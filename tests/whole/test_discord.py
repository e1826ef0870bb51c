"""The whole companion in a simulated Discord, on a real model: it talks, is started again, and still knows."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
import simcord
from simcord.env import Env

from bot.config import load
from bot.edges.discord.client import Client
from bot.edges.discord.host import gather
from bot.edges.discord.messenger import DiscordMessenger
from bot.sdk import Companion
from bot.wiring import found_plugins, open_companion
from tests.plugins.answers import text

pytestmark = [pytest.mark.model, pytest.mark.timeout(300)]


@asynccontextmanager
async def running(home: Path, model: Path, embedder: Path) -> AsyncIterator[tuple[Companion, Env]]:
    """One run of the program: everything real but Discord itself."""
    environ = {"OLDFRIEND_MODEL__NAME": str(model), "OLDFRIEND_MODELS": str(embedder.parent), "OLDFRIEND_MODEL__CONTEXT_TOKENS": "2048"}
    opening = open_companion(
        load(None, environ, home), plugins=False, messenger=DiscordMessenger(), confirm=lambda entry: False,
        progress=lambda done, total, what: None, seed=1,
    )
    async with AsyncExitStack() as stack:
        companion = await stack.enter_async_context(opening)
        gathered = await gather(found_plugins(), companion)
        env = await stack.enter_async_context(simcord.run(Client(companion, gathered.cogs), settle_timeout=240))
        yield companion, env


@pytest.mark.parametrize("model", ["tiny_model", "tiny_moe_model"])
async def test_it_talks_and_remembers_over_a_restart(model: str, tmp_path: Path, bge_folder: Path, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(model)
    async with running(tmp_path, path, bge_folder) as (companion, env):
        ann = env.create_user("ann")
        person = f"discord:{ann.id}"
        await companion.permission.allow(person)
        await ann.send_dm("I'm Ann and I live in Lisbon")
        await companion.inbox.idle()
        await companion.supervisor.idle("remember")
        answer = ann.dm_channel.history()[-1]
        assert answer.author.id != ann.id and answer.content
        assert "lisbon" in text(await ann.slash("memory list"))

    async with running(tmp_path, path, bge_folder) as (companion, env):
        [memory] = await companion.recollect.memories(person, f"dm:{person}", "where do I live?")
        assert "Lisbon" in memory.quote
        assert not await companion.recollect.memories("discord:1", "dm:discord:1", "where do I live?")
        ann = env.create_user("ann")
        assert f"discord:{ann.id}" == person, "the simulator numbers people the same way each time"
        for n in range(50):
            env.create_user(f"other{n}")  # and messages, so that hers would be taken for the one it had before
        await ann.send_dm("where do I live?")
        await companion.inbox.idle()
        decision = (await companion.diary.recent(person, 1))[0]
        assert decision.memories == (memory.id,)
        assert "Lisbon" in ann.dm_channel.history()[-1].content
