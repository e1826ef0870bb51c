"""Words for an unprompted message without a model: the persona's own lines."""

from datetime import datetime

from bot.errors import PersonaError
from bot.flows.wardrobe import Wardrobe
from bot.mind.event_phrase import UNNAMED, event_phrase
from bot.mind.events import Memory, Place, Proposal
from bot.mind.nudge import faults
from bot.mind.persona import Persona
from bot.mind.proposals.follow_up import FOLLOW_UP
from bot.mind.proposals.lines import line_for

PLAIN = "I remember you had something coming up. How did it go?"
"""What is said when no line of the persona fits."""

PLAIN_OTHER = "I was thinking of something you told me. How are things?"
"""And for a message that is no follow-up."""


class TemplateWords:
    """A follow-up fills one of the ``follow_up`` lines of the persona that this person talks with; for the rest there are lines
    by its temper. Never fails."""

    def __init__(self, wardrobe: Wardrobe) -> None:
        self._wardrobe = wardrobe

    async def write(self, proposal: Proposal, memory: Memory, now: datetime, place: Place) -> str:
        """The same memory always gets the same line of a card."""
        persona = await self._persona(proposal.person, place)
        if proposal.source != FOLLOW_UP:
            text = line_for(proposal.source, memory, persona.teasing if persona else 0.0)
            return text if not faults(text) else PLAIN_OTHER
        event = event_phrase(memory)
        lines = [line for line in (persona.follow_up if persona else ()) if event != UNNAMED or "{event}" not in line]
        texts = [text for text in (_fill(line, event) for line in lines) if not faults(text)]
        return texts[memory.id % len(texts)] if texts else PLAIN

    async def _persona(self, person: str, place: Place) -> Persona | None:
        try:
            return await self._wardrobe.worn(person, place.audience, place.conversation)
        except PersonaError:
            return None


def _fill(line: str, event: str) -> str:
    """Put the event in; where it begins the line or a sentence, it begins with a capital."""
    before, found, after = line.partition("{event}")
    if found and (not before.strip() or before.rstrip().endswith((".", "?", "!"))):
        event = event[0].upper() + event[1:]
    return before + event + after if found else line
