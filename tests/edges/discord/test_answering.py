"""How answers and unprompted messages reach people, and what happens when they cannot."""

from datetime import UTC, datetime

import pytest
from simcord.env import Env

from bot.edges.discord.messenger import DiscordMessenger
from bot.errors import CannotReach, DeliveryError
from bot.mind.events import Unprompted
from tests.edges.discord.company import Echo, bodies


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


async def test_typing_that_is_refused_costs_no_answer(simcord_env: Env, echo: Echo) -> None:
    ann = simcord_env.create_user("ann")
    simcord_env.inject_error("POST", "/channels/*/typing", status=403, code=50013)
    await ann.send_dm("hi")
    assert len(echo.sent) == 1


async def test_typing_is_shown(simcord_env: Env) -> None:
    await simcord_env.create_user("ann").send_dm("hi")
    assert any(request.path.endswith("/typing") for request in simcord_env.http_requests)


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


@pytest.mark.parametrize(("code", "error"), [(50007, CannotReach), (50278, CannotReach), (40003, DeliveryError)])
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
    assert type(refused.value) is DeliveryError


async def test_somebody_of_another_platform_cannot_be_reached(messenger: DiscordMessenger) -> None:
    with pytest.raises(CannotReach):
        await messenger.send(
            Unprompted(person="console:ann", conversation="", proposal=1, memory=1, nonce="n", reason="",
                       at=datetime(2026, 3, 2, tzinfo=UTC), text="hi"))


async def test_without_a_connection_it_fails_this_time() -> None:
    with pytest.raises(DeliveryError, match="not connected"):
        await DiscordMessenger().send(nudge(1))
