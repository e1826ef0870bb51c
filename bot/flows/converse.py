"""One message -> at most one reply."""

import logging
from contextlib import nullcontext
from dataclasses import replace

from bot.errors import DeliveryError, ModelBusy, ModelError
from bot.flows.acquaintance import Acquaintance
from bot.flows.attend import Attend, Impression
from bot.flows.explain import Explain
from bot.flows.inbox import Incoming, ReplyTo
from bot.flows.keep import is_paused
from bot.flows.permission import Permission
from bot.flows.reach_out import ReachOut
from bot.flows.reflect import Reflect
from bot.flows.remember import Remember
from bot.flows.speak import Speak, Spoken
from bot.flows.stand_by import HelpLines, StandBy
from bot.flows.wardrobe import Wardrobe
from bot.mind.events import Decision, Turn, is_private
from bot.mind.house_rules import RuleKey
from bot.mind.persona import Persona
from bot.mind.restraint import React, Reply, Silent, answer
from bot.mind.tongue import language_of, safe_lines
from bot.mind.tongues import tongue_of
from bot.mind.waiting import BUSY
from bot.mind.why import asks_why
from bot.ports import Clock, Diary, Memories, People, Turns

log = logging.getLogger(__name__)

HISTORY = 40
"""Turns of the conversation that a reply may look back on; the prompt's budget may allow fewer."""


