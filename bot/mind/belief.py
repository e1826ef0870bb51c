"""What is believed of how somebody feels: each message is evidence, older evidence fades, and what little there is leaves doubt.

The labels are those of GoEmotions (Demszky et al. 2020) and, coarser, Ekman's six with neutral.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import exp
from types import MappingProxyType
from typing import Literal

from bot.mind import chinese, german
from bot.mind.empathy import Intent, Reading

Level = Literal["original", "ekman"]

EKMAN: Mapping[str, tuple[str, ...]] = {
    "anger": ("anger", "annoyance", "disapproval"),
    "disgust": ("disgust",),
    "fear": ("fear", "nervousness"),
    "joy": (
        "joy", "amusement", "approval", "excitement", "gratitude", "love", "optimism", "relief", "pride", "admiration", "desire", "caring",
    ),
    "neutral": ("neutral",),
    "sadness": ("sadness", "disappointment", "embarrassment", "grief", "remorse"),
    "surprise": ("surprise", "realization", "confusion", "curiosity"),
}
"""The finer labels of each coarse one, as GoEmotions groups them."""

_AFFECT: Mapping[str, tuple[float, float]] = {
    "admiration": (0.6, 0.2), "amusement": (0.7, 0.4), "anger": (-0.7, 0.8), "annoyance": (-0.5, 0.4), "approval": (0.4, 0.0), "caring": (0.5, 0.0),
    "confusion": (-0.2, 0.2), "curiosity": (0.2, 0.3), "desire": (0.3, 0.4), "disappointment": (-0.6, -0.2), "disapproval": (-0.4, 0.2),
    "disgust": (-0.7, 0.4), "embarrassment": (-0.5, 0.3), "excitement": (0.8, 0.8), "fear": (-0.7, 0.7), "gratitude": (0.7, 0.1), "grief": (-0.9, -0.1),
    "joy": (0.9, 0.5), "love": (0.8, 0.3), "nervousness": (-0.5, 0.6), "neutral": (0.0, 0.0), "optimism": (0.5, 0.2), "pride": (0.7, 0.4),
    "realization": (0.0, 0.1), "relief": (0.5, -0.4), "remorse": (-0.6, 0.0), "sadness": (-0.8, -0.4), "surprise": (0.1, 0.7),
}
"""Valence and arousal of each label, -1 to 1: its place on Russell's circumplex, by our own judgement."""

LABELS = tuple(sorted(_AFFECT))


def valence_of(emotion: str) -> float | None:
    """-1 (bad) to 1 (good); None for a name that is not known."""
    found = _AFFECT.get(emotion)
    return None if found is None else found[0]


_FADES = 3600.0
"""Seconds after which what was said counts e times less."""

_LAST = 0.6
"""How much what was said before still counts beside a new message that follows at once."""


def _mean(shares: Mapping[str, float], axis: int) -> float:
    total = sum(shares.values())
    return sum(share * _AFFECT[label][axis] for label, share in shares.items()) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Emotions:
    """How one message reads. Shares are 0 to 1 for each label of a level; 0.5 is where naming a label pays."""

    original: Mapping[str, float]
    ekman: Mapping[str, float]
    danger: Mapping[str, float] = field(default_factory=dict)
    """Shares of self_harm, abuse and medical emergency; empty where the reader does not look for them."""

    def named(self, level: Level) -> tuple[str, ...]:
        """The labels that hold: those of at least 0.5, else the nearest one."""
        shares = self.original if level == "original" else self.ekman
        held = tuple(label for label, share in shares.items() if share >= 0.5)
        return held or (max(shares, key=lambda label: shares[label]),)

    @property
    def valence(self) -> float:
        """-1 (bad) to 1 (good)."""
        return _mean(self.original, 0)

    @staticmethod
    def of(emotion: str, intensity: float) -> "Emotions":
        """One of Ekman's labels and nothing else, as words show it; of neutral the whole."""
        share = intensity if emotion != "neutral" else 1.0
        return Emotions({label: share * (label == emotion) for label in LABELS}, {name: share * (name == emotion) for name in EKMAN})


class Need(StrEnum):
    """Maslow's levels, lowest first."""

    BODY = "body"
    SAFETY = "safety"
    BELONGING = "belonging"
    ESTEEM = "esteem"
    GROWTH = "growth"


