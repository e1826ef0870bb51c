"""Put the prompt together: what is stable first, so that the model's cache of it stays good.

Order: the persona and its rules, the examples of its voice as real turns, the portrait of the person, the conversation, the newest
message, and behind it the planner's note. The portrait changes only when somebody was reflected on, never between two messages. Small models follow a note best when it stands last (tried with it before, after and inside the message).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.mind.events import Turn
from bot.mind.persona import Knowledge, Persona


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


RULES = "Before each answer a note tells you what you know and what to do. Follow it, never mention it."
"""The last line of every card's instructions."""

_NAMED = 6
"""Fields of knowledge that the stable head names."""

_ANCHOR = 8
"""History is cut only at every eighth turn or so: cutting one turn at a time would move everything behind it and void the cache."""


def assemble(
    persona: Persona, history: Sequence[Turn], text: str, note: str, *, overheard: Sequence[str] = (), token_budget: int,
    portrait: str = "", speaker: str = "",
) -> tuple[Message, ...]:
    """The prompt for one reply. ``portrait`` is what is known of ``speaker``. ``history`` is oldest first; ``overheard`` is what others
    just said in the same channel. When the budget is short its oldest turns go, and the beginning of
    a message that takes more than a third (its end is what they want answered); in a very small context also examples."""
    tail = (*_company(overheard, token_budget // 6), Message("user", _end_of(text, token_budget // 3)), Message("system", f"Note: {note}"))
    shown = len(persona.voice)
    while shown and _size(prefix(persona, shown) + about(speaker, portrait) + tail) > token_budget:
        shown -= 1
    head = prefix(persona, shown) + about(speaker, portrait)
    return head + tuple(_spoken(t) for t in fitting(history, token_budget - _size(head + tail))) + tail


def _company(overheard: Sequence[str], tokens: int) -> tuple[Message, ...]:
    """Other people's words: as something that was said, never as an instruction."""
    shown = list(overheard)
    while shown and estimate_tokens("\n".join(shown)) > tokens:
        del shown[0]
    return (Message("user", "[Others here were just saying:\n" + "\n".join(shown) + "]"),) if shown else ()


def about(speaker: str, portrait: str) -> tuple[Message, ...]:
    """The portrait as a message; none where there is nothing to say."""
    return (Message("system", f"About {speaker}, whom you talk with: {portrait}"),) if portrait else ()


def _end_of(text: str, tokens: int) -> str:
    while text and estimate_tokens(text) > tokens:
        text = text[len(text) // 4 + 1 :]
    return text


def _size(messages: Sequence[Message]) -> int:
    return sum(estimate_tokens(m.content) + 6 for m in messages)


def prefix(persona: Persona, examples: int | None = None) -> tuple[Message, ...]:
    """What stays the same for a persona, whoever it talks with; with all of its examples, or the first few."""
    character = [persona.prompt.strip(), "You believe: " + "; ".join(value.says for value in persona.values) + "."]
    if persona.dislikes:
        character.append("You cannot stand " + ", ".join(persona.dislikes) + ".")
    if persona.humour:
        character.append(f"Your humour: {persona.humour}.")
    character += _world(persona.knowledge)
    if persona.boundaries:
        character.append("You " + "; you ".join(persona.boundaries) + ".")
    messages = [Message("system", "\n".join([*character, RULES]))]
    for example in persona.voice[:examples]:
        messages.append(Message("user", example.user))
        if example.note:
            messages.append(Message("system", f"Note: {example.note}"))
        messages.append(Message("assistant", example.reply))
    return tuple(messages)


def _world(knowledge: Knowledge) -> list[str]:
    lines = [f"For you the year is {knowledge.era}; you have heard of nothing that came later."] if knowledge.era is not None else []
    if knowledge.knows:
        lines.append(f"You know about {', '.join(knowledge.knows[:_NAMED])}.")
    return lines


def fitting(history: Sequence[Turn], tokens: int) -> Sequence[Turn]:
    """The newest turns that fit, beginning at an anchor where there is one."""
    size, start = 0, len(history)
    while start and size + estimate_tokens(history[start - 1].text) + 6 <= tokens:
        start -= 1
        size += estimate_tokens(history[start].text) + 6
    if start == 0:
        return history
    anchors = (i for i in range(start, len(history)) if history[i].id // 2 % _ANCHOR == 0 and not history[i].by_bot)
    return history[next(anchors, start) :]


def estimate_tokens(text: str) -> int:
    """A safe guess without the tokenizer: 3.2 characters of ASCII a token, one and a half tokens for others."""
    ascii_count = sum(c < "\x80" for c in text)
    return int(ascii_count / 3.2 + (len(text) - ascii_count) * 1.5) + 1


def _spoken(turn: Turn) -> Message:
    return Message("assistant" if turn.by_bot else "user", turn.text)
