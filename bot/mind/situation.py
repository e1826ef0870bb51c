"""Needs and emotions, and which of them a message is about: the map on which the values of a persona stand.

Needs are the five levels of Maslow (1943, "A Theory of Human Motivation"), emotions the eight of Plutchik (1980, "A general
psychoevolutionary theory of emotion"). Each emotion points at the needs that it mostly speaks of; each has words that show it.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from bot.mind import chinese, german


class Need(StrEnum):
    """From the ground up."""

    BODY = "body"
    SAFETY = "safety"
    BELONGING = "belonging"
    ESTEEM = "esteem"
    GROWTH = "growth"


class Emotion(StrEnum):
    """Plutchik's primary ones."""

    JOY = "joy"
    TRUST = "trust"
    FEAR = "fear"
    SURPRISE = "surprise"
    SADNESS = "sadness"
    DISGUST = "disgust"
    ANGER = "anger"
    ANTICIPATION = "anticipation"


Tag = Need | Emotion

_WORDS: Mapping[Tag, str] = {
    Need.BODY: r"hungry|tired|exhausted|sleep\w*|ill|sick|pain\w*|eat\w*|food|drunk|drink\w*|rest",
    Need.SAFETY: r"money|rent|debt|job|fired|safe\w*|danger\w*|threat\w*|lie[ds]?|lying|cheat\w*|steal\w*|stole|law|insurance|secret\w*|risk\w*",
    Need.BELONGING: r"friends?|alone|lonely|family|mother|mum|mom|dad|father|sister|brother|partner|ex|boyfriend|girlfriend|wife|husband|colleagues?|neighbou?rs?|party|invited?|together|love[ds]?|promis\w*|apologi[sz]\w*|sorry|forgive\w*",
    Need.ESTEEM: r"fail\w*|proud|ashamed|shame|stupid|useless|worthless|lazy|praise\w*|respect\w*|better than|boss|promotion|interview|exam\w*|grade\w*|ugly|fat|loser|embarrass\w*",
    Need.GROWTH: r"learn\w*|try|trying|tried|start\w*|practi[sc]\w*|dream\w*|write|writing|paint\w*|music|study\w*|quit\w*|give up|change|book|read\w*|build\w*|garden\w*",
    Emotion.JOY: r"happy|glad|great|won|passed|excited|finally|yay|wonderful|fun",
    Emotion.TRUST: r"trust\w*|honest\w*|promis\w*|secret\w*|rely|believe",
    Emotion.FEAR: r"afraid|scared|nervous|anxious|worr\w+|panic\w*|terrified",
    Emotion.SURPRISE: r"suddenly|out of nowhere|wow|unexpected\w*|can't believe",
    Emotion.SADNESS: r"sad|cry\w*|cried|died|grie\w+|miss(?:ing)?|lost|heartbroken|down|empty|awful",
    Emotion.DISGUST: r"gross|disgust\w*|vile|cringe\w*|hate myself",
    Emotion.ANGER: r"angry|furious|hate\w*|unfair|idiots?|revenge|pissed|annoy\w*|fed up|rude|yell\w*",
    Emotion.ANTICIPATION: r"tomorrow|soon|next week|plan\w*|can't wait|going to|waiting",
}
_SHOWN = {tag: re.compile(rf"\b(?:{pattern}|{german.TAGS[tag]})\b|{chinese.TAGS[tag]}", re.IGNORECASE) for tag, pattern in _WORDS.items()}

LEADS: Mapping[Emotion, tuple[Need, ...]] = {
    Emotion.JOY: (Need.BELONGING, Need.GROWTH),
    Emotion.TRUST: (Need.BELONGING,),
    Emotion.FEAR: (Need.SAFETY,),
    Emotion.SURPRISE: (Need.SAFETY,),
    Emotion.SADNESS: (Need.BELONGING, Need.ESTEEM),
    Emotion.DISGUST: (Need.ESTEEM,),
    Emotion.ANGER: (Need.ESTEEM, Need.SAFETY),
    Emotion.ANTICIPATION: (Need.GROWTH,),
}
"""Which needs an emotion mostly speaks of."""

_SHOWS, _LED = 1.0, 0.4


def situation(text: str) -> dict[Tag, float]:
    """What a message is about: weight by need and emotion, those that are absent left out."""
    felt: dict[Tag, float] = {tag: _SHOWS for tag, pattern in _SHOWN.items() if pattern.search(text)}
    for emotion in [tag for tag in felt if isinstance(tag, Emotion)]:
        for need in LEADS[emotion]:
            felt[need] = felt.get(need, 0.0) + _LED
    return felt
