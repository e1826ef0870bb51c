"""Read how somebody feels and what they want from a message, and choose what to do about it.

Reading is by words alone here: quick, explainable, English. The strategies are those of emotional support conversations
(Liu et al. 2021, "Towards Emotional Support Dialog Systems", table 1), reduced, with those of friendship added.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What the person wants to happen next."""

    SHARE = "share"
    COMFORT = "comfort"
    CELEBRATE = "celebrate"
    ASK_SELF = "ask about their own life"
    ASK_HUMAN = "ask whether you are human"
    ASK_OPINION = "ask your opinion"
    ASK = "ask"
    GREET = "greet"
    GOODBYE = "goodbye"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a message reads. ``emotion`` is one of Ekman's six or neutral; ``intensity`` 0 to 1."""

    emotion: str
    intensity: float
    intent: Intent


_EMOTION_WORDS = (
    ("sadness", r"sad|died|dead|death|crying?|cried|grie\w+|funeral|lonely|alone|empty|heartbroken|broke up|break-?up|miss (?:him|her|them)|depress\w+|hopeless|devastated|lost my|passed away|dumped|worthless|failed|bombed|hurts?"),
    ("fear", r"afraid|scared|terrified|anxi\w+|nervous|panic\w*|worr(?:y|ied|ies)|dread\w*|frighten\w+"),
    ("anger", r"angry|furious|hate|unfair|yelled|shouted|annoy\w+|pissed|rude|fed up|sick of|livid"),
    ("disgust", r"disgust\w*|gross|revolting|nasty|vile"),
    ("joy", r"happy|glad|yay|won|passed|love (?:it|this)|amazing|great news|excited|thrilled|proud|finally|promot\w+|got the job|got in|awesome|wonderful|engaged|we did it"),
    ("surprise", r"wow|can'?t believe|unexpected\w*|out of nowhere|surpris\w+|no way"),
)
_EMOTIONS = tuple((name, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for name, pattern in _EMOTION_WORDS)
_NEGATED = re.compile(r"\b(?:not|n't|never|no longer)\s+(?:\w+\s+)?$", re.IGNORECASE)
_STRONG = re.compile(r"\b(?:so|really|very|completely|totally|absolutely|extremely)\b|!{2,}|\b[A-Z]{4,}\b")

_INTENTS = (
    (Intent.ASK_HUMAN, r"\b(?:are|r) (?:you|u) (?:(?:really|actually|even|just|like|maybe|secretly) )*(?:an? )?(?:\w+ )?(?:human|person|real|bot|robot|ai|machine|program|computer|alive|man|woman|girl|guy|chatgpt)\b|\b(?:talking|speaking|chatting) (?:to|with) (?:an? )?(?:\w+ )?(?:human|person|bot|robot|ai|machine|program|computer)\b|\byou'?re (?:an? )?(?:\w+ )?(?:human|bot|robot|ai|machine)\b[^.!]*\?"),
    (Intent.ASK_SELF, r"\b(?:do|did|don't|can) (?:you|u) (?:still |even )?(?:remember|recall|know) (?:what|where|when|who|how|why|my|our|me|i|the|that|if|which|about)\b|\bremember (?:when|that|the|my|our|how|what|where)\b|\b(?:what|where|when|who|which|how)(?: old| long| many| much| often)?(?:'s| is| are| was| were| do| does| did| am| have| has)\b[^.!?]*\b(?:my|i|me)\b[^.!?]*\?|\bremind me\b|\b(?:what|which) \w+ (?:do|did|am|was|have) i\b|\b(?:as|like) i (?:told|said)|\bi told you (?:about|that)\b[^.!]*\?"),
    (Intent.GREET, r"^\W*(?:hi+|hey+|hello+|hiya|yo|morning|good (?:morning|evening|afternoon)|sup|what'?s up|how are you|i'?m back)\b(?:\W+(?:\w+\W*){0,3})?$"),
    (Intent.GOODBYE, r"^\W*(?:bye+|good ?night|gn|see (?:you|ya)|talk (?:later|soon|tomorrow)|i(?:'m| am) (?:off|going) to (?:bed|sleep)|(?:i )?(?:gotta|have to|got to) go|ttyl|cya|later)\b"),
    (Intent.ASK_OPINION, r"\b(?:do|don't|would|wouldn't) you (?:agree|think)\b|\byou agree\b|\bgood idea\b[^.]*\?|\bright\?\s*$|\bshould i\b|\bwhat do you think\b|\b(?:isn'?t|aren'?t|don'?t you) \w+[^.]*\?|\bwhat would you do\b|\byour (?:favou?rite|opinion)\b"),
)
_PATTERNS = tuple((intent, re.compile(pattern, re.IGNORECASE)) for intent, pattern in _INTENTS)
_FEELS_BAD = re.compile(
    r"\b(?:i|i'm|im|my|me|we)\b[^.?]*\b(?:died|empty|lonely|awful|terrible|horrible|devastated|can'?t (?:stop|cope|do this|take)|failed|bombed|broke up|fired|lost|cry\w*|cried|scared|terrified|anxious|hopeless|overwhelmed|exhausted|yelled|hurt|worthless|sad|depressed|hate (?:myself|that|it|my))\b",
    re.IGNORECASE,
)


def read(text: str) -> Reading:
    """Read one message."""
    emotion = next((name for name, pattern in _EMOTIONS if _present(pattern, text)), "neutral")
    intensity = 0.0 if emotion == "neutral" else 0.9 if _STRONG.search(text) else 0.6
    return Reading(emotion, intensity, _intent(text, emotion))


def _present(pattern: re.Pattern[str], text: str) -> bool:
    return any(not _NEGATED.search(text[: match.start()]) for match in pattern.finditer(text))


def _intent(text: str, emotion: str) -> Intent:
    for intent, pattern in _PATTERNS:
        if pattern.search(text):
            return intent
    if emotion in ("sadness", "fear", "anger") and _FEELS_BAD.search(text):
        return Intent.COMFORT
    if emotion == "joy":
        return Intent.CELEBRATE
    return Intent.ASK if text.rstrip().endswith("?") else Intent.SHARE
