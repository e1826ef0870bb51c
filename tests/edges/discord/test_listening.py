"""Which messages are heard, and as what."""

import discord
import pytest
from simcord.builders import ChannelHandle
from simcord.env import Env

from bot.mind.allowance import PERSON
from bot.mind.events import Turn
from bot.mind.waiting import TOO_MANY
from tests.edges.discord.company import Echo, Settings, bodies


def only(echo: Echo) -> Turn:
    """The one turn that was heard."""
    ((turn,),) = echo.heard
    return turn


def room(env: Env) -> ChannelHandle:
    return env.create_guild().create_text_channel("lounge")


def bot_mention(env: Env) -> str:
    assert env.bot.user is not None
    return env.bot.user.mention


async def test_a_private_message(simcord_env: Env, echo: Echo) -> None:
    ann = simcord_env.create_user("ann", global_name="Ann")
    sent = await ann.send_dm("My final is on Friday.")
    turn = only(echo)
    assert turn == Turn(
        person=f"discord:{ann.id}", speaker="Ann", text="My final is on Friday.", said_at=sent.created_at,
        audience=f"dm:discord:{ann.id}", conversation=f"discord:{ann.dm_channel.id}", message_id=str(sent.id),
    )
    answer = ann.dm_channel.last_message
    assert answer is not None
    assert answer.content == "you said: My final is on Friday."
    assert answer.reference is None
    assert echo.sent == [str(answer.id)]


async def test_a_mention_in_a_server_is_answered_as_a_reply_that_pings_nobody(simcord_env: Env, echo: Echo) -> None:
    lounge = room(simcord_env)
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    bob = simcord_env.guild.add_member(simcord_env.create_user("bob"))
    echo.answer = f"Ask {bob.mention} or @everyone."
    sent = await ann.send(lounge, f"{bot_mention(simcord_env)} who knows {bob.mention} in {lounge.mention}?")
    turn = only(echo)
    assert turn.text == "who knows @bob in #lounge?"
    assert turn.audience == f"server:{simcord_env.guild.id}"
    assert turn.conversation == f"discord:{lounge.id}"
    (answer,) = bodies(simcord_env, "/messages")
    assert answer["allowed_mentions"] == {"parse": [], "replied_user": False}
    assert answer["message_reference"]["message_id"] == sent.id


async def test_a_reply_to_us_is_heard(simcord_env: Env, echo: Echo) -> None:
    lounge = room(simcord_env)
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    await ann.send(lounge, f"hello {bot_mention(simcord_env)}")
    assert lounge.last_message is not None
    await ann.send(lounge, "go on", reply_to=lounge.last_message)
    assert [burst[0].text for burst in echo.heard] == ["hello", "go on"]


async def test_a_reply_to_somebody_else_is_not(simcord_env: Env, echo: Echo) -> None:
    lounge = room(simcord_env)
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    first = await ann.send(lounge, "hello all")
    await ann.send(lounge, "anybody?", reply_to=first)
    assert echo.heard == []
    assert lounge.history()[-1].content == "anybody?"


async def test_its_name_is_heard_and_what_is_said_about_it_is_not(simcord_env: Env, echo: Echo) -> None:
    lounge = room(simcord_env)
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    for text in ("mika, are you there?", "Mika said so yesterday", "I like tea"):
        await ann.send(lounge, text)
    assert [burst[0].text for burst in echo.heard] == ["mika, are you there?"]


async def test_who_was_answered_may_go_on_until_somebody_else_speaks(simcord_env: Env, echo: Echo) -> None:
    lounge = room(simcord_env)
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    bob = simcord_env.guild.add_member(simcord_env.create_user("bob"))
    await ann.send(lounge, "Mika, guess what")
    await ann.send(lounge, "I passed!")
    await bob.send(lounge, "congrats ann")
    await ann.send(lounge, "thanks!")
    assert [burst[0].text for burst in echo.heard] == ["Mika, guess what", "I passed!"]


async def test_what_others_said_goes_along_for_one_answer(simcord_env: Env, echo: Echo) -> None:
    lounge = room(simcord_env)
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    bob = simcord_env.guild.add_member(simcord_env.create_user("bob"))
    await bob.send(lounge, "pineapple belongs on pizza")
    await ann.send(lounge, "Mika, is he right?")
    await ann.send_dm("hello")
    assert echo.overheard == [("bob: pineapple belongs on pizza",), ()]


async def test_a_dial_makes_it_quieter(simcord_env: Env, echo: Echo, settings: Settings) -> None:
    lounge = room(simcord_env)
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    await settings.set_setting(f"server:{simcord_env.guild.id}", "dial", "lurker")
    await ann.send(lounge, "Mika, are you there?")
    await ann.send(lounge, f"{bot_mention(simcord_env)} and now?")
    assert [burst[0].text for burst in echo.heard] == ["and now?"]


