"""Compressing what is known of a person: by topic, and into a portrait short enough to stand in every prompt.

Summaries are derived: they say nothing that is not in the memories they rest on, and can be written anew at any time. Faded events are
another matter: their digest (``bot.mind.digest``) takes their place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.mind.events import Kind, Memory
from bot.mind.prompt import Message, estimate_tokens
from bot.mind.strength import strength
from bot.mind.topics import topics

Level = Literal["topic", "portrait"]

PORTRAIT_TOKENS = 110
TOPIC_TOKENS = 80
_ENOUGH = 3
"""Memories that make a topic."""

_LASTING = (Kind.PROFILE, Kind.RELATIONSHIP, Kind.PREFERENCE, Kind.WELLBEING, Kind.ACHIEVEMENT)
"""What a portrait is made of, first things first. Plans, experiences and feelings pass."""

_QUOTED = "They said:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A few sentences about one person, for one audience."""

    person: str
    audience: str
    """Who may hear it; all that it rests on may be heard there."""
    level: Level
    about: str
    """The topic; "" for the portrait."""
    text: str
    sources: tuple[int, ...]
    """Ids of the memories it rests on."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What a summary is to say: the memories, in order."""

    level: Level
    about: str
    lines: tuple[Memory, ...]

    @property
    def room(self) -> int:
        """Tokens."""
        return PORTRAIT_TOKENS if self.level == "portrait" else TOPIC_TOKENS


def outlines(memories: Sequence[Memory], now: datetime) -> tuple[Outline, ...]:
    """Topics that are talked of, then the portrait. ``memories`` are those that hold and that one audience may hear. What is a sore
    point is in none: it is spoken of with care, when it comes up."""
    usable = [m for m in memories if not m.sensitive and not m.superseded_by]
    usable.sort(key=lambda m: (-_worth(m, now), m.id))
    by_topic: dict[str, list[Memory]] = {}
    for memory in usable:
        for topic in topics(f"{memory.gist} {memory.quote}"):
            by_topic.setdefault(topic, []).append(memory)
    found = [Outline("topic", topic, _fitting(lines, TOPIC_TOKENS)) for topic, lines in sorted(by_topic.items()) if len(lines) >= _ENOUGH]
    portrait = _portrait(usable, found)
    return (*found, portrait) if portrait.lines else tuple(found)


def composed(outline: Outline) -> str:
    """The gists one after another: what is written where no model does it better."""
    return " ".join(_sentence(m) for m in outline.lines)


def summary_prompt(outline: Outline) -> tuple[Message, ...]:
    """Ask the model for fewer words."""
    task = "Write these notes about one person as one or two short sentences that begin with They or Their. Join what belongs together. Keep every name and number. Add nothing."
    example = "They are called Ruth.\nThey teach maths in Ghent.\nTheir brother Tom puts olives on everything.\nThey cannot stand olives."
    answer = "They are called Ruth, teach maths in Ghent and cannot stand olives. Their brother Tom puts olives on everything."
    notes = "\n".join(_sentence(m) for m in outline.lines)
    return (Message("system", task), Message("user", example), Message("assistant", answer), Message("user", notes))


def _portrait(usable: Sequence[Memory], found: Sequence[Outline]) -> Outline:
    """Who they are first; then the best of each topic, so that a life of many sides is not told by one; then what else lasts."""
    lasting = [m for m in usable if m.kind in _LASTING and not m.gist.startswith(_QUOTED) and not m.folded]
    first = [m for m in lasting if m.pinned or m.kind is Kind.PROFILE]
    best = [next((m for m in outline.lines if m in lasting), None) for outline in found]
    chosen = dict.fromkeys([*first, *(m for m in best if m is not None), *lasting])
    lines = _fitting(list(chosen), PORTRAIT_TOKENS)
    # In an order that does not change with strength: the same portrait costs the model's cache nothing.
    return Outline("portrait", "", tuple(sorted(lines, key=lambda m: (_LASTING.index(m.kind), m.id))))


def _worth(memory: Memory, now: datetime) -> float:
    return memory.importance * (0.5 + strength(memory, now)) + memory.pinned


def _fitting(memories: Sequence[Memory], tokens: int) -> tuple[Memory, ...]:
    """As many as fit, the first first; the same sentence only once."""
    kept: dict[str, Memory] = {}
    for memory in memories:
        said = _sentence(memory)
        if said not in kept and estimate_tokens(" ".join([*kept, said])) <= tokens:
            kept[said] = memory
    return tuple(kept.values())


def _sentence(memory: Memory) -> str:
    return memory.gist if memory.gist.endswith((".", "!", "?", "”", "…")) else f"{memory.gist}."
