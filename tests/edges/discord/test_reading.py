"""What beside words is in a message, and what others said that it is about."""

from types import SimpleNamespace
from typing import Any, cast

import discord
from simcord.env import Env

from bot.edges.discord.reading import words
from tests.edges.discord.company import Echo


async def test_what_a_message_answers_comes_along_with_its_author(simcord_env: Env, echo: Echo) -> None:
    lounge = simcord_env.create_guild().create_text_channel("lounge")
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    bob = simcord_env.guild.add_member(simcord_env.create_user("bob"))
    said = await bob.send(lounge, "i live in Bergen")
    await simcord_env.advance_time(3600)  # nothing is overheard for so long
    await ann.send(lounge, "Mika, is that far?", reply_to=said)
    ((turn,),), ((line,),) = echo.heard, echo.overheard
    assert turn.text == "Mika, is that far?"
    assert line == "bob, earlier, which ann now answers: i live in Bergen"


async def test_what_is_forwarded_is_somebody_elses(simcord_env: Env, echo: Echo) -> None:
    lounge = simcord_env.create_guild().create_text_channel("lounge")
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    bob = simcord_env.guild.add_member(simcord_env.create_user("bob"))
    said = await bob.send(lounge, "i live in Bergen")
    await ann.send(lounge, "Mika, look:")
    await ann.forward(said, lounge)
    turn, beside = echo.heard[-1][-1], echo.overheard[-1]
    assert turn.text == "[forwarded a message]"
    assert beside[-1] == "somebody elsewhere, forwarded by ann: i live in Bergen"


async def test_a_thread_is_named(simcord_env: Env, echo: Echo) -> None:
    lounge = simcord_env.create_guild().create_text_channel("lounge")
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    first = await ann.send(lounge, "who cooks?")
    cached = simcord_env.bot.get_channel(lounge.id)
    assert isinstance(cached, discord.TextChannel)
    await cached.create_thread(name="rice for ten", message=first)
    (aside,) = lounge.threads
    await ann.send(aside, "Mika, how much of it?")
    assert echo.overheard == [("(This is in the thread “rice for ten”.)",)]


def _message(**more: Any) -> discord.Message:
    """A message without words."""
    empty: dict[str, Any] = {
        "content": "", "mentions": [], "role_mentions": [], "channel_mentions": [], "attachments": [], "stickers": [], "message_snapshots": [],
        "poll": None, "channel": SimpleNamespace(id=1), "id": 2,
    }
    return cast(discord.Message, SimpleNamespace(**empty | more))


def test_polls_and_pictures_are_read() -> None:
    poll = SimpleNamespace(question="Where to?", answers=[SimpleNamespace(text="Oslo"), SimpleNamespace(text="Bergen")])
    assert words(_message(poll=poll), 9) == "[started a poll: Where to? Oslo / Bergen]"
    picture = SimpleNamespace(is_voice_message=lambda: False, content_type="image/png", filename="cat.png", description="a cat\non a mat")
    assert words(_message(attachments=[picture]), 9) == "[sent a picture: cat.png, which shows: a cat on a mat]"
