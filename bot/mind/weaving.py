"""What to do with each memory that has to do with a message: mention it, keep it in mind, or leave it alone. At most three reach a prompt.

Asked about, a memory is always told; this is about bringing something up unasked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.mind.events import Kind, Turn
from bot.mind.recall import Found
from bot.mind.words import content, covered

MOST = 3
"""Memories in a prompt."""

_MOSTLY = 0.6
"""Share of its words in an answer that was about it."""

AGAIN = timedelta(days=3)
"""How long one that came to a reply is not brought up again."""

_RECENTLY = 12
"""Turns within which it is not, whenever they were."""


class Use(StrEnum):
    MENTION = "mention"
    KEEP_IN_MIND = "keep in mind"
    AVOID = "avoid"


@dataclass(frozen=True, slots=True)
class Thread:
    """A memory, and what to do with it."""

    use: Use
    found: Found


def weave(relevant: Sequence[Found], text: str, history: Sequence[Turn], now: datetime) -> tuple[Thread, ...]:
    """``relevant`` has to do with ``text``, best first; what they are saying right now is left out. One is mentioned, if any may be: a sore
    point is left alone, and what was brought up lately is only kept in mind."""
    threads: list[Thread] = []
    for found in relevant:
        if found.memory is None or found.memory.words in text or len(threads) == MOST:
            continue
        if found.memory.sensitive and not bounds(found):
            threads.append(Thread(Use.AVOID, found))
        elif lately(found, history, now) or any(t.use is Use.MENTION for t in threads):
            threads.append(Thread(Use.KEEP_IN_MIND, found))
        else:
            threads.append(Thread(Use.MENTION, found))
    return tuple(threads)


def lately(found: Found, history: Sequence[Turn], now: datetime) -> bool:
    """Whether it came to a reply not long ago: to bring it up again would be strange, unless what it is about has happened since."""
    memory = found.memory
    if memory is None:
        return False
    if memory.id and any(memory.id in t.recalled for t in history[-_RECENTLY:] if t.by_bot):
        return True
    if brought_up(memory.words, history):
        return True
    if memory.used_at is None or now - memory.used_at > AGAIN:
        return False
    return memory.happens_at is None or not memory.used_at < memory.happens_at < now


def brought_up(words: str, history: Sequence[Turn]) -> bool:
    """Whether an answer not long ago says most of ``words``; the answer to the very message in which they told it is no reminder."""
    lately, told = history[-_RECENTLY:], content(words)
    pairs = zip(lately, lately[1:], strict=False)
    return any(answer.by_bot and words not in before.text and covered(told, answer.text) >= _MOSTLY for before, answer in pairs)


def bounds(found: Found) -> bool:
    """What somebody cannot or will not do: worth a reminder even where it is a sore point."""
    return found.memory is not None and found.memory.kind in (Kind.WELLBEING, Kind.PREFERENCE)
