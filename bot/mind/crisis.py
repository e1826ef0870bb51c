"""Danger to life or limb in a message: found by words, and by meaning, before anything else happens to it.

Words come first and need nothing that could be down. Recall comes first: a needless line with a
phone number costs little. What is said every day and only sounds like danger (``_HARMLESS``) is taken out before the search.
English, German, Spanish, French, Chinese. The patterns are data: a line each, with what it finds.
What words miss, the emotion reader may sense in what an English message means (``sensed``).
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.mind.belief import Emotions
from bot.mind.crisis_words import FUNCTION_WORDS, HARMLESS, PATTERNS


class Danger(StrEnum):
    """What the danger is; the value is what the person is told about it."""

    SELF_HARM = "self-harm"
    ABUSE = "violence"
    MEDICAL = "a medical emergency"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A danger, and the language (ISO 639-1) it was told in."""

    danger: Danger
    language: str


_HARMLESS = re.compile("|".join(HARMLESS), re.IGNORECASE)
_PATTERNS = tuple((Danger[name], language, re.compile("|".join(lines), re.IGNORECASE)) for (name, language), lines in PATTERNS.items())
_FUNCTION_WORDS = {language: re.compile(words, re.IGNORECASE) for language, words in FUNCTION_WORDS.items()}


def alarm(text: str) -> Alarm | None:
    """The first danger that a message tells of: self-harm before violence before illness; None for ordinary messages."""
    plain = _HARMLESS.sub(" … ", " ".join(text.replace("’", "'").split()))
    found = next(((danger, language) for danger, language, pattern in _PATTERNS if pattern.search(plain)), None)
    return None if found is None else Alarm(found[0], _language(plain, found[1]))


def sensed(emotions: Emotions) -> Alarm | None:
    """The danger that a message means, as the emotion reader sees it: calling it pays from a share of 0.5, of all dangers together."""
    if sum(emotions.danger.values()) < 0.5:
        return None
    return Alarm(Danger[max(emotions.danger, key=lambda kind: emotions.danger[kind]).upper()], "en")


def _language(text: str, found: str) -> str:
    """The language of a message: "suicide" is a word of several. ``found``, whose words gave the alarm, where nothing tells."""
    votes = {language: len(words.findall(text)) for language, words in _FUNCTION_WORDS.items()}
    return max(votes, key=lambda language: (votes[language], language == found))
