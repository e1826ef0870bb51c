"""Ask the model whether its own answer is true, and say it, hedge it, or leave it."""

from collections.abc import Sequence

from bot.errors import ModelError
from bot.mind.doubt import NO, YES, doubt, hedged, resolve, self_check
from bot.mind.knowledge import declining
from bot.mind.persona import Persona
from bot.mind.tongue import in_language_of, is_chinese
from bot.ports import LanguageModel


class SelfCheck:
    """Weighs facts before they are told."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    async def weigh(self, question: str, answer: str, scores: Sequence[float]) -> float:
        """How doubtful an answer is, 0 to 1. ``scores`` are the log probabilities of its tokens; without any, the self-check alone counts,
        and without that (the model failed) they do."""
        mean = sum(scores) / len(scores) if scores else 0.0
        try:
            true = (await self._model.choose(self_check(question, answer), (YES, NO)))[0]
        except ModelError:
            true = 0.5
        return doubt(mean, true)

    async def told(self, question: str, answer: str, scores: Sequence[float], persona: Persona, number: int) -> tuple[str, str]:
        """What to say, and in words why. ``number`` varies the words."""
        unsure = await self.weigh(question, answer, scores)
        what = resolve(unsure, persona.knowledge.doubt)
        reason = f"doubt {unsure:.2f} of at most {persona.knowledge.doubt:.2f}"
        if what == "unsure":
            lines = in_language_of(question, declining(persona))
            return lines[number % len(lines)], reason
        return (hedged(answer, number, is_chinese(question)) if what == "hedge" else answer), reason
