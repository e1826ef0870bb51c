"""Whether a draft reads its own instructions out. Somebody may ask for them in any words; a model that obeys is not heard.

Single words, paraphrases and translations pass: a card is no place for a secret.
"""

from functools import lru_cache

from bot.mind.persona import Persona
from bot.mind.prompt import RULES
from bot.mind.salience import sentences
from bot.mind.words import words

_RUN = 10
"""So many words in a row are no accident. "I have no body, no job, no family, no childhood" is an honest answer with nine."""

_SENTENCE = 6


def recites(draft: str, persona: Persona) -> bool:
    """Whether a sentence of what stands above every conversation, or a long run of it, is in this draft word for word."""
    runs, whole = _told(persona.prompt, persona.boundaries)
    said = words(draft)
    if any(said[i : i + _RUN] in runs for i in range(len(said) - _RUN + 1)):
        return True
    text = f" {' '.join(said)} "
    return any(sentence in text for sentence in whole)


@lru_cache(maxsize=64)
def _told(prompt: str, boundaries: tuple[str, ...]) -> tuple[frozenset[tuple[str, ...]], frozenset[str]]:
    """Runs of words, and whole sentences between blanks."""
    parts = [words(part) for part in (prompt, RULES, *boundaries)]
    runs = {part[i : i + _RUN] for part in parts for i in range(len(part) - _RUN + 1)}
    lines = (words(s) for part in (prompt, RULES) for s in sentences(" ".join(part.split())))
    return frozenset(runs), frozenset(f" {' '.join(line)} " for line in lines if len(line) >= _SENTENCE)
