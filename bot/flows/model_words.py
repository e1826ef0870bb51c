"""Words for an unprompted message in the persona's voice, made by the model and judged."""

from contextlib import aclosing
from datetime import datetime

from bot.errors import ModelFailed
from bot.flows.wardrobe import Wardrobe
from bot.mind.events import Memory, Place, Proposal
from bot.mind.judge import Case, judge
from bot.mind.nudge import faults
from bot.mind.persona import Persona
from bot.mind.plan import writing_first_plan
from bot.mind.prompt import Message, prefix
from bot.mind.proposals.care import CARE
from bot.mind.proposals.tasks import fits, task_of
from bot.mind.speech import clean
from bot.mind.words import content
from bot.ports import Completion, LanguageModel, People

_DRAFTS = 3


class ModelWords:
    """Writes first as the persona would, from the memory that the proposal came from and nothing else."""

    def __init__(self, model: LanguageModel, wardrobe: Wardrobe, people: People, *, seed: int | None = None) -> None:
        self._model = model
        self._wardrobe = wardrobe
        self._people = people
        self._seed = seed

    async def write(self, proposal: Proposal, memory: Memory, now: datetime, place: Place) -> str:
        """Raises ModelFailed when no draft is fit to be sent; there are plain lines for that."""
        persona = await self._wardrobe.worn(proposal.person, place.audience, place.conversation)
        zone = (await self._people.consent(proposal.person)).timezone
        task = task_of(proposal.source)
        planned = writing_first_plan(task.do, task.why, memory, now, zone)
        case = Case(plan=planned, persona=persona, text="")
        tone = f" In a tone that is {persona.reach_out}." if persona.reach_out and proposal.source != CARE else ""
        messages = (*prefix(persona), Message("system", f"Note: {planned.note}{tone}"))
        about = content(memory.quote) | content(memory.gist)
        for attempt in range(_DRAFTS):
            draft = await self._draft(proposal.person, persona, messages, attempt)
            if not faults(draft) and fits(draft, task) and content(draft) & about and judge(draft, case).passes:
                return draft
        raise ModelFailed(f"no draft for {proposal.source} was fit to be sent")

    async def _draft(self, person: str, persona: Persona, messages: tuple[Message, ...], attempt: int) -> str:
        seed = None if self._seed is None else (self._seed * 1_000_003 + attempt) % 2**31
        request = Completion(
            messages=messages, max_tokens=60, temperature=0.7, min_p=0.08, seed=seed, stop=("\n", "Note:"), background=True,
            owner=person, adapter=persona.model.adapter,
        )
        parts = []
        async with aclosing(self._model.stream(request)) as pieces:
            async for piece in pieces:
                parts.append(piece)
        return clean("".join(parts)).strip('"')
