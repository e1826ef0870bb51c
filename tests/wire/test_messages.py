"""Messages over real sockets: what is heard, and how answers are sent."""

import asyncio
import logging
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from bot.errors import CannotReach, DeliveryError
from bot.flows.inbox import ReplyTo
from bot.mind.events import Unprompted
from bot.sdk import Companion
from tests.edges.discord.company import Echo
from tests.wire.in_process import connected, gateway
from tests.wire.lookalike import Fault, LookAlike
from tests.wire.world import Channel, Message


async def test_private_message_and_answer(discord: LookAlike, companion: Companion, echo: Echo) -> None:
    ann = discord.world.add_user("ann")

    async def typed(_: object) -> None:
        await discord.until(lambda: ("POST", f"/api/v10/channels/{discord.world.private(ann).id}/typing") in discord.requests)

    echo.first = typed
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, "hello")
        (answer,) = await discord.answers()
    assert answer.content == "you said: hello"
    assert answer.sent["allowed_mentions"]["parse"] == []
    ((turn,),) = echo.heard
    assert turn.speaker == "Ann"
    assert turn.audience == f"dm:discord:{ann.id}"


async def test_typing_that_is_refused_costs_no_answer(discord: LookAlike, companion: Companion, echo: Echo) -> None:
    refused = Fault("/typing", 403, {"code": 50013, "message": "Missing Permissions"})
    discord.faults.append(refused)

    async def typed(_: object) -> None:
        await discord.until(lambda: refused.times == 0)

    echo.first = typed
    async with connected(gateway(discord), companion, discord):
        await discord.say(discord.world.add_user("ann"), "hello")
        (answer,) = await discord.answers()
    assert answer.content == "you said: hello"


async def test_an_emoji_is_put_under_a_message(discord: LookAlike, companion: Companion, echo: Echo) -> None:
    seen: list[bool] = []

    async def nod(reply_to: ReplyTo) -> None:
        seen.append(await reply_to.nod("💛"))

    echo.first = nod
    refused = Fault("/@me", 403, {"code": 50013, "message": "Missing Permissions"}, times=0)
    discord.faults.append(refused)
    async with connected(gateway(discord), companion, discord):
        said = await discord.say(discord.world.add_user("ann"), f"<@{discord.world.bot.id}> thanks", discord.world.lounge)
        await discord.answers(1)
        refused.times = 1
        await discord.say(discord.world.add_user("ben"), f"<@{discord.world.bot.id}> thanks", discord.world.lounge)
        await discord.answers(2)
    assert discord.reactions == [(said, "💛")] and seen == [True, False]


async def test_mention_and_reply_in_a_server(discord: LookAlike, companion: Companion, echo: Echo) -> None:
    ann = discord.world.add_user("ann")
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, "hello all", discord.world.lounge)
        asked = await discord.say(ann, f"<@{discord.world.bot.id}> are you there?", discord.world.lounge)
        (answer,) = await discord.answers()
        await discord.say(ann, "good", discord.world.lounge, answers=answer)
        await discord.answers(2)
    assert answer.answers is asked
    assert [burst[0].text for burst in echo.heard] == ["are you there?", "good"]


async def test_a_server_that_is_not_there_is_not_taken_for_a_private_conversation(
    discord: LookAlike, companion: Companion, echo: Echo
) -> None:
    ann = discord.world.add_user("ann")
    elsewhere = Channel(discord.world.new_id(), "elsewhere", guild=discord.world.new_id())
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, f"<@{discord.world.bot.id}> hello", elsewhere)
        await discord.say(ann, "in private")
        await discord.answers()
    assert [burst[0].text for burst in echo.heard] == ["in private"]


async def test_a_server_error_is_tried_again(discord: LookAlike, companion: Companion) -> None:
    ann = discord.world.add_user("ann")
    discord.faults.append(Fault("/messages", 502, {"message": "oops"}))
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, "hello")
        (answer,) = await discord.answers()
    assert answer.content == "you said: hello"


async def test_a_missing_permission_is_told_to_whoever_runs_it(
    discord: LookAlike, companion: Companion, echo: Echo, caplog: pytest.LogCaptureFixture
) -> None:
    ann = discord.world.add_user("ann")
    discord.faults.append(Fault("/messages", 403, {"code": 50013, "message": "Missing Permissions"}))
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, f"<@{discord.world.bot.id}> hello", discord.world.lounge)
        await discord.until(lambda: discord.faults[0].times == 0)
        await discord.say(ann, "hello again")
        (answer,) = await discord.answers()
    assert answer.content == "you said: hello again"
    assert len(echo.refused) == 1
    assert "Send Messages" in caplog.text and str(discord.world.lounge.id) in caplog.text


async def test_only_where_discord_marks_it_is_a_place_for_adults(discord: LookAlike, companion: Companion, echo: Echo) -> None:
    ann, marked = discord.world.add_user("ann"), discord.world.add_channel("late", nsfw=True)
    async with connected(gateway(discord), companion, discord):
        for count, channel in enumerate((marked, discord.world.lounge, None), start=1):
            await discord.say(ann, f"<@{discord.world.bot.id}> hello", channel)
            await discord.answers(count)
    assert echo.adult == [True, False, False]


