"""How things stand with a person at this moment, and what restraint says of a proposal on that."""

from dataclasses import dataclass
from datetime import datetime

from bot.flows.history import History
from bot.mind.events import Act, Consent, Decision, Memory, Proposal, Unprompted
from bot.mind.reception import Reception
from bot.mind.restraint import Rules, Verdict, Wait, may_speak
from bot.mind.there import REASON as THERE
from bot.mind.why import passed
from bot.ports import Clock, Diary, Memories, People, Proposals, Turns


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand, whatever is proposed."""

    consent: Consent
    history: tuple[Unprompted, ...]
    reception: Reception
    last_spoke: datetime | None


@dataclass(frozen=True, slots=True)
class Case:
    """A proposal as it stands at this moment, and the verdict on it."""

    proposal: Proposal
    memory: Memory | None
    standing: Standing
    verdict: Verdict

    @property
    def consent(self) -> Consent:
        return self.standing.consent


class Bench:
    """Judges proposals, always on what the database says now, and writes down why it was decided so."""

    def __init__(
        self, *, clock: Clock, people: People, memories: Memories, proposals: Proposals, diary: Diary, turns: Turns, history: History, rules: Rules,
    ) -> None:
        self._clock = clock
        self._people = people
        self._memories = memories
        self._proposals = proposals
        self._diary = diary
        self._turns = turns
        self._history = history
        self.rules = rules
        self._heard: dict[str, datetime] = {}

    def heard(self, person: str, at: datetime) -> None:
        """They wrote; it counts also when they delete what they wrote."""
        self._heard[person] = at

    async def look_at(self, proposal: int, but: Unprompted | None = None) -> Case | None:
        """Judge it on what the database says now; None when it is not open any more, or gone with its memory.

        ``but`` is a row of the outbox that does not count, nor do those claimed after it: the proposal's own.
        """
        found = await self._proposals.get(proposal)
        if found is None or found.state != ("claimed" if but else "open"):
            return None
        now = self._clock.now()
        standing = await self.standing(await self._people.consent(found.person), now, but)
        return self.judge(found, await self._memories.get(found.person, found.memory), standing, now)

    def judge(self, proposal: Proposal, memory: Memory | None, standing: Standing, at: datetime) -> Case:
        """The verdict as it would be at ``at``, as far as can be told now."""
        verdict = may_speak(
            proposal, standing.consent, memory, standing.history, standing.last_spoke, at, self.rules, standing.reception
        )
        return Case(proposal, memory, standing, verdict)

    async def standing(self, consent: Consent, now: datetime, but: Unprompted | None = None) -> Standing:
        history, reception = await self._history.of(consent.person, now, before=but)
        return Standing(consent, history, reception, await self._last_spoke(consent.person))

    async def _last_spoke(self, person: str) -> datetime | None:
        """Also when they deleted what they last wrote."""
        stored, heard = await self._turns.last_spoke(person), self._heard.get(person)
        return max(stored, heard) if stored and heard else stored or heard

    async def record(self, case: Case, act: Act, reason: str, sent: Unprompted | None = None) -> None:
        """``sent`` is the message, where there was one."""
        detail = {"source": case.proposal.source}
        if act == "speak":
            standing = case.standing
            rules = passed(standing.consent, standing.history, standing.last_spoke, self._clock.now(), self.rules)
            detail["rules"] = "\n".join([*rules, THERE] if sent and sent.audience else rules)
        if isinstance(case.verdict, Wait):
            detail["until"] = case.verdict.until.isoformat()
        await self._diary.record(Decision(
            person=case.proposal.person, act=act, reason=reason, at=self._clock.now(),
            conversation=sent.conversation if sent else case.consent.conversation,
            memories=(case.memory.id,) if case.memory else (), proposal=case.proposal.id, detail=detail,
        ))

    async def note(self, consent: Consent, reason: str, proposal: int = 0) -> None:
        """Something was given up because the person said so."""
        await self._diary.record(Decision(
            person=consent.person, act="drop", reason=reason, at=self._clock.now(), conversation=consent.conversation, proposal=proposal,
        ))
