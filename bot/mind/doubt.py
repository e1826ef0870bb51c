"""How unsure an answer is, and what to do about it: say it, hedge it, or say "I don't know".

Two signs of doubt: how unlikely the model found its own words (the mean log probability of a token; Guo et al. 2017 and others show that it goes
with error), and what it answers when asked whether the answer is true ("P(True)", Kadavath et al. 2022). A small model is sure of itself too
often in both, so they are weighed together, and the threshold is the card's.
"""

import math
from typing import Literal

from bot.mind.prompt import Message

YES, NO = "Yes", "No"

Resolve = Literal["answer", "hedge", "unsure"]

_OF_WORDS = 0.15
"""Weight of how unlikely the words were, beside what the self-check says: chat is worded freely, and rare words are no error."""

_STEEP, _MIDDLE = 2.5, -0.55
"""Mean log probability of a token at which words alone are a coin's throw, and how fast that changes (1.5B model, temperature 0.6)."""


def self_check(question: str, answer: str) -> tuple[Message, ...]:
    """The prompt whose next word is Yes or No."""
    return (
        Message("system", "You check answers. Say Yes only if the answer is a fact that you know for certain; say No if it is wrong, made up or about something that does not exist."),
        Message("user", f"Question: {question}\nAnswer: {answer}\nIs this answer true? Yes or No."),
    )


def doubt(mean_log_probability: float, true: float) -> float:
    """0 sure to 1 not at all. ``true`` is the probability of Yes in the self-check."""
    unlikely = 1 / (1 + math.exp(_STEEP * (mean_log_probability - _MIDDLE) * 2))
    return _OF_WORDS * unlikely + (1 - _OF_WORDS) * (1 - true)


def resolve(doubt: float, threshold: float) -> Resolve:
    """``threshold`` is the card's: above it nothing is claimed; from half of it on an answer is hedged."""
    if doubt > threshold:
        return "unsure"
    return "hedge" if doubt > threshold / 2 else "answer"


_HEDGES = ("I wouldn't swear to it, but: ", "If I have it right: ", "Don't hold me to it: ")
_HEDGES_ZH = ("我不敢保证，不过：", "要是我没记错：")


def hedged(answer: str, number: int, chinese: bool) -> str:
    """The answer with a doubt in front. ``number`` varies the words."""
    hedges = _HEDGES_ZH if chinese else _HEDGES
    return hedges[number % len(hedges)] + answer
