"""How answers and unprompted messages reach people, and what happens when they cannot."""

from datetime import UTC, datetime
from typing import cast

import pytest
from simcord.env import Env

from bot.edges.discord.messenger import DiscordMessenger
from bot.errors import CannotReach, DeliveryError, TooFast
from bot.flows.inbox import ReplyTo
from bot.mind.events import Unprompted
from bot.mind.waiting import place_in_line
from bot.sdk import Companion
from tests.edges.discord.company import Echo, Noon, bodies


async def test_a_long_answer_is_split_and_code_stays_code(simcord_env: Env, echo: Echo) -> None:
    ann = simcord_env.create_user("ann")
    echo.answer = "Look:\n```python\n" + "value = 1\n" * 500 + "```"
    await ann.send_dm("show me")
    answers = ann.dm_channel.history()[1:]
    assert len(answers) > 2
    assert all(len(a.content) <= 2000 and a.content.count("```") == 2 for a in answers)
    assert echo.sent == [str(answers[0].id)]


async def test_only_the_first_piece_is_a_reply(simcord_env: Env, echo: Echo) -> None:
    lounge = simcord_env.create_guild().create_text_channel("lounge")
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    echo.answer = "word " * 900
    assert simcord_env.bot.user is not None
    await ann.send(lounge, simcord_env.bot.user.mention)
    first, *others = lounge.history()[1:]
    assert first.reference is not None
    assert others
    assert all(other.reference is None for other in others)


@pytest.mark.parametrize("code", [10008, 50035, 160002])
async def test_a_deleted_message_is_answered_without_reference(simcord_env: Env, echo: Echo, code: int) -> None:
    lounge = simcord_env.create_guild().create_text_channel("lounge")
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    simcord_env.inject_error("POST", "/channels/*/messages", status=400, code=code)
    assert simcord_env.bot.user is not None
    await ann.send(lounge, f"{simcord_env.bot.user.mention} hi")
    assert lounge.last_message is not None
    assert lounge.last_message.content == "you said: hi"
    assert lounge.last_message.reference is None


async def test_closed_direct_messages_are_silent(simcord_env: Env, echo: Echo) -> None:
    ann = simcord_env.create_user("ann")
    simcord_env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await ann.send_dm("hi")
    assert [type(fault) for fault in echo.refused] == [CannotReach]


async def test_a_missing_permission_is_said_in_the_log(
    simcord_env: Env, echo: Echo, caplog: pytest.LogCaptureFixture
) -> None:
    ann = simcord_env.create_user("ann")
    simcord_env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    await ann.send_dm("hi")
    assert [type(fault) for fault in echo.refused] == [DeliveryError]
    assert "give me 'Send Messages'" in caplog.text


async def test_what_is_said_at_once_is_not_typed_first(simcord_env: Env, echo: Echo) -> None:
    await simcord_env.create_user("ann").send_dm("hi")
    assert len(echo.sent) == 1 and not any(request.path.endswith("/typing") for request in simcord_env.http_requests)


def _sent(env: Env, method: str) -> list[str]:
    """Messages that we asked Discord to take, change or delete."""
    return [(request.json or {}).get("content", "") for request in env.http_requests if request.method == method and "/messages" in request.path]


@pytest.mark.parametrize("in_server", [True, False])
async def test_who_waits_for_long_is_told_their_place_until_the_answer_is_there(
    simcord_env: Env, companion: Companion, echo: Echo, in_server: bool
) -> None:
    clock = cast(Noon, companion.clock)

    async def wait_in_line(reply_to: ReplyTo) -> None:
        for ahead in (2, 1, 0):
            reply_to.waiting(ahead)
            await clock.has_slept(len(clock.slept) + 2)

    echo.first = wait_in_line
    ann = simcord_env.create_user("ann")
    if in_server:
        lounge = simcord_env.create_guild().create_text_channel("lounge")
        assert simcord_env.bot.user is not None
        await simcord_env.guild.add_member(ann).send(lounge, f"{simcord_env.bot.user.mention} hi")
    else:
        await ann.send_dm("hi")
    assert _sent(simcord_env, "POST")[-2:] == [place_in_line(2), "you said: hi"]
    assert _sent(simcord_env, "PATCH") == [place_in_line(1)]
    history = (lounge if in_server else ann.dm_channel).history()
    assert [message.content for message in history][-1] == "you said: hi" and len(history) == 2