async def test_rate_limits_are_waited_out(discord: LookAlike, companion: Companion) -> None:
    ann = discord.world.add_user("ann")
    discord.faults.append(Fault("/messages", 429, {"message": "slow down", "retry_after": 0.01, "global": False}))
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, "hello")
        (answer,) = await discord.answers()
    assert answer.content == "you said: hello"


async def test_everybody_waits_at_a_global_limit(discord: LookAlike, companion: Companion) -> None:
    ann, ben = discord.world.add_user("ann"), discord.world.add_user("ben")
    discord.faults.append(Fault("/messages", 429, {"message": "slow down", "retry_after": 0.01, "global": True}))
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, "hello")
        await discord.say(ben, "hello")
        await discord.answers(2)


async def test_it_keeps_to_the_limits_that_it_is_told(discord: LookAlike, companion: Companion, echo: Echo) -> None:
    ann = discord.world.add_user("ann")
    discord.limit = (5, 0.05)
    echo.answer = "\n\n".join("x" * 1900 for _ in range(12))
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, "hello")
        await discord.answers(12)
    assert discord.too_fast == 0


async def test_unprompted_is_delivered_once(discord: LookAlike, companion: Companion) -> None:
    ann = discord.world.add_user("ann")
    nudge = Unprompted(person=f"discord:{ann.id}", conversation="", proposal=1, memory=1, nonce="nudge-1", reason="",
                       at=datetime(2026, 3, 2, tzinfo=UTC), text="How did it go?")
    connection = gateway(discord)
    with pytest.raises(DeliveryError):
        await connection.messenger.send(nudge)
    async with connected(connection, companion, discord):
        first = await connection.messenger.send(nudge)
        assert await connection.messenger.send(nudge) == first
        (sent,) = await discord.answers(1, discord.world.private(ann))
        discord.faults.append(Fault("/messages", 403, {"code": 50007, "message": "Cannot send messages to this user"}))
        with pytest.raises(CannotReach):
            await connection.messenger.send(nudge)
    assert sent.content == "How did it go?"
    with pytest.raises(DeliveryError):
        await connection.messenger.send(nudge)


async def test_a_stranger_cannot_be_reached(discord: LookAlike, companion: Companion) -> None:
    connection = gateway(discord)
    async with connected(connection, companion, discord):
        with pytest.raises(DeliveryError):
            await connection.messenger.send(
                Unprompted(person="discord:77", conversation="", proposal=1, memory=1, nonce="n", reason="",
                           at=datetime(2026, 3, 2, tzinfo=UTC), text="hi"))


async def test_neither_words_nor_token_are_logged(
    discord: LookAlike, companion: Companion, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ann = discord.world.add_user("ann")
    async with connected(gateway(discord), companion, discord):
        await discord.say(ann, "my secret is violet")
        await discord.answers()
    ours = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith("aiohttp"))
    assert "violet" not in ours
    assert discord.token not in ours


async def test_what_is_being_answered_still_arrives_when_it_is_told_to_stop(discord: LookAlike, companion: Companion, echo: Echo) -> None:
    ann, thinking, may_go_on = discord.world.add_user("ann"), asyncio.Event(), asyncio.Event()

    async def think(_: object) -> None:
        thinking.set()
        await may_go_on.wait()

    echo.first = think
    before, running = discord.ready, asyncio.ensure_future(gateway(discord).run(companion))
    await discord.until(lambda: discord.ready > before)
    await discord.say(ann, "hello")
    await thinking.wait()
    running.cancel()
    await asyncio.sleep(0)
    may_go_on.set()
    with suppress(asyncio.CancelledError):
        await running
    (answer,) = await discord.answers()
    assert answer.content == "you said: hello"


async def test_whoever_owns_the_bot_can_be_told(discord: LookAlike, companion: Companion) -> None:
    owner = discord.world.bot  # the look-alike's application belongs to its own account
    connection = gateway(discord)
    with pytest.raises(DeliveryError):
        await connection.messenger.tell_owner("nobody is connected")
    async with connected(connection, companion, discord):
        await connection.messenger.tell_owner("the disk is full")
        (told,) = [m for m in discord.world.messages if m.channel is discord.world.private(owner)]
    assert told.content == "the disk is full"


async def test_nobody_presses_the_button_of_somebody_else(discord: LookAlike, companion: Companion) -> None:
    """Whoever can send any id they like: the person in it has to be the one who presses."""
    ann, bob = discord.world.add_user("ann"), discord.world.add_user("bob")
    buttons = [{"type": 1, "components": [{"type": 2, "style": 4, "label": "Stop", "custom_id": f"reachout:stop:{ann.id}:1"}]}]
    async with connected(gateway(discord), companion, discord):
        message = discord.world.add_message(Message(discord.world.new_id(), discord.world.lounge, discord.world.bot, "Hi.", components=buttons))
        pressed = await discord.press(bob, message, "Stop")
        await discord.until(lambda: pressed.answer is not None)
    assert pressed.answer is not None and "belong to somebody else" in pressed.answer.content and pressed.ephemeral
