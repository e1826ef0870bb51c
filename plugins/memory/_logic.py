"""How memories are listed and shown to their owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.sdk import Memory, Receipt, Source, TakenIn, is_private

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


def details(memory: Memory, sources: Sequence[Source] = (), newer: Sequence[Memory] = ()) -> list[tuple[str, str]]:
    """Names and values of what is worth knowing about a memory, in reading order. ``newer`` is what they said since that says otherwise."""
    told = list(dict.fromkeys(source.words for source in sources)) or [memory.quote]
    rows = [
        ("In your words", shorten("\n".join(told), _LONGEST_QUOTE) or "-"),
        ("Kind", memory.kind.value),
        ("You said it", stamp(memory.said_at) + (" in private" if is_private(memory.audience) else " in a server")),
    ]
    if memory.happens_at is not None:
        rows.append(("It happens", stamp(memory.happens_at)))
    if memory.resolved_at is not None:
        rows.append(("You told me how it went", stamp(memory.resolved_at)))
    if memory.corrected:
        rows.append(("Put right by you", shorten(memory.quote, _LONGEST_QUOTE)))
    if memory.pinned:
        rows.append(("Pinned", "it does not fade, and nothing replaces it"))
    rows += [("Since then you said", f"“{shorten(m.quote)}” (#{m.id}); `/memory unpin {memory.id}` lets that hold") for m in newer]
    if memory.sensitive:
        rows.append(("Handled gently", "yes"))
    if memory.superseded_by:
        rows.append(("No longer holds", f"replaced by #{memory.superseded_by}"))
    return rows


def stamp(moment: datetime) -> str:
    """A time that the reader's Discord shows in their own zone."""
    return f"<t:{int(moment.timestamp())}:f>"


def taken_words(taken: TakenIn) -> str:
    """What an import added."""
    if not taken.memories and not taken.turns:
        return "I knew all of that already; nothing was added."
    known = f" {taken.known} of the memories I had already." if taken.known else ""
    return (
        f"Taken in: {_counted(taken.memories, 'memory', 'memories')}, {_counted(taken.turns, 'message', 'messages')}, all of it private.{known} "
        "Settings and plans stay as they are here."
    )


def learned_words(told: Sequence[str]) -> str:
    """What was learned about what matters, or that nothing was."""
    if not told:
        return "Nothing yet. I learn from what you pin, put right and delete, and from what helped in a reply."
    return "\n".join([*told, "", "`/memory reset-learning` forgets this; your memories stay."])


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def receipt_words(receipt: Receipt) -> str:
    """What went, counted."""
    counts = [
        (receipt.memories, "memory", "memories"),
        (receipt.turns, "message", "messages"),
        (receipt.proposals, "planned message", "planned messages"),
        (receipt.unprompted, "message I sent unasked", "messages I sent unasked"),
        (receipt.decisions, "note on why I spoke or kept silent", "notes on why I spoke or kept silent"),
    ]
    gone = [f"{count} {one if count == 1 else many}" for count, one, many in counts if count]
    return ", ".join(gone) if gone else "there was nothing to delete"
