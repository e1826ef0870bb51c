"""``/mood``, ``/memory map`` and ``/reachout calendar``: a picture with words, for one person's eyes."""

from datetime import timedelta

import discord
import pytest
from simcord.builders import UserHandle
from simcord.env import Env
from simcord.results import InteractionResult

from bot.mind.events import Decision, Proposal
from tests.fakes.clock import START
from tests.fakes.store import FakeStore
from tests.plugins.answers import text
from tests.plugins.company import remember

COMMANDS = ("mood", "memory map", "reachout calendar")


def files(result: InteractionResult) -> list[discord.Attachment]:
    return [file for message in (result.response, *result.followups) if message is not None for file in message.attachments]


async def known(store: FakeStore, user: UserHandle) -> None:
    memories = await remember(store, user.id, "Has a chemistry final.", "Moves to Oslo.", "Saw a whale.")
    for day, memory in enumerate(memories, start=1):
        at = START - timedelta(days=day)
        await store.diary.record(Decision(person=memory.person, act="reply", reason="", at=at, detail={"feeling": "joy"}))
    await store.proposals.propose(Proposal(
        person=memories[0].person, memory=memories[0].id, source="follow_up", opens=START, best=START, closes=START, worth=0.9, reason="", due=START))


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_stranger_gets_a_kind_word(simcord_env: Env, store: FakeStore, command: str) -> None:
    ann, bob = simcord_env.create_user("ann"), simcord_env.create_user("bob")
    await known(store, bob)
    result = await ann.slash(command)
    assert "to draw" in text(result)
    assert files(result) == []


@pytest.mark.parametrize(("command", "gist"), [
    ("mood", "as your words sounded"), ("memory map", "Moves to Oslo"), ("reachout calendar", "how it went"),
])
async def test_a_picture_has_its_gist_in_words(simcord_env: Env, store: FakeStore, command: str, gist: str) -> None:
    ann = simcord_env.create_user("ann")
    await known(store, ann)
    result = await ann.slash(command)
    assert result.ephemeral
    [file] = files(result)
    assert file.filename.endswith(".png") and gist in (file.description or "")
