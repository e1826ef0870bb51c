"""What could be better about a card that can be used."""

from collections.abc import Iterator

from bot.mind.persona import Persona
from bot.mind.prompt import estimate_tokens, prefix

_HEAVY = 1_500
"""Tokens of the stable head; a model on a small computer reads a few hundred a second."""


def advice(persona: Persona) -> Iterator[str]:
    """Hints, one line each; none for a card that has everything."""
    head = sum(estimate_tokens(message.content) for message in prefix(persona))
    if head > _HEAVY:
        yield f"its head takes about {head} tokens; up to {_HEAVY} keep the first answer quick"
    if not any(example.note for example in persona.voice):
        yield "no voice example has a note; examples with notes teach a small model to follow them"
    if not persona.knowledge.cannot_know and persona.knowledge.era is None:
        yield "knowledge: it says nothing of what it cannot know, so it answers everything it is asked"
    elif not persona.knowledge.decline:
        yield "knowledge.decline: it has no line of its own for what is beyond it"
    if not any(value.never for value in persona.values):
        yield "values: none of them says what it will never say"
    if not persona.humour:
        yield "humour: empty; one line makes the teasing its own"
