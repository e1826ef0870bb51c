"""Is there anything in a message worth remembering? Decided without the model: greetings and chatter cost nothing."""

import re
from dataclasses import dataclass

from bot.mind.words import content, words

_SELF = re.compile(r"\b(?:i|i'm|im|i've|ive|i'd|i'll|my|me|mine|we|our|us|we're|we've|myself)\b", re.IGNORECASE)
_QUESTION = re.compile(r"^\s*(?:what|who|where|when|why|how|which|do|does|did|can|could|will|would|are|is|should|remember)\b", re.IGNORECASE)
_ASIDE = re.compile(
    r"^\s*(?:i (?:don'?t know|guess|see|mean|think so|agree|know|hope so|dunno|was (?:just )?(?:kidding|joking))|let me think|tell me|idk)\b[^,;]*$",
    re.IGNORECASE,
)
_TO_THE_BOT = re.compile(r"\b(?:tell|show|help|give|write|explain|sing|recommend) me\b", re.IGNORECASE)
_CJK = re.compile(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]")
_CJK_SELF = re.compile(r"[我俺私僕]|나|저")


@dataclass(frozen=True, slots=True)
class Salience:
    """Whether to look for events in a turn, and why."""

    worth: bool
    reason: str


def salience(text: str) -> Salience:
    """Judge one message."""
    if _CJK.search(text):
        return Salience(bool(_CJK_SELF.search(text)), "speaks of themselves" if _CJK_SELF.search(text) else "nothing about themselves")
    said = statements(text)
    if not said:
        return Salience(False, "a question or a greeting")
    if not speaks_of_self(said):
        return Salience(False, "nothing about themselves")
    if len(content(said)) < 1 or len(words(said)) < 3:
        return Salience(False, "too short to mean anything later")
    return Salience(True, "speaks of themselves")


def speaks_of_self(text: str) -> bool:
    """Whether the speaker is in it."""
    return bool(_SELF.search(text) or _CJK_SELF.search(text))


def statements(text: str) -> str:
    """The sentences of a message that state something: questions, asides and requests are left out."""
    kept = [
        s for s in sentences(text)
        if not s.endswith("?") and not _QUESTION.match(s) and not _ASIDE.match(s) and not (_TO_THE_BOT.search(s) and len(words(s)) < 8)
    ]
    return " ".join(kept)


def sentences(text: str) -> list[str]:
    """Sentences and lines, stripped, empty ones left out."""
    return [s.strip() for s in re.split(r"(?<=[.!?…。！？])\s+|\n+", text) if s.strip()]
