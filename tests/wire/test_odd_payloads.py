"""Events that Discord should never send. Whatever they hold, the next message is answered."""

import random
from functools import partial
from typing import Any

import pytest

from bot.sdk import Companion
from tests.wire.in_process import connected, gateway
from tests.wire.lookalike import LookAlike
from tests.wire.world import Message

ODD: tuple[Any, ...] = (None, True, -1, 2**70, 1.5, "", "abc", "\x00\u202e", [], {}, [None], {"id": None}, "9" * 300)
EVENTS = ("MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK", "INTERACTION_CREATE", "GUILD_CREATE", "CHANNEL_UPDATE", "NOTHING_KNOWN")


def spoiled(event: Any, chance: random.Random) -> Any:
    """A payload with one value in it replaced or left out."""
    if not isinstance(event, dict | list) or not event or chance.random() < 0.15:
        return chance.choice(ODD)
    copy: Any = dict(event) if isinstance(event, dict) else list(event)
    key = chance.choice(list(copy) if isinstance(copy, dict) else list(range(len(copy))))
    if isinstance(copy, dict) and chance.random() < 0.2:
        del copy[key]
    else:
        copy[key] = spoiled(copy[key], chance)
    return copy


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_next_message_is_answered(discord: LookAlike, companion: Companion, seed: int) -> None:
    chance, ann = random.Random(seed), discord.world.add_user("ann")
    async with connected(gateway(discord), companion, discord):
        for number in range(4):
            for _ in range(20):
                message = Message(discord.world.new_id(), discord.world.lounge, ann, f"hello <@{discord.world.bot.id}>", mentions=[discord.world.bot])
                await discord.deliver(chance.choice(EVENTS), spoiled(message.json(), chance))
            await discord.say(ann, f"still there {number}?")
            await discord.until(partial(heard_back, discord, f"you said: still there {number}?"))
    assert discord.ready == 1, "on the same connection"


def heard_back(discord: LookAlike, words: str) -> bool:
    return any(words in message.content for message in discord.world.messages if message.author is discord.world.bot)
