"""What those who run a server write about whoever is worn there: how it speaks, how it greets, what it knows of the place.

It comes from people whom nobody vouches for, and becomes part of a prompt: what could pass for an instruction is refused as in a card that
somebody brings (``bot.mind.card_lint``). Who the persona is, what it believes and where it ends stay its card's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from bot.errors import OldfriendError
from bot.mind.card_lint import neutralise
from bot.mind.house_rules import RuleKey
from bot.mind.persona import LORE_MOST, PROMPT_LONGEST, LoreNote, Persona

LONGEST_MANNER, LONGEST_GREETING, LONGEST_NOTES = 200, 200, 1200
"""Characters."""

_LONGEST_NOTE = 400


@dataclass(frozen=True, slots=True)
class Colour:
    """Each "" where nothing was written. ``notes`` has one on each line."""

    manner: str = ""
    greeting: str = ""
    notes: str = ""

    def written(self) -> Mapping[RuleKey, str]:
        """As settings of the server."""
        return {RuleKey.MANNER: self.manner, RuleKey.GREETING: self.greeting, RuleKey.NOTES: self.notes}

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> Self:
        return cls(settings.get(RuleKey.MANNER, ""), settings.get(RuleKey.GREETING, ""), settings.get(RuleKey.NOTES, ""))


def checked(manner: str, greeting: str, notes: str) -> Colour:
    """What was typed, without hidden characters. Raises OldfriendError for what is too long, or no description but an instruction."""
    lines = [_plain(line, _LONGEST_NOTE) for line in notes.splitlines()]
    colour = Colour(_plain(manner, LONGEST_MANNER), _plain(greeting, LONGEST_GREETING), "\n".join(filter(None, lines)))
    if len(colour.notes) > LONGEST_NOTES:
        raise OldfriendError("That is too long: {} characters at most. Nothing was changed.", LONGEST_NOTES)
    return colour


def in_colour(persona: Persona, colour: Colour) -> Persona:
    """The persona as it is there."""
    if colour == Colour():
        return persona
    prompt = f"{persona.prompt}\nHow you speak here: {colour.manner}" if colour.manner else persona.prompt
    known = tuple(LoreNote(line) for line in colour.notes.splitlines())
    return replace(
        persona, prompt=prompt if len(prompt) <= PROMPT_LONGEST else persona.prompt, greeting=colour.greeting or persona.greeting,
        lore=(*known, *persona.lore)[:LORE_MOST],
    )


def _plain(text: str, longest: int) -> str:
    plain, faults = neutralise(text, "", "")
    if faults:
        raise OldfriendError("I cannot take this over, since it reads like an instruction or a mark of one: “{}”. Describe it instead. Nothing was changed.", text.strip()[:80])
    if len(plain) > longest:
        raise OldfriendError("That is too long: {} characters at most. Nothing was changed.", longest)
    return " ".join(plain.split())