async def test_a_channel_that_was_given_to_us(simcord_env: Env, echo: Echo, settings: Settings) -> None:
    lounge = room(simcord_env)
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    bob = simcord_env.guild.add_member(simcord_env.create_user("bob"))
    await ann.send(lounge, "one")
    await settings.set_setting(f"server:{simcord_env.guild.id}", f"channel:{lounge.id}", "on")
    await ann.send(lounge, "two")
    await settings.set_setting(f"server:{simcord_env.guild.id}", f"channel:{lounge.id}", None)
    await bob.send(lounge, "three")
    assert [burst[0].text for burst in echo.heard] == ["two"]


async def test_a_database_that_fails_loses_the_message_and_nothing_else(
    simcord_env: Env, echo: Echo, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    lounge = room(simcord_env)
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    settings.broken = True
    await ann.send(lounge, "secret words")
    settings.broken = False
    await ann.send(lounge, f"{bot_mention(simcord_env)} again")
    assert [burst[0].text for burst in echo.heard] == ["again"]
    assert "passed over" in caplog.text
    assert "secret" not in caplog.text


async def test_bots_webhooks_and_system_messages_are_not_heard(simcord_env: Env, echo: Echo) -> None:
    lounge = room(simcord_env)
    robot = simcord_env.guild.add_member(simcord_env.create_user("robot", bot=True))
    await robot.send(lounge, f"hello {bot_mention(simcord_env)}")
    await simcord_env.guild.create_webhook(lounge).send(f"hello {bot_mention(simcord_env)}")
    official = simcord_env.create_user("discord", system=True)
    await official.send_dm("terms have changed")
    assert echo.heard == []


@pytest.mark.parametrize("nothing", ["\u200b", " \u2060 ", "\u202e"])
async def test_nothing_visible_is_ignored(simcord_env: Env, echo: Echo, nothing: str) -> None:
    await simcord_env.create_user("ann").send_dm(nothing)
    assert echo.heard == []


async def test_a_bare_mention_is_a_call(simcord_env: Env, echo: Echo) -> None:
    lounge = room(simcord_env)
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    await ann.send(lounge, bot_mention(simcord_env))
    assert only(echo).text == "[called your name]"


async def test_a_thread_of_a_channel_that_was_given_to_us(simcord_env: Env, echo: Echo, settings: Settings) -> None:
    lounge = room(simcord_env)
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    await settings.set_setting(f"server:{simcord_env.guild.id}", f"channel:{lounge.id}", "on")
    first = await ann.send(lounge, "let us go aside")
    cached = simcord_env.bot.get_channel(lounge.id)
    assert isinstance(cached, discord.TextChannel)
    thread = await cached.create_thread(name="aside", message=first)
    (aside,) = lounge.threads
    await ann.send(aside, "are you coming?")
    assert [burst[0].conversation for burst in echo.heard] == [f"discord:{lounge.id}", f"discord:{thread.id}"]


async def test_only_a_picture(simcord_env: Env, echo: Echo) -> None:
    lounge = room(simcord_env)
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    await ann.send(lounge, bot_mention(simcord_env) + " look", attachments=[("cat.png", b"png"), ("notes.bin", b"x")])
    assert only(echo).text == "look\n[sent a picture: cat.png]\n[sent a file: notes.bin]"


async def test_formatting_right_to_left_and_long_messages_arrive_as_they_are(simcord_env: Env, echo: Echo) -> None:
    ann = simcord_env.create_user("ann")
    await ann.send_dm("שלום **bold** <:wave:123> \u202eevil")
    await ann.send_dm("a" * 2000)
    assert [burst[0].text for burst in echo.heard] == ["שלום **bold** :wave: evil", "a" * 2000]


async def test_names_without_anything_visible_fall_back_to_the_account(simcord_env: Env, echo: Echo) -> None:
    await simcord_env.create_user("ann", global_name="\u3164").send_dm("hi")
    assert only(echo).speaker == "ann"


async def test_fifty_messages_at_once_keep_their_order(simcord_env: Env, echo: Echo) -> None:
    ann = simcord_env.create_user("ann")
    channel = simcord_env.backend.get_dm_channel(ann.id)
    for number in range(50):
        simcord_env.backend.create_message(channel.id, ann.id, f"line {number}")
    await simcord_env.settle()
    assert [turn.text for burst in echo.heard for turn in burst] == [f"line {n}" for n in range(50)]
    assert len(echo.heard) < 50


async def test_who_floods_is_told_once_and_the_others_are_heard(simcord_env: Env, echo: Echo) -> None:
    ann, bob = simcord_env.create_user("ann"), simcord_env.create_user("bob")
    for number in range(int(PERSON.at_once) + 5):
        await ann.send_dm(f"line {number}")
    assert sum(len(burst) for burst in echo.heard) == PERSON.at_once
    assert [m.content for m in ann.dm_channel.history()].count(TOO_MANY) == 1
    await bob.send_dm("hello")
    assert echo.heard[-1][0].text == "hello"