class Converse:
    """Hears a burst of messages by one person and answers it."""

    def __init__(
        self, *, clock: Clock, turns: Turns, people: People, diary: Diary, wardrobe: Wardrobe, speak: Speak,
        memories: Memories, remember: Remember, reach_out: ReachOut, attend: Attend, reflect: Reflect, permission: Permission,
        help_lines: HelpLines = HelpLines(),
    ) -> None:
        self._clock = clock
        self._turns = turns
        self._people = people
        self._diary = diary
        self._memories = memories
        self._wardrobe = wardrobe
        self._acquaintance = Acquaintance(people, clock)
        self._speak = speak
        self._remember = remember
        self._reach_out = reach_out
        self._attend = attend
        self._reflect = reflect
        self._permission = permission
        self._explain = Explain(clock=clock, turns=turns, diary=diary)
        self._stand_by = StandBy(
            clock=clock, turns=turns, people=people, diary=diary, memories=memories, reach_out=reach_out, lines=help_lines
        )

    def use_help_lines(self, lines: HelpLines) -> None:
        """What people in danger are given from now on."""
        self._stand_by.lines = lines

    async def hear(self, burst: tuple[Incoming, ...]) -> None:
        """Store what was said, answer it if it is to be answered, and have it remembered either way.

        Whoever is going to be answered sees so at once; then what was said is stored before anything else: a crash while
        answering loses no word of theirs.
        """
        self._reflect.stir()
        verdict = answer("\n".join(i.turn.text for i in burst), among=not is_private(burst[-1].turn.audience))
        if isinstance(verdict, Silent):
            *_, turn = await self._take_in(burst)
            await self._silent(turn, verdict.reason)
            return
        async with burst[-1].reply_to.thinking() if isinstance(verdict, Reply) else nullcontext():
            await self._reply(burst, await self._take_in(burst), verdict)

    async def _take_in(self, burst: tuple[Incoming, ...]) -> list[Turn]:
        fleeting = await is_paused(self._people, burst[-1].turn.person)
        stored = [await self._turns.add(replace(incoming.turn, fleeting=fleeting)) for incoming in burst]
        for heard in stored:  # "leave me alone" counts wherever in the burst it stands
            await self._reach_out.heard(heard)
        return stored

    async def _reply(self, burst: tuple[Incoming, ...], stored: list[Turn], verdict: Reply | React) -> None:
        turn, reply_to = stored[-1], burst[-1].reply_to
        text = "\n".join(t.text for t in stored)
        impression = await self._attend.hear(turn, text)
        if impression.alarm is not None:
            persona = await self._wardrobe.worn(turn.person, turn.audience, turn.conversation)
            if impression.alarm.sure:
                await self._stand_by.answer(stored, impression.alarm, persona.display, reply_to)
            elif await self._stand_by.ask(stored, impression.alarm, persona.display, reply_to):
                await self._attend.asked(stored, impression.alarm)
            return
        if asks_why(text) and await self._explain.answer(turn, await self._wardrobe.worn(turn.person, turn.audience, turn.conversation), reply_to):
            return
        try:
            if isinstance(verdict, React) and await reply_to.nod(verdict.emoji):
                await self._silent(turn, verdict.reason)
                return
            overheard = list(dict.fromkeys(line for incoming in burst for line in incoming.overheard))
            await self._answer(turn, text, {t.id for t in stored}, impression, reply_to, replace(burst[0], overheard=overheard))
        finally:
            self._remember.start(turn.person)

    async def _answer(
        self, turn: Turn, text: str, burst: set[int], impression: Impression, reply_to: ReplyTo, around: Incoming
    ) -> None:
        worn = await self._wardrobe.worn(turn.person, turn.audience, turn.conversation)
        persona = await self._acquaintance.towards(turn.person, worn)
        try:
            spoken = await self._words(turn, text, burst, persona, impression, reply_to, around)
        except ModelError as fault:
            log.error("no words for an answer: %s", fault)
            busy = isinstance(fault, ModelBusy)
            await self._silent(turn, "too many were talking with me; I said so" if busy else "my language model failed; I said so")
            trouble = safe_lines(text, "", (persona.trouble,))[0]
            await self._deliver(tongue_of(language_of(text))(BUSY) if busy else trouble, turn, reply_to)
            return
        message_id = await self._deliver(spoken.text, turn, reply_to)
        if message_id is not None:
            await self._record(turn, persona, spoken, impression, message_id)
            if not await self._permission.ask(turn, reply_to):
                await self._reach_out.invite.after(turn, reply_to)

    async def _words(
        self, turn: Turn, text: str, burst: set[int], persona: Persona, impression: Impression, reply_to: ReplyTo, around: Incoming
    ) -> Spoken:
        recent = await self._turns.recent(turn.person, turn.conversation, HISTORY)
        history = [t for t in recent if t.id not in burst]
        zone = (await self._people.consent(turn.person)).timezone
        portrait = await self._reflect.portrait(turn.person, turn.audience)
        language = "" if is_private(turn.audience) else await self._people.setting(turn.audience, RuleKey.LANGUAGE) or ""
        return await self._speak.reply(
            turn, text, burst, history, persona, zone, reply_to, impression, around.overheard, portrait, around.adult, language)

    async def _deliver(self, text: str, turn: Turn, reply_to: ReplyTo) -> str | None:
        """The message id; None when it did not arrive."""
        try:
            return await reply_to.say(text)
        except DeliveryError as fault:
            await self._silent(turn, f"my answer could not be delivered: {fault}")
            return None

    async def _record(self, turn: Turn, persona: Persona, spoken: Spoken, impression: Impression, message_id: str) -> None:
        memories = spoken.plan.memories
        said = await self._turns.add(
            replace(
                turn, id=0, by_bot=True, speaker=persona.display, text=spoken.text, said_at=self._clock.now(), message_id=message_id,
                reply_to=turn.id, recalled=memories,
            )
        )
        if not said.id:
            return  # what was answered, or used for the answer, was deleted meanwhile: nothing is written down about it
        await self._reflect.used(turn.person, tuple(f.memory.id for f in spoken.plan.used if f.memory is not None and f.memory.id))
        await self._attend.answered(turn, impression, spoken.plan.did)
        detail = {
            "strategy": spoken.plan.strategy, "persona": persona.name, "drafts": str(spoken.drafts),
            "faults": "; ".join(spoken.verdict.reasons), "stage": impression.standing.stage, "feeling": impression.standing.belief.emotion,
            "did": spoken.plan.did or "",
            "redrawn for": "; ".join(spoken.first.reasons) if spoken.first is not None else "",
        }
        await self._diary.record(
            Decision(
                person=turn.person, act="reply", reason=spoken.plan.reason, at=self._clock.now(), conversation=turn.conversation, turn=turn.id,
                memories=memories, detail=detail,
            )
        )

    async def _silent(self, turn: Turn, reason: str) -> None:
        await self._diary.record(
            Decision(person=turn.person, act="silent", reason=reason, at=self._clock.now(), conversation=turn.conversation, turn=turn.id)
        )