_NEEDS = (
    (Need.BODY, r"sleep\w*|insomnia|hungry|starving|thirsty|pain|hurts|ill|sick|tired|exhausted|migraine|fever|headache|cold|doctor|hospital"),
    (Need.SAFETY, r"money|rent|debt|job|fired|laid off|evict\w*|landlord|afraid|scared|safe|threat\w*|lawyer|visa|insurance|bills?|surgery|results"),
    (Need.BELONGING, r"lonely|alone|friends?|girlfriend|boyfriend|partner|wife|husband|broke up|break-?up|family|miss (?:him|her|them|you)|love|ignored|left out|funeral|died|mum|mom|dad"),
    (Need.ESTEEM, r"fail\w*|worthless|stupid|proud|promot\w*|embarrass\w*|ashamed|exam|grade|won|lost|praise\w*|respect|good enough|compliment\w*|boss"),
    (Need.GROWTH, r"learn\w*|dream|paint\w*|writing|novel|music|meaning|travel\w*|create|project|course|curious|someday|purpose"),
)
_NEED_WORDS = tuple((need, re.compile(rf"\b(?:{words}|{german.TAGS[need]})\b|{chinese.TAGS[need]}", re.IGNORECASE)) for need, words in _NEEDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What is believed now. ``weight`` counts the evidence (1 for each message, fading)."""

    shares: Mapping[str, float] = field(default_factory=lambda: MappingProxyType(dict.fromkeys(LABELS, 0.0)))
    weight: float = 0.0
    intent: Intent = Intent.SHARE
    need: Need | None = None

    @property
    def valence(self) -> float:
        """-1 (bad) to 1 (good)."""
        return self._affect(0)

    @property
    def arousal(self) -> float:
        """-1 (drained) to 1 (stirred)."""
        return self._affect(1)

    @property
    def intensity(self) -> float:
        """0 (nothing stirs) to 1: the strongest feeling that is not neutral."""
        return max(share for label, share in self.shares.items() if label != "neutral")

    @property
    def doubt(self) -> float:
        """1 when nothing was heard yet, towards 0 with much recent evidence."""
        return 1 / (1 + self.weight)

    @property
    def emotion(self) -> str:
        """Ekman's label that fits best."""
        sums = {name: max(self.shares[label] for label in labels) for name, labels in EKMAN.items()}
        return max(sums, key=lambda name: (sums[name], name == "neutral"))

    def _affect(self, axis: int) -> float:
        return _mean(self.shares, axis)


def update(before: Belief, emotions: Emotions, reading: Reading, text: str, seconds: float) -> Belief:
    """Take in one message, ``seconds`` after the one before it."""
    kept = before.weight * _LAST * exp(-max(0.0, seconds) / _FADES)
    weight = kept + 1.0
    shares = {label: (kept * before.shares[label] + emotions.original[label]) / weight for label in LABELS}
    return Belief(shares=MappingProxyType(shares), weight=weight, intent=reading.intent, need=need_of(text) or before.need)


def need_of(text: str) -> Need | None:
    """The lowest of Maslow's levels that a message touches."""
    return next((need for need, pattern in _NEED_WORDS if pattern.search(text)), None)


_SURE = 0.6
_GLAD = ("excitement", "pride", "relief")
_THEIR_OWN = re.compile(r"\b(?:i|i'?m|i'?ve|me|my|myself|we|our)\b", re.IGNORECASE)


def refine(reading: Reading, emotions: Emotions, text: str) -> Reading:
    """What the words alone said of a message, corrected by what the network reads in it.

    An intent that words show plainly (a question, a greeting) stays; only what would be taken for mere telling may become
    a wish for comfort or a reason to be glad, and only when it is about themselves.
    """
    name = max(emotions.ekman, key=lambda label: emotions.ekman[label])
    share = emotions.ekman[name]
    if share < _SURE or name == reading.emotion:
        return reading
    if name == "neutral":
        return reading
    intent = reading.intent
    if intent in (Intent.SHARE, Intent.CELEBRATE) and _THEIR_OWN.search(text):
        if name in ("sadness", "fear"):
            intent = Intent.COMFORT
        elif any(emotions.original[label] >= _SURE for label in _GLAD):
            intent = Intent.CELEBRATE
    return Reading(name, share, intent)