async def test_a_short_wait_is_not_worth_a_word(simcord_env: Env, companion: Companion, echo: Echo) -> None:
    async def wait_in_line(reply_to: ReplyTo) -> None:
        reply_to.waiting(1)
        await clock.has_slept(1)

    clock = cast(Noon, companion.clock)
    clock.endless, echo.first = True, wait_in_line
    await simcord_env.create_user("ann").send_dm("hi")
    assert _sent(simcord_env, "POST")[-1:] == ["you said: hi"] and not any("in line" in text or "next" in text for text in _sent(simcord_env, "POST"))


async def test_a_place_that_cannot_be_told_costs_no_answer(simcord_env: Env, companion: Companion, echo: Echo) -> None:
    async def wait_in_line(reply_to: ReplyTo) -> None:
        reply_to.waiting(3)
        await cast(Noon, companion.clock).has_slept(2)

    echo.first = wait_in_line
    ann = simcord_env.create_user("ann")
    simcord_env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    await ann.send_dm("hi")
    assert len(echo.sent) == 1


def nudge(person: int, conversation: str = "", text: str = "How did it go?") -> Unprompted:
    return Unprompted(
        person=f"discord:{person}", conversation=conversation, proposal=1, memory=1, nonce="a" * 25, reason="",
        at=datetime(2026, 3, 2, tzinfo=UTC), text=text,
    )


@pytest.fixture
def messenger(simcord_env: Env) -> DiscordMessenger:
    messenger = DiscordMessenger()
    messenger.use(simcord_env.bot)
    return messenger


async def test_unprompted_with_a_nonce_to_a_known_conversation(simcord_env: Env, messenger: DiscordMessenger) -> None:
    ann = simcord_env.create_user("ann")
    message_id = await messenger.send(nudge(ann.id, f"discord:{ann.dm_channel.id}"))
    assert ann.dm_channel.last_message is not None
    assert message_id == str(ann.dm_channel.last_message.id)
    (sent,) = bodies(simcord_env, "/messages")
    assert sent["nonce"] == "a" * 25
    assert sent["enforce_nonce"] is True
    assert sent["allowed_mentions"]["parse"] == []


@pytest.mark.parametrize("conversation", ["", "console:ann", "discord:42"])
async def test_an_unknown_conversation_is_opened(
    simcord_env: Env, messenger: DiscordMessenger, conversation: str
) -> None:
    ann = simcord_env.create_user("ann")
    await messenger.send(nudge(ann.id, conversation))
    assert ann.dm_channel.last_message is not None
    assert ann.dm_channel.last_message.content == "How did it go?"


async def test_pieces_have_nonces_of_their_own(simcord_env: Env, messenger: DiscordMessenger) -> None:
    ann = simcord_env.create_user("ann")
    await messenger.send(nudge(ann.id, text="word " * 900))
    nonces = [body["nonce"] for body in bodies(simcord_env, "/messages")]
    assert len(set(nonces)) == len(nonces) == 3
    assert all(len(nonce) <= 25 for nonce in nonces)


@pytest.mark.parametrize(("code", "error"), [(50007, CannotReach), (50278, CannotReach), (40003, TooFast)])
async def test_refusals(simcord_env: Env, messenger: DiscordMessenger, code: int, error: type[Exception]) -> None:
    ann = simcord_env.create_user("ann")
    simcord_env.inject_error("POST", "/channels/*/messages", status=403, code=code)
    with pytest.raises(DeliveryError) as refused:
        await messenger.send(nudge(ann.id, f"discord:{ann.dm_channel.id}"))
    assert type(refused.value) is error


async def test_opening_a_conversation_can_be_refused(simcord_env: Env, messenger: DiscordMessenger) -> None:
    ann = simcord_env.create_user("ann")
    simcord_env.inject_error("POST", "/users/@me/channels", status=400, code=40003)
    with pytest.raises(DeliveryError) as refused:
        await messenger.send(nudge(ann.id))
    assert type(refused.value) is TooFast


async def test_somebody_of_another_platform_cannot_be_reached(messenger: DiscordMessenger) -> None:
    with pytest.raises(CannotReach):
        await messenger.send(
            Unprompted(person="console:ann", conversation="", proposal=1, memory=1, nonce="n", reason="",
                       at=datetime(2026, 3, 2, tzinfo=UTC), text="hi"))


async def test_without_a_connection_it_fails_this_time() -> None:
    with pytest.raises(DeliveryError, match="not connected"):
        await DiscordMessenger().send(nudge(1))
