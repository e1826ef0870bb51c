"""Answers over real sockets: shown as they are written, a thought at a time, and begun anew when the question changes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import pytest

from bot.edges.discord import Gateway
from bot.edges.discord.reply import Replies
from bot.flows.inbox import ReplyTo
from bot.flows.supervise import Supervisor
from tests.edges.discord.company import Echo, Settings, company
from tests.wire.lookalike import LookAlike

Serving = Callable[[Replies], AbstractAsyncContextManager[LookAlike]]


@pytest.fixture
def serving(echo: Echo) -> Serving:
    @asynccontextmanager
    async def serve(replies: Replies) -> AsyncIterator[LookAlike]:
        async with LookAlike() as discord, Supervisor() as supervisor:
            companion = company(supervisor, echo, Settings())
            gateway = Gateway(token=discord.token, api_base=discord.api_base, gateway_url=discord.gateway, replies=replies)
            running = asyncio.ensure_future(gateway.run(companion))
            await discord.until(lambda: discord.ready > 0)
            yield discord
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    return serve


async def test_streamed(serving: Serving, echo: Echo) -> None:
    async with serving("stream") as discord:
        ann = discord.world.add_user("ann")

        async def write(reply_to: ReplyTo) -> None:
            await reply_to.piece("Well, ")
            await discord.answers()
            await reply_to.piece("well, ")
            await discord.until(lambda: "Well, well," in discord.edits)

        echo.first, echo.shows, echo.answer = write, False, "Well, well, well."
        await discord.say(ann, f"<@{discord.world.bot.id}> hello", discord.world.lounge)
        await discord.until(lambda: discord.edits[-1:] == ["Well, well, well."])
        (answer,) = await discord.answers()
    assert answer.sent["content"] == "Well," and answer.sent["message_reference"] and answer.sent["allowed_mentions"]["parse"] == []


async def test_a_thought_at_a_time(serving: Serving, echo: Echo) -> None:
    thoughts = ["The whole flat? Even the drawer of doom? I am impressed.", "And a little suspicious, since you never clean anything."]
    async with serving("pieces") as discord:
        echo.answer = "\n\n".join(thoughts)
        await discord.say(discord.world.add_user("ann"), "I cleaned")
        assert [m.content for m in await discord.answers(2)] == thoughts


async def test_it_begins_anew_when_more_comes_or_something_goes(serving: Serving, echo: Echo) -> None:
    async with serving("whole") as discord:
        ann, release = discord.world.add_user("ann"), asyncio.Event()
        begun = 0

        async def hold(reply_to: ReplyTo) -> None:
            nonlocal begun
            begun += 1
            await discord.tell()
            await release.wait()

        async def has_begun(times: int) -> None:
            await discord.until(lambda: begun >= times)

        echo.first = hold
        one = await discord.say(ann, "one")
        await has_begun(1)
        two = await discord.say(ann, "two")
        await has_begun(2)
        await discord.revise(two, "three")
        await has_begun(3)
        await discord.revise(one, "")
        await has_begun(4)
        release.set()
        (answer,) = await discord.answers()
    assert answer.content == "you said: three"
    assert [[turn.text for turn in burst] for burst in echo.heard] == [["one"], ["one", "two"], ["one", "three"], ["three"]]
