"""How memories are listed and shown to their owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.sdk import Memory, Receipt, Source, TakenIn, Tongue, is_private

PAGE_LENGTH = 8
_LONGEST_GIST = 180
_LONGEST_QUOTE = 900


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list; ``number`` counts from 1 and is never past the end."""

    memories: tuple[Memory, ...]
    number: int
    pages: int


def page_of(memories: Sequence[Memory], number: int) -> Page:
    pages = max(1, -(-len(memories) // PAGE_LENGTH))
    number = min(max(number, 1), pages)
    start = (number - 1) * PAGE_LENGTH
    return Page(tuple(memories[start : start + PAGE_LENGTH]), number, pages)


def shorten(text: str, longest: int = _LONGEST_GIST) -> str:
    """At most ``longest`` characters, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def details(memory: Memory, say: Tongue, sources: Sequence[Source] = (), newer: Sequence[Memory] = ()) -> list[tuple[str, str]]:
    """Names and values of what is worth knowing about a memory, in reading order. ``newer`` is what they said since that says otherwise."""
    told = list(dict.fromkeys(source.words for source in sources)) or [memory.quote]
    rows = [
        (say("In your words"), shorten("\n".join(told), _LONGEST_QUOTE) or "-"),
        (say("Kind"), say(memory.kind.value)),
        (say("You said it"), say("{} in private" if is_private(memory.audience) else "{} in a server", stamp(memory.said_at))),
    ]
    if memory.happens_at is not None:
        rows.append((say("It happens"), stamp(memory.happens_at)))
    rows += _circumstances(memory, say)
    if memory.resolved_at is not None:
        rows.append((say("You told me how it went"), stamp(memory.resolved_at)))
    if memory.corrected:
        rows.append((say("Put right by you"), shorten(memory.quote, _LONGEST_QUOTE)))
    if memory.pinned:
        rows.append((say("Pinned"), say("it does not fade, and nothing replaces it")))
    rows += [(say("Since then you said"), say("“{}” (#{}); `/memory unpin` {} lets that hold", shorten(m.quote), m.id, memory.id)) for m in newer]
    if memory.sensitive:
        rows.append((say("Handled gently"), say("yes")))
    if memory.superseded_by:
        rows.append((say("No longer holds"), say("replaced by #{}", memory.superseded_by)))
    return rows


def _circumstances(memory: Memory, say: Tongue) -> list[tuple[str, str]]:
    rows = [
        (say("Who else"), ", ".join(f"{p.name} ({p.role})" if p.name and p.role else p.name or p.role for p in memory.participants)),
        (say("Where"), memory.place), (say("Until"), stamp(memory.ends_at) if memory.ends_at else ""), (say("How often"), memory.recurs),
    ]
    return [row for row in rows if row[1]]


def stamp(moment: datetime) -> str:
    """A time that the reader's Discord shows in their own zone."""
    return f"<t:{int(moment.timestamp())}:f>"


def taken_words(taken: TakenIn, say: Tongue) -> str:
    """What an import added."""
    if not taken.memories and not taken.turns:
        return say("I knew all of that already; nothing was added.")
    told = [say("Taken in: {}, {}, all of it private.", _memories(taken.memories, say), _messages(taken.turns, say))]
    if taken.known:
        told.append(say("{} of the memories I had already.", taken.known))
    return " ".join([*told, say("Settings and plans stay as they are here.")])


def learned_words(told: Sequence[str], say: Tongue) -> str:
    """What was learned about what matters, or that nothing was."""
    if not told:
        return say("Nothing yet. I learn from what you pin, put right and delete, and from what helped in a reply.")
    return "\n".join([*told, "", say("`/memory reset-learning` forgets this; your memories stay.")])


def _memories(count: int, say: Tongue) -> str:
    return say("{} memory" if count == 1 else "{} memories", count)


def _messages(count: int, say: Tongue) -> str:
    return say("{} message" if count == 1 else "{} messages", count)


def receipt_words(receipt: Receipt, say: Tongue) -> str:
    """What went, counted."""
    gone = [_memories(receipt.memories, say)] if receipt.memories else []
    gone += [_messages(receipt.turns, say)] if receipt.turns else []
    if count := receipt.proposals:
        gone.append(say("{} planned message" if count == 1 else "{} planned messages", count))
    if count := receipt.unprompted:
        gone.append(say("{} message I sent unasked" if count == 1 else "{} messages I sent unasked", count))
    if count := receipt.decisions:
        gone.append(say("{} note on why I spoke or kept silent" if count == 1 else "{} notes on why I spoke or kept silent", count))
    return ", ".join(gone) if gone else say("there was nothing to delete")
