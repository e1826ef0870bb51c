""" "Why did you say that?", answered from the diary: no model is asked."""

from dataclasses import replace

from bot.errors import DeliveryError
from bot.flows.inbox import ReplyTo
from bot.mind.events import Decision, Turn
from bot.mind.persona import Persona
from bot.mind.why import of_reply
from bot.ports import Clock, Diary, Turns

_SEARCHED = 50
"""Decisions looked through, newest first."""


class Explain:
    """Tells what a reply was to do, and how it was judged."""

    def __init__(self, *, clock: Clock, turns: Turns, diary: Diary) -> None:
        self._clock = clock
        self._turns = turns
        self._diary = diary

    async def answer(self, turn: Turn, persona: Persona, reply_to: ReplyTo) -> bool:
        """Explain the last reply in this conversation; False when there is none, or the words did not arrive."""
        decisions = await self._diary.recent(turn.person, _SEARCHED)
        spoken = next((d for d in decisions if d.act == "reply" and d.conversation == turn.conversation and "strategy" in d.detail), None)
        if spoken is None:
            return False
        words = of_reply(spoken)
        try:
            message_id = await reply_to.say(words)
        except DeliveryError:
            return False
        await self._turns.settle([turn.id])
        now = self._clock.now()
        await self._turns.add(
            replace(turn, id=0, by_bot=True, speaker=persona.display, text=words, said_at=now, message_id=message_id, reply_to=turn.id, recalled=spoken.memories)
        )
        why = Decision(person=turn.person, act="reply", reason="you asked why", at=now, conversation=turn.conversation, turn=turn.id, memories=spoken.memories)
        await self._diary.record(why)
        return True
