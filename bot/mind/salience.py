"""Is there anything in a message worth remembering? Decided without the model: greetings and chatter cost nothing."""

import re
from dataclasses import dataclass

from bot.mind.facts import facts
from bot.mind.words import content, words

_SELF = re.compile(
    r"\b(?:i|i'm|im|i've|ive|i'd|i'll|my|me|mine|we|our|us|we're|we've|myself)\b"
    # Family is named without "my", and who tells of a step in life leaves the "I" out.
    r"|\b(?:grand?(?:ma|pa)|nan|granny|mom|mum|mummy|dad|daddy)\b"
    r"|^\W*(?:(?:just|finally) )*(?:(?:got|getting) (?:the|an?|my|in|accepted|promoted|fired|hired|engaged|married|divorced)|passed|failed|moving|moved|starting|started|quit|turning|bought)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"^\s*(?:(?:what|who|where|when|why|how|which)\b(?! (?:i|my|we|our)\b)|(?:do|does|did|can|could|will|would|are|is|should|remember)\b(?!['’]))", re.IGNORECASE
)
_ASIDE = re.compile(
    r"^\s*(?:i (?:don'?t know|guess|see|mean|think so|agree|know|hope so|dunno)|i(?:['’]?m| was) (?:just )?(?:kidding|joking)|let me think|tell me|idk)\b(?P<more>[^,;]*)$",
    re.IGNORECASE,
)
_I_AM = re.compile(r"\W*i['’]?m \w", re.IGNORECASE)
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
    said = statements(text)
    if not said:
        return Salience(False, "a question or a greeting")
    if not speaks_of_self(said):
        return Salience(False, "nothing about themselves")
    if not says_enough(said):
        return Salience(False, "too short to mean anything later")
    return Salience(True, "speaks of themselves")


def says_enough(text: str) -> bool:
    """Whether it is long enough to mean something later: "I'm pregnant" is, "I see" is not. Where words are not set apart,
    four characters are."""
    return bool(content(text)) and (len(words(text)) >= 3 or bool(_I_AM.match(text)) or len(_CJK.findall(text)) >= 4)


def speaks_of_self(text: str) -> bool:
    """Whether the speaker is in it."""
    return bool(_SELF.search(text) or _CJK_SELF.search(text) or facts(text))


def statements(text: str) -> str:
    """The sentences of a message that state something: questions, asides and requests are left out."""
    kept = [
        s for s in sentences(text)
        if not s.endswith(("?", "？")) and not _QUESTION.match(s) and not _aside(s) and not (_TO_THE_BOT.search(s) and len(words(s)) < 8)
    ]
    return " ".join(kept)


def _aside(sentence: str) -> bool:
    """ "I guess", "I see what you mean"; but "I see my therapist on friday" is about themselves."""
    found = _ASIDE.match(sentence)
    return found is not None and not speaks_of_self(found["more"])


def sentences(text: str) -> list[str]:
    """Sentences and lines, stripped, empty ones left out."""
    return [s.strip() for s in re.split(r"(?<=[.!?…])\s+|(?<=[。！？])\s*|\n+", text) if s.strip()]
