"""A picture over real sockets: uploaded with its words, seen by its asker alone."""

from tests.fakes.store import FakeStore
from tests.plugins.company import remember
from tests.wire.lookalike import LookAlike
from tests.wire.test_commands import discord, store

__all__ = ["discord", "store"]


async def test_it_is_uploaded_with_alt_text_for_one_alone(discord: LookAlike, store: FakeStore) -> None:
    ann, bob = discord.world.add_user("ann"), discord.world.add_user("bob")
    await remember(store, ann.id, "Moves to Oslo in May.")
    asked = await discord.ask(ann, "memory map", discord.world.lounge)
    assert asked.callbacks == [5] and asked.ephemeral and asked.answer is not None
    [file] = asked.answer.attachments
    assert file["filename"] == "memories.png" and "Moves to Oslo in May" in file["description"] and file["size"] > 0
    other = await discord.ask(bob, "memory map", discord.world.lounge)
    assert other.answer is not None and other.answer.attachments == []
    assert "to draw" in other.answer.embeds[0]["description"]
