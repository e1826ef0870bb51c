"""Danger in a message: the character steps back, plain words and numbers are given, and nothing else is made of it.

No model is asked, nothing is sent unprompted for some days, and nothing is remembered but a flag that its owner can see and
delete like any memory; deleting it deletes the words and the decision about them as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.errors import DeliveryError
from bot.flows.inbox import ReplyTo
from bot.flows.reach_out import ReachOut
from bot.mind.crisis import Alarm
from bot.mind.crisis_help import country_of, plain_words
from bot.mind.events import Decision, Evidence, Kind, Memory, Turn
from bot.ports import Clock, Diary, Memories, People, Turns

QUIET = timedelta(days=3)
"""How long nothing is sent unprompted afterwards."""


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
        self._lines = lines

    async def answer(self, burst: Sequence[Turn], alarm: Alarm, name: str, reply_to: ReplyTo) -> None:
        """Say the plain words as ``name``; keep quiet for days. ``burst`` is what was said, stored, the last one last."""
        turn = burst[-1]
        await self._turns.settle([t.id for t in burst])
        consent = await self._people.consent(turn.person)
        country = (country_of(consent.timezone) if consent.timezone_known else "") or self._lines.country
        until = self._clock.now() + QUIET
        if consent.snoozed_until is None or consent.snoozed_until < until:
            await self._reach_out.snooze(turn.person, until)
        words = plain_words(alarm, name, country, self._lines.own)
        try:
            message_id = await reply_to.say(words)
        except DeliveryError as fault:
            await self._flag(turn, alarm, f"it sounded like {alarm.danger}; my answer could not be delivered: {fault}", "silent")
            return
        answer = replace(
            turn, id=0, by_bot=True, speaker=name, text=words, said_at=self._clock.now(), message_id=message_id, reply_to=turn.id, recalled=()
        )
        await self._turns.add(answer)
        await self._flag(turn, alarm, f"it sounded like {alarm.danger}; I gave you numbers and write nothing first for three days", "reply")

    async def _flag(self, turn: Turn, alarm: Alarm, reason: str, act: str) -> None:
        flag = Memory(
            person=turn.person, audience=turn.audience, kind=Kind.FEELING, quote="", said_at=turn.said_at, importance=0.0, sensitive=True,
            gist=f"Something you wrote sounded like {alarm.danger}, and I gave you numbers to call.", resolved_at=turn.said_at,
        )
        kept = await self._memories.keep(flag, [Evidence(turn=turn.id, start=0, end=len(turn.text))])
        # Gone already: they deleted what they said meanwhile, and nothing is written down about it.
        if kept is None:
            return
        await self._diary.record(
            Decision(
                person=turn.person, act="reply" if act == "reply" else "silent", reason=reason, at=self._clock.now(), conversation=turn.conversation,
                turn=turn.id, memories=(kept.id,), detail={"crisis": alarm.danger},
            )
        )
