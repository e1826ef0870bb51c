"""Read what a command answered."""

import discord
from simcord.results import InteractionResult


def embed(result: InteractionResult) -> discord.Embed:
    """The one embed of the answer, which only its asker sees."""
    assert result.acknowledged
    assert result.ephemeral
    messages = [m for m in [result.response, *result.followups] if m is not None and m.embeds]
    assert messages
    assert all(m.ephemeral for m in messages)
    (found,) = messages[0].embeds
    return found


def text(result: InteractionResult) -> str:
    """All its words, lower case."""
    found = embed(result)
    fields = [f"{field.name} {field.value}" for field in found.fields]
    return "\n".join(filter(None, [found.title, found.description, *fields, found.footer.text])).lower()
