"""Words for an unprompted message in the persona's voice, made by the model and judged."""

from contextlib import aclosing
from datetime import datetime

from bot.errors import ModelFailed
from bot.flows.wardrobe import Wardrobe
from bot.mind.events import Memory, private_audience
from bot.mind.judge import Case, judge
from bot.mind.nudge import faults
from bot.mind.persona import Persona
from bot.mind.plan import follow_up_plan
from bot.mind.prompt import Message, prefix
from bot.mind.speech import clean
from bot.mind.words import content
from bot.ports import Completion, LanguageModel, People

_DRAFTS = 3


class ModelWords:
    """Asks how something went, as the persona would."""

    def __init__(self, model: LanguageModel, wardrobe: Wardrobe, people: People, *, seed: int | None = None) -> None:
        self._model = model
        self._wardrobe = wardrobe
        self._people = people
        self._seed = seed

    async def follow_up(self, person: str, memory: Memory, now: datetime) -> str:
        """Raises ModelFailed when no draft is fit to be sent; the card's own lines are there for that."""
        persona = await self._wardrobe.worn(person, private_audience(person))
        zone = (await self._people.consent(person)).timezone
        planned = follow_up_plan(memory, now, zone)
        case = Case(plan=planned, persona=persona, text="")
        messages = (*prefix(persona), Message("system", f"Note: {planned.note}"))
        for attempt in range(_DRAFTS):
            draft = await self._draft(person, persona, messages, attempt)
            if not faults(draft) and draft.endswith("?") and content(draft) & content(memory.quote) and judge(draft, case).passes:
                return draft
        raise ModelFailed("no draft of a follow-up was fit to be sent")

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
