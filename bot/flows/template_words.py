"""Words for an unprompted message without a model: the persona's own lines."""

from datetime import datetime

from bot.errors import PersonaError
from bot.flows.wardrobe import Wardrobe
from bot.mind.event_phrase import UNNAMED, event_phrase
from bot.mind.events import Memory, private_audience
from bot.mind.nudge import faults

PLAIN = "I remember you had something coming up. How did it go?"
"""What is said when no line of the persona fits."""


class TemplateWords:
    """Fills one of the ``follow_up`` lines of the persona that this person talks with. Never fails."""

    def __init__(self, wardrobe: Wardrobe) -> None:
        self._wardrobe = wardrobe

    async def follow_up(self, person: str, memory: Memory, now: datetime) -> str:
        """The same memory always gets the same line of a card."""
        event = event_phrase(memory)
        lines = [line for line in await self._lines(person) if event != UNNAMED or "{event}" not in line]
        texts = [text for text in (_fill(line, event) for line in lines) if not faults(text)]
        return texts[memory.id % len(texts)] if texts else PLAIN

    async def _lines(self, person: str) -> tuple[str, ...]:
        try:
            return (await self._wardrobe.worn(person, private_audience(person))).follow_up
        except PersonaError:
            return ()


def _fill(line: str, event: str) -> str:
    """Put the event in; where it begins the line or a sentence, it begins with a capital."""
    before, found, after = line.partition("{event}")
    if found and (not before.strip() or before.rstrip().endswith((".", "?", "!"))):
        event = event[0].upper() + event[1:]
    return before + event + after if found else line
