"""What matters to one person: a small logistic adapter over the importance that everybody's memories get.

The signs of a memory are its kind and the areas of life it touches. Importance is read as a probability; what the person does with a
memory says whether it should have been high or low, and each of its signs takes its part of the difference (stochastic gradient of the
log loss, with the shared importance as offset). The adapter holds numbers by kind and area alone: no word of theirs, so nothing of a
deleted memory stays in it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import exp, log
from types import MappingProxyType
from typing import Literal

from bot.mind.events import Kind, Memory
from bot.mind.topics import topics

Signal = Literal["pinned", "wished", "corrected", "helped", "deleted"]

_TEACHES: Mapping[Signal, tuple[float, float]] = MappingProxyType(
    {"pinned": (1.0, 0.8), "wished": (1.0, 0.8), "corrected": (1.0, 0.4), "helped": (1.0, 0.1), "deleted": (0.0, 0.8)}
)
"""Where the importance should have been, and how far to go there: a pin says much, an answer to a reply that used it little."""

_MOST = 3.0
"""Log-odds that one sign can weigh."""

DULL = 0.15
"""Importance below which a thing is not kept, once they have taught us so."""

_VAGUE = frozenset({"body"})
"""Areas that mix what people tell apart: sport and health."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Of one sign: the log-odds it adds, and how often it was taught."""

    weight: float = 0.0
    times: int = 0


@dataclass(frozen=True, slots=True)
class Leaning:
    """One person's adapter; without signs it changes nothing."""

    signs: Mapping[str, Learned] = field(default_factory=dict)


def importance(leaning: Leaning, memory: Memory) -> float:
    """What the memory matters to this person, 0 to 1; its own importance where nothing was learned."""
    tilt = sum(leaning.signs[sign].weight for sign in signs(memory.kind, memory.quote) if sign in leaning.signs)
    return memory.importance if not tilt else _probability(_odds(memory.importance) + tilt)


def dull(leaning: Leaning, memory: Memory) -> bool:
    """Whether they taught us not to keep such things. Never what is sensitive, and never without having been taught."""
    return not memory.sensitive and memory.importance >= DULL > importance(leaning, memory)


def learn(leaning: Leaning, memory: Memory, signal: Signal) -> Leaning:
    """The adapter after they did this with a memory."""
    wanted, rate = _TEACHES[signal]
    step = rate * (wanted - importance(leaning, memory))
    learned = dict(leaning.signs)
    for sign in signs(memory.kind, memory.quote):
        known = learned.get(sign, Learned())
        learned[sign] = Learned(max(-_MOST, min(_MOST, known.weight + step)), known.times + 1)
    return replace(leaning, signs=learned)


def signs(kind: Kind, text: str) -> frozenset[str]:
    """ "kind:plan", "about:work" ..."""
    return frozenset({f"kind:{kind}"} | {f"about:{topic}" for topic in topics(text) - _VAGUE})


def in_words(leaning: Leaning) -> tuple[str, ...]:
    """For the person, the strongest first."""
    order = sorted(leaning.signs.items(), key=lambda item: (-abs(item[1].weight), item[0]))
    return tuple(f"{_named(sign)}: {_strength(learned.weight)} to you (learned {learned.times} times)" for sign, learned in order if abs(learned.weight) >= 0.01)


def written(leaning: Leaning) -> str:
    """To be stored."""
    return json.dumps({sign: [round(learned.weight, 4), learned.times] for sign, learned in sorted(leaning.signs.items())})


def read_leaning(text: str | None) -> Leaning:
    """What was stored; what cannot be read, or is out of bounds, counts as not learned."""
    try:
        stored = json.loads(text or "{}")
        return Leaning({
            str(sign): Learned(max(-_MOST, min(_MOST, float(weight))), int(times)) for sign, (weight, times) in stored.items()
            if str(sign).startswith(("kind:", "about:")) and float(weight) == float(weight)
        })
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return Leaning()


def _named(sign: str) -> str:
    group, _, name = sign.partition(":")
    return f"memories of the kind {name}" if group == "kind" else f"what is about {name}"


def _strength(weight: float) -> str:
    much = "much " if abs(weight) >= 1 else "a little " if abs(weight) < 0.3 else ""
    return f"matters {much}{'more' if weight > 0 else 'less'}"


def _odds(probability: float) -> float:
    inside = min(0.98, max(0.02, probability))
    return log(inside / (1 - inside))


def _probability(odds: float) -> float:
    return 1 / (1 + exp(-odds))
