"""Danger to life or limb in a message: found by words, and by meaning, before anything else happens to it.

Words come first and need nothing that could be down. Recall comes first: a needless line with a
phone number costs little. What is said every day and only sounds like danger (``_HARMLESS``) is taken out before the search.
English, German, Spanish, French, Chinese. The patterns are data: a line each, with what it finds.
What words miss, the emotion reader may sense in what an English message means, and it may doubt what words find (``danger_in``). Between sure and nothing lies what may be danger:
there the right thing is to ask plainly (:mod:`bot.mind.crisis_asking`); asking does no harm.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.mind.belief import Emotions
from bot.mind.crisis_maybe import MAYBE
from bot.mind.crisis_words import FUNCTION_WORDS, HARMLESS, PATTERNS


class Danger(StrEnum):
    """What the danger is; the value is what the person is told about it."""

    SELF_HARM = "self-harm"
    ABUSE = "violence"
    MEDICAL = "a medical emergency"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A danger, and the language (ISO 639-1) it was told in. Not ``sure``: it may be one, and they are to be asked."""

    danger: Danger
    language: str
    sure: bool = True


ASKS = 0.005
"""The share of danger, of all kinds together, from which they are asked; from 0.5 on it is sure. A miss costs more than a needless question: ADR 9
has what other limits catch and ask."""

LOOKED_INTO = 0.0005
"""The share from which a message is read sentence by sentence as well: danger said in passing leaves that much in the whole, one everyday remark in fifteen does."""

DOUBTED = 0.05
"""The share below which words of danger are doubted: nothing else in the message means it."""

DISPUTED = 0.8
"""The share from which they are asked in the middle of an argument with the companion, and where it takes a dismissal or others' rules for danger."""

_DISPUTE = re.compile(
    r"\b(?:(?:just |please )?(?:say|admit|tell me|confess) (?:that )?(?:i['’]m|i am|i was|it['’]?s) right|admit (?:it|that i)|agree with me|you(?:['’]re| are) (?:just |so |totally )?(?:wrong|stubborn)|change your mind|take (?:it|that) back)\b",
    re.IGNORECASE,
)
"""An argument with the companion: what the network senses in it is no more than a question, and what it suspects is nothing."""

_DISMISSED = re.compile(
    r"\b(?:(?:get|gets|got|getting|am|i'm|is|was|were|be|been|being) (?:just |nearly |almost )?(?:fired|sacked|laid off)|(?:fired|sacked) (?:me|him|her|us|them)|laid (?:me|him|her|us|them) off)\b",
    re.IGNORECASE,
)
"""Somebody lost their work. The network takes "fired" for shots."""

_RULES_OF_OTHERS = re.compile(
    r"\b(?:doctor|doc|gp|dentist|physio\w*|surgeon|nurse|dietician|dietitian)s?\b[^.!?]{0,25}\b(?:forbid|forbids|forbade|forbidden|banned|bans|not to|won['’]t let|doesn['’]t let|don['’]t let)\b"
    r"|\b(?:boss|manager|employer|company|office|landlord|landlady|school|teacher|coach)(?:es)?\b[^.!?]{0,25}\b(?:forbid|forbids|forbade|banned|bans)\b", re.IGNORECASE
)
"""What those forbid whose business it is, for their health or by the rules of a house. The network takes it for somebody who controls them."""

_MISREAD = {Danger.ABUSE.name.lower(): (_DISMISSED, _RULES_OF_OTHERS), Danger.MEDICAL.name.lower(): (_RULES_OF_OTHERS,)}
"""Whoever has a doctor's orders has been to one, too."""

_HARMLESS = re.compile("|".join(HARMLESS), re.IGNORECASE)
_PATTERNS = tuple((Danger[name], language, re.compile("|".join(lines), re.IGNORECASE)) for (name, language), lines in PATTERNS.items())
_MAYBE = tuple((Danger[name], language, re.compile("|".join(lines), re.IGNORECASE)) for (name, language), lines in MAYBE.items())
_FUNCTION_WORDS = {language: re.compile(words, re.IGNORECASE) for language, words in FUNCTION_WORDS.items()}


def alarm(text: str) -> Alarm | None:
    """The first danger that a message tells of: self-harm before violence before illness; None for ordinary messages."""
    plain = _plain(text)
    found = next(((danger, language) for danger, language, pattern in _PATTERNS if pattern.search(plain)), None)
    return None if found is None else Alarm(found[0], _language(plain, found[1]))


def suspected(text: str) -> Alarm | None:
    """The first danger that the words of a message in German, Spanish, French or Chinese may tell of; never sure."""
    plain = _plain(text)
    tongue = _language(plain, "")
    return next((Alarm(danger, language, sure=False) for danger, language, pattern in _MAYBE if language == tongue and pattern.search(plain)), None)


def _plain(text: str) -> str:
    """On one line, with plain apostrophes, without what only sounds like danger."""
    return _HARMLESS.sub(" … ", " ".join(text.replace("’", "'").split()))


def danger_in(text: str, readings: Sequence[tuple[str, Emotions]] = ()) -> Alarm | None:
    """The danger that a message tells of or means. ``readings`` are the message and its sentences as the emotion reader reads them; none
    where there is no reader, and then the words are believed. Of other languages than English the reader knows nothing."""
    told = alarm(text)
    meant = [emotions.danger for piece, emotions in readings if emotions.danger and _language(_plain(piece), "en") == "en"]
    if not meant:
        return told or suspected(text)
    worst = max(meant, key=lambda shares: sum(shares.values()))
    share = sum(worst.values())
    if told is not None:
        return told if share >= DOUBTED or told.language != "en" else replace(told, sure=False)
    kind = max(worst, key=lambda name: worst[name])
    disputed = bool(_DISPUTE.search(text))
    misread = any(pattern.search(_plain(text)) for pattern in _MISREAD.get(kind, ()))
    if share < (DISPUTED if disputed or misread else ASKS):
        return suspected(text)
    return Alarm(Danger[kind.upper()], "en", sure=share >= 0.5 and not disputed)


def _language(text: str, found: str) -> str:
    """The language of a message: "suicide" is a word of several. ``found``, whose words gave the alarm, where nothing tells."""
    votes = {language: len(words.findall(text)) for language, words in _FUNCTION_WORDS.items()}
    return max(votes, key=lambda language: (votes[language], language == found))
