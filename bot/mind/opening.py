"""How a reply begins. Small models find one way ("Violins? ...") and then begin every reply so."""

from collections.abc import Sequence

from bot.mind.salience import sentences
from bot.mind.words import words

_SOUNDS = frozenset(words("oh ah hey hi hm hmm so well ok okay right really yes no ha haha wow and but i you it is a the that"))

_ECHO = 3  # words
_LATELY = 2  # replies


def fresh(text: str, replied: Sequence[str]) -> str:
    """The reply without a short question at its beginning where one of the last replies (oldest first) began with one."""
    lately = any(_echo(reply) for reply in replied[-_LATELY:])
    while lately and (echo := _echo(text)) and len(sentences(text)) > 1:
        text = text[text.index(echo) + len(echo) :].lstrip()
    return text


def _echo(text: str) -> str:
    """Its first sentence, when that is a question of very few words."""
    first = next(iter(sentences(text)), "")
    return first if first.endswith("?") and len(words(first)) <= _ECHO else ""


def parrots(draft: str, text: str) -> bool:
    """Does it say nothing but words of the message that it answers?"""
    said = set(words(draft)) - _SOUNDS
    return bool(said) and said <= set(words(text))
