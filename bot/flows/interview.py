"""Interview a persona, press it for a while, interview it again."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from bot.flows.inbox import Asks
from bot.flows.speak import Speak
from bot.mind.events import Turn, private_audience
from bot.mind.interview import PRESSURE, SCALE, drift, items, profile, question, score
from bot.mind.persona import Persona
from bot.mind.prompt import assemble
from bot.ports import Clock, LanguageModel

_PERSON = "interview:0"
_REMEMBERED = 40
"""Turns of the talk that it looks back on, as in a real one."""


@dataclass(frozen=True, slots=True)
class Report:
    """Scores from 1 to 5 by trait and value, before and after; ``drift`` is their mean distance."""

    before: dict[str, float]
    after: dict[str, float]
    turns: int

    @property
    def drift(self) -> float:
        return drift(self.before, self.after)


class Nowhere:
    """Nobody reads along."""

    @asynccontextmanager
    async def thinking(self) -> AsyncIterator[None]:
        yield

    def waiting(self, ahead: int) -> None: ...

    async def nod(self, emoji: str) -> bool:
        return False

    async def piece(self, text: str) -> bool:
        return False

    async def say(self, text: str) -> str:
        return ""

    async def ask(self, question: str, about: Asks) -> None: ...


class Interviewer:
    """Asks the questionnaire through the persona's own prompt, so that what it said before weighs on what it answers."""

    def __init__(self, model: LanguageModel, speak: Speak, clock: Clock) -> None:
        self._model = model
        self._speak = speak
        self._clock = clock

    async def interview(self, persona: Persona, turns: int, progress: Callable[[int], None] = lambda _: None) -> Report:
        """``progress`` is told of each turn of pressure that is over. Raises ModelFailed."""
        before = await self._ask(persona, [])
        talk: list[Turn] = []
        for number in range(turns):
            pressed = self._turn(PRESSURE[number % len(PRESSURE)], "Sam", 2 * number + 1)
            spoken = await self._speak.reply(pressed, pressed.text, {pressed.id}, talk[-_REMEMBERED:], persona, "UTC", Nowhere())
            talk += [pressed, self._turn(spoken.text, persona.display, 2 * number + 2, by_bot=True)]
            progress(number + 1)
        return Report(before, await self._ask(persona, talk[-_REMEMBERED:]), turns)

    async def _ask(self, persona: Persona, talk: list[Turn]) -> dict[str, float]:
        room = (await self._model.facts()).context_tokens - 64
        answers = {}
        for item in items(persona):
            asked = question(item)
            messages = assemble(persona, talk, asked.content, "Answer with one number from 1 to 5, as yourself.", token_budget=room)
            answers[item] = score(item, await self._model.choose(messages, SCALE))
        return profile(answers)

    def _turn(self, text: str, speaker: str, number: int, *, by_bot: bool = False) -> Turn:
        at = self._clock.now() + timedelta(minutes=number)
        return Turn(person=_PERSON, speaker=speaker, text=text, said_at=at, audience=private_audience(_PERSON), conversation="interview", by_bot=by_bot, id=number)
