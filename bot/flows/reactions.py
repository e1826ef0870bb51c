"""What a person can say to an unprompted message: why?, later, not this, stop. The same for buttons and for commands.

A message is looked up among those to this person: nobody can react to what was written to somebody else.
"""

from datetime import timedelta
from typing import Literal, Protocol

from bot.mind.events import Consent, Unprompted
from bot.mind.restraint import topic_of
from bot.mind.tongues import ENGLISH, Tongue
from bot.ports import Clock, Diary, Memories, Outbox, People, Proposals

Reaction = Literal["why", "later", "not-this", "stop"]

LATER = timedelta(hours=24)

_SEARCHED = 1000
"""Messages and decisions looked through, newest first."""

GONE = "I no longer have that message: it was deleted, together with what it was about."


class Choices(Protocol):
    """The part of ReachOut that carries reactions out."""

    async def opt_in(self, person: str, on: bool) -> Consent: ...
    async def pause(self, person: str, span: timedelta) -> Consent: ...
    async def not_this(self, person: str, topic: str) -> None: ...


class Reactions:
    """Carries out a reaction; the answer is what to tell the person."""

    def __init__(
        self, choices: Choices, *, clock: Clock, people: People, memories: Memories, proposals: Proposals, outbox: Outbox, diary: Diary,
    ) -> None:
        self._choices = choices
        self._clock = clock
        self._people = people
        self._memories = memories
        self._proposals = proposals
        self._outbox = outbox
        self._diary = diary

    async def react(self, person: str, reaction: Reaction, message: int = 0, say: Tongue = ENGLISH) -> str:
        """``message`` is an id in the outbox; 0 is the last one. The answer is in the language of ``say``. "Stop" and "later" work whatever became of the message."""
        if reaction == "stop":
            await self._choices.opt_in(person, False)
            return say("I will not write first any more. Write to me whenever you like.")
        if reaction == "later":
            await self._choices.pause(person, LATER)
            return say("All right, not now. I leave you in peace for a day.")
        found = await self._message(person, message)
        if found is None:
            return say(GONE) if message else say("I have not written to you first.")
        return await (self._why(found, say) if reaction == "why" else self._not_this(found, say))

    async def _message(self, person: str, message: int) -> Unprompted | None:
        history = await self._outbox.history(person, _SEARCHED)
        return next((row for row in history if message in (0, row.id)), None)

    async def _why(self, message: Unprompted, say: Tongue) -> str:
        memory = await self._memories.get(message.person, message.memory)
        decisions = await self._diary.recent(message.person, _SEARCHED)
        spoke = next((d for d in decisions if d.act == "speak" and d.proposal == message.proposal), None)
        lines = [say(message.reason)]
        if memory is not None and memory.quote not in message.reason:
            lines.append(say("Your words were: “{}”", memory.quote))
        if spoke is not None and "rules" in spoke.detail:
            lines += [say("What let it pass:"), *(f"- {say(rule)}" for rule in spoke.detail["rules"].splitlines())]
        return "\n".join(lines)

    async def _not_this(self, message: Unprompted, say: Tongue) -> str:
        proposal = await self._proposals.get(message.proposal)
        memory = await self._memories.get(message.person, message.memory)
        if proposal is None:
            return say(GONE)
        await self._choices.not_this(message.person, topic_of(proposal, memory))
        return say("Noted. I will hold back with things like that for a good while.")
