"""Danger in a message: the character steps back, plain words and numbers are given, and nothing else is made of it.

No model is asked, nothing is sent unprompted for some days, and nothing is remembered but a flag that its owner can see and delete like any memory; deleting
it deletes the words and the decision about them as well. Where it only may be danger they are asked, plainly, and nothing unprompted is sent for a day; what they said
is remembered as usual once they answer that it is not so, and not before.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.errors import DeliveryError
from bot.flows.inbox import ReplyTo
from bot.flows.reach_out import ReachOut
from bot.mind.crisis import Alarm
from bot.mind.crisis_asking import asking_words
from bot.mind.crisis_help import country_of, emergency_of, plain_words
from bot.mind.events import Act, Decision, Evidence, Kind, Memory, Turn
from bot.ports import Clock, Diary, Memories, People, Turns

log = logging.getLogger(__name__)

QUIET = timedelta(days=3)
"""How long nothing is sent unprompted afterwards."""

QUIET_ASKED = timedelta(days=1)
"""The same, where they were only asked."""


@dataclass(frozen=True, slots=True)
class HelpLines:
    """What the operator set: the country of people whose own is not known, and numbers by country ("" is everybody else)."""

    country: str = ""
    own: Mapping[str, str] = field(default_factory=dict)


class StandBy:
    """Answers a message that tells of danger."""

    def __init__(
        self, *, clock: Clock, turns: Turns, people: People, diary: Diary, memories: Memories, reach_out: ReachOut, lines: HelpLines
    ) -> None:
        self._clock = clock
        self._turns = turns
        self._people = people
        self._diary = diary
        self._memories = memories
        self._reach_out = reach_out
        self.lines = lines

    async def answer(self, burst: Sequence[Turn], alarm: Alarm, name: str, reply_to: ReplyTo) -> None:
        """Say the plain words as ``name``; keep quiet for days. ``burst`` is what was said, stored, the last one last."""
        turn = burst[-1]
        await self._turns.settle([t.id for t in burst])
        country = await self._step_back(turn, QUIET)
        if await self._say(turn, plain_words(alarm, name, country, self.lines.own), name, reply_to):
            await self._flag(turn, alarm, f"it sounded like {alarm.danger}; I gave you numbers and write nothing first for three days", "reply")
        else:
            await self._flag(turn, alarm, f"it sounded like {alarm.danger}; my answer could not be delivered", "silent")

    async def ask(self, burst: Sequence[Turn], alarm: Alarm, name: str, reply_to: ReplyTo) -> bool:
        """Ask whether it is so, where nothing is sure; whether the question arrived."""
        turn = burst[-1]
        country = await self._step_back(turn, QUIET_ASKED)
        arrived = await self._say(turn, asking_words(alarm, emergency_of(country, self.lines.own)), name, reply_to)
        reason = f"it might have been about {alarm.danger}, so I asked" + ("" if arrived else "; my question could not be delivered")
        await self._decided(turn, alarm, reason, "reply" if arrived else "silent")
        return arrived

    async def _step_back(self, turn: Turn, quiet: timedelta) -> str:
        """Send nothing unprompted; their country, "" where it is not known."""
        consent = await self._people.consent(turn.person)
        until = self._clock.now() + quiet
        if consent.snoozed_until is None or consent.snoozed_until < until:
            await self._reach_out.snooze(turn.person, until)
        return (country_of(consent.timezone) if consent.timezone_known else "") or self.lines.country

    async def _say(self, turn: Turn, words: str, name: str, reply_to: ReplyTo) -> bool:
        """Say and store it; whether it arrived."""
        try:
            message_id = await reply_to.say(words)
        except DeliveryError as fault:
            log.error("what was to be said about danger could not be delivered: %s", fault)
            return False
        answer = replace(
            turn, id=0, by_bot=True, speaker=name, text=words, said_at=self._clock.now(), message_id=message_id, reply_to=turn.id, recalled=()
        )
        await self._turns.add(answer)
        return True

    async def _flag(self, turn: Turn, alarm: Alarm, reason: str, act: Act) -> None:
        flag = Memory(
            person=turn.person, audience=turn.audience, kind=Kind.FEELING, quote="", said_at=turn.said_at, importance=0.0, sensitive=True,
            gist=f"Something you wrote sounded like {alarm.danger}, and I gave you numbers to call.", resolved_at=turn.said_at,
        )
        kept = await self._memories.keep(flag, [Evidence(turn=turn.id, start=0, end=len(turn.text))])
        # Gone already: they deleted what they said meanwhile, and nothing is written down about it.
        if kept is not None:
            await self._decided(turn, alarm, reason, act, (kept.id,))

    async def _decided(self, turn: Turn, alarm: Alarm, reason: str, act: Act, memories: tuple[int, ...] = ()) -> None:
        detail = {"crisis": alarm.danger} if alarm.sure else {"crisis": "asked", "about": alarm.danger}
        await self._diary.record(
            Decision(
                person=turn.person, act=act, reason=reason, at=self._clock.now(), conversation=turn.conversation, turn=turn.id, memories=memories,
                detail=detail,
            )
        )
