"""What somebody shares with the persona they talk with."""

from bot.errors import PersonaError
from bot.flows.wardrobe import Wardrobe
from bot.mind.events import Kind, Memory, private_audience
from bot.mind.proposals.shared_interest import SharedInterest
from bot.ports import ProposalSource


class Interests:
    """The one proposal source that depends on the persona: its card's knowledge and the notes beside it."""

    def __init__(self, wardrobe: Wardrobe) -> None:
        self._wardrobe = wardrobe

    async def sources(self, memory: Memory) -> tuple[ProposalSource, ...]:
        """None for a memory that is no liking, and where there is no persona at all."""
        if memory.kind is not Kind.PREFERENCE:
            return ()
        try:
            persona = await self._wardrobe.worn(memory.person, private_audience(memory.person))
        except PersonaError:
            return ()
        return (SharedInterest(persona.knowledge.knows, persona.lore),)
