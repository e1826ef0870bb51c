"""A proposal, for tests of what becomes of it."""

from datetime import timedelta

from bot.mind.events import Memory, Proposal


def proposed(memory: Memory, source: str = "follow_up") -> Proposal:
    """One about this memory, due when the memory was made."""
    at = memory.said_at
    return Proposal(
        person=memory.person, memory=memory.id, source=source, opens=at, best=at, closes=at + timedelta(days=3), worth=0.9, reason="It mattered.", due=at,
    )
