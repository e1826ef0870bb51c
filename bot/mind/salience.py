"""Is there anything in a message worth remembering? Decided without the model: greetings and chatter cost nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.mind.facts import facts
from bot.mind.words import content, words

_SELF = re.compile(
    r"\b(?:i|i'm|im|i've|ive|i'd|i'll|my|me|mine|we|our|us|we're|we've|myself)\b"
    # Family is named without "my", and who tells of a step in life leaves the "I" out.
    r"|\b(?:grand?(?:ma|pa)|nan|granny|mom|mum|mummy|dad|daddy)\b"
    r"|^\W*(?:(?:just|finally) )*(?:(?:got|getting) (?:the|an?|my|in|accepted|promoted|fired|hired|engaged|married|divorced)|passed|failed|moving|moved|starting|started|quit|turning|bought)\b"
    r"|^\W*(?:(?:just|finally|so|really|kinda|still|ok|ugh|oh|and) )*(?:watched|saw|went to|had (?:an?|the)|made (?:an?|the)|found (?:an?|the)|lost (?:an?|the)|won|finished|spent|visited|cooked|baked|played|ran (?!out)|read (?:an?|the)|took (?:an?|the)|been (?:feeling|sick|ill|to|crying|working|trying)|"
    r"feeling|nervous|excited|scared|terrified|worried|sad|happy|proud|stressed|exhausted|dreading|looking forward)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"^\s*(?:(?:what|who|where|when|why|how|which)\b(?! (?:i|my|we|our)\b)|(?:do|does|did|can|could|will|would|are|is|should|remember)\b(?!['’]))", re.IGNORECASE
)
_ASIDE = re.compile(
    r"^\s*(?:i (?:don'?t know|guess|see|mean|think(?: so| that)?|agree|know|hope so|dunno|bet|wonder|suppose|believe|thought|heard|read somewhere|was wondering|would say)|i['’]d say|i(?:['’]?m| was) (?:just )?(?:kidding|joking)|let me think|tell me|idk)\b(?P<more>[^,;]*)$",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"^\W*if\b|\b(?:would (?:love|like|hate) to be|could (?:kill|murder|eat|die|sleep for|use a)|if (?:i|we) (?:were|was|had|could|won|ever)\b|imagine\b|pretend\b|suppose\b|let['’]?s (?:say|pretend|assume)\b|what if\b|act (?:like|as)\b|in another life\b)", re.IGNORECASE
)
_JOKE = re.compile(r"\b(?:just |only )?(?:kidding|joking)\b|\bjk\b|\bas if\W*$", re.IGNORECASE)
_OF_THE_BOT = re.compile(r"\byou (?:once |just |already |also |even )?(?:said|told|wrote|mentioned|claimed|promised|called|swore)\b|^\W*you(?:['’]re| are| were| look| sound| seem)\b|\baccording to you\b|\byour (?:favou?rite|own)\b", re.IGNORECASE)
_PASSING = re.compile(
    r"\bjust (?:woke up|got up|got home|got back|came back|came home|ate|had (?:lunch|dinner|breakfast|coffee)|showered|saw your)\b|\bjust\b.*\b(?:lol|lmao|haha+|😂)|\bstuck in my head\b"
    r"|\b(?:right now|brb|be right back|gotta (?:go|run)|have to go now|going to (?:bed|sleep)|off to bed|we['’]ll see|i have an? (?:question|idea|request)|my (?:bad|mistake|fault)|(?:oh )?my (?:god|goodness|word)|tell you something|talk (?:more often|later|tomorrow|about it))\b"
    r"|^\W*i(?:['’]m| am) (?:so |really |kinda |a bit |very )*(?:hungry|bored|tired|thirsty|cold|hot|here|back|ready|sorry|fine|ok|okay|good|serious|confused|listening|curious|not sure)\W*$"
    r"|\bi (?:can['’]?t|cannot|don['’]?t|didn['’]?t|do not|did not) (?:hear|see|understand|get|follow|know|remember|believe|mean)\b(?: (?:you|it|that|this|what you\b.*))?\W*$"
    r"|\bi (?:really |just )?(?:love|hate|like|need|want|don['’]?t like) (?:this|that|it|how|when you|you|your)\b[^,;]*$",
    re.IGNORECASE,
)
"""What is over within the hour."""

_QUOTED = re.compile(r"[\"“”][^\"“”]*[\"“”][^\w]*(?:as (?:my|he|she|they|we) .*)?")

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
    """The sentences of a message that state something of their life. Left out are questions, requests, asides and what passes within the hour,
    what is supposed or meant as a joke, and what they repeat of the companion's words."""
    said = sentences(text)
    return " ".join(s for i, s in enumerate(said) if _states(s) and not _joke(said[i : i + 2]))


def _states(sentence: str) -> bool:
    asks = sentence.endswith(("?", "？")) or _QUESTION.match(sentence) or (_TO_THE_BOT.search(sentence) and len(words(sentence)) < 8)
    unreal = _SUPPOSED.search(sentence) or _OF_THE_BOT.search(sentence) or not _own_words_of(sentence)
    return not (asks or unreal or _aside(sentence) or (_PASSING.search(sentence) and not facts(sentence)))


def _own_words_of(sentence: str) -> bool:
    """Whether they speak for themselves, and not only in somebody's quoted words."""
    plain = _QUOTED.sub(" ", sentence)
    return plain == sentence or speaks_of_self(plain)


def _joke(said: Sequence[str]) -> bool:
    """Whether it is taken back, in its own sentence or in a short one behind it."""
    return bool(_JOKE.search(said[0])) or (len(said) > 1 and len(words(said[1])) <= 4 and bool(_JOKE.search(said[1])))


def _aside(sentence: str) -> bool:
    """ "I guess", "I see what you mean"; but "I see my therapist on friday" is about themselves."""
    found = _ASIDE.match(sentence)
    return found is not None and not speaks_of_self(found["more"])


def sentences(text: str) -> list[str]:
    """Sentences and lines, stripped, empty ones left out."""
    return [s.strip() for s in re.split(r"(?<=[.!?…])\s+|(?<=[。！？])\s*|\n+", text) if s.strip()]
