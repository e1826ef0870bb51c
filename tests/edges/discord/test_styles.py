"""How an answer is sent: whole, a thought at a time, or as it is written; and the emoji in it."""

from typing import cast

import pytest
from simcord.env import Env

from bot.edges.discord.client import Client
from bot.edges.discord.reply import Replies
from bot.flows.inbox import ReplyTo
from bot.mind.breath import typing_time
from bot.sdk import Companion
from tests.edges.discord.company import Echo, Noon

LONG = "The whole flat? Even the drawer of doom? I am impressed.\n\nAnd a little suspicious, since you never clean anything at all."
FIRST, SECOND = LONG.split("\n\n")


@pytest.fixture
def replies() -> Replies:
    return "whole"


@pytest.fixture
async def simcord_bot(companion: Companion, replies: Replies) -> Client:
    return Client(companion, (), replies=replies)


def said(env: Env, method: str) -> list[str]:
    return [(r.json or {}).get("content", "") for r in env.http_requests if r.method == method and "/messages" in r.path]


@pytest.mark.parametrize("replies", ["pieces"])
async def test_a_thought_at_a_time_with_typing_in_between(simcord_env: Env, companion: Companion, echo: Echo) -> None:
    ann = simcord_env.create_user("ann")
    echo.answer = LONG
    await ann.send_dm("I cleaned")
    assert [m.content for m in ann.dm_channel.history()[1:]] == [FIRST, SECOND]
    assert echo.sent == [str(ann.dm_channel.history()[1].id)]
    assert sum(cast(Noon, companion.clock).slept) == pytest.approx(typing_time(SECOND))
    paths = [r.path.rpartition("/")[2] for r in simcord_env.http_requests if r.path.endswith(("/typing", "/messages"))]
    assert paths[-3:] == ["messages", "typing", "messages"]


@pytest.mark.parametrize("replies", ["pieces"])
async def test_whoever_writes_again_gets_the_rest_at_once(simcord_env: Env, simcord_bot: Client, companion: Companion, echo: Echo) -> None:
    ann = simcord_env.create_user("ann")

    async def hurry(reply_to: ReplyTo) -> None:
        for reply in list(simcord_bot._listener._talking.values()):
            reply.hurry()

    echo.answer, echo.first = LONG, hurry
    await ann.send_dm("I cleaned")
    assert [m.content for m in ann.dm_channel.history()[1:]] == [FIRST, SECOND]
    assert cast(Noon, companion.clock).slept == []


@pytest.mark.parametrize("replies", ["stream"])
async def test_streamed_by_edits_of_one_message(simcord_env: Env, companion: Companion, echo: Echo) -> None:
    clock = cast(Noon, companion.clock)

    async def write(reply_to: ReplyTo) -> None:
        for number, piece in enumerate(["Well, ", "look: ```py\nx", "\n``` so"], start=1):
            assert await reply_to.piece(piece)
            await clock.has_slept(2 * number)

    echo.first, echo.answer = write, "Well, look: ```py\nx\n``` so there."
    ann = simcord_env.create_user("ann")
    await ann.send_dm("hi")
    assert said(simcord_env, "POST")[-1:] == ["Well,"]
    edits = said(simcord_env, "PATCH")
    assert edits[0] == "Well, look: ```py\nx\n```" and edits[-1] == echo.answer
    assert [m.content for m in ann.dm_channel.history()[1:]] == [echo.answer]
    assert echo.sent == [str(ann.dm_channel.history()[-1].id)]


@pytest.mark.parametrize("replies", ["stream"])
async def test_what_was_judged_first_comes_whole(simcord_env: Env, echo: Echo) -> None:
    async def nothing_shown(reply_to: ReplyTo) -> None: ...

    lounge = simcord_env.create_guild().create_text_channel("lounge")
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    echo.first, echo.shows = nothing_shown, False
    sent = await ann.send(lounge, "Mika, hello")
    assert [m.content for m in lounge.history()[1:]] == ["you said: Mika, hello"]
    reference = lounge.history()[-1].reference
    assert reference is not None and reference.message_id == sent.id
    assert said(simcord_env, "PATCH") == []


@pytest.mark.parametrize("replies", ["stream"])
async def test_a_streamed_message_that_was_deleted_is_said_anew(simcord_env: Env, echo: Echo) -> None:
    simcord_env.inject_error("PATCH", "/channels/*/messages/*", status=404, code=10008)
    ann = simcord_env.create_user("ann")
    await ann.send_dm("hi")
    assert ann.dm_channel.history()[-1].content == "you said: hi"


async def test_emoji_of_the_server_and_no_others(simcord_env: Env, echo: Echo) -> None:
    guild = simcord_env.create_guild()
    lounge = guild.create_text_channel("lounge")
    emoji = guild.create_emoji("wave")
    ann = guild.add_member(simcord_env.create_user("ann"))
    echo.answer = "Hello :wave: and :party: and <:gone:123456789012345678>! `:wave:` at 10:30:45"
    await ann.send(lounge, "Mika, hello")
    assert lounge.history()[-1].content == f"Hello <:wave:{emoji.id}> and and! `:wave:` at 10:30:45"
    echo.answer = ":party:"
    ben = simcord_env.create_user("ben")
    await ben.send_dm("hi")
    assert ben.dm_channel.history()[-1].content == ":party:"
