"""One proposal -> at most one unprompted message."""

import asyncio
import logging
import re
import secrets
import zoneinfo
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Protocol

from bot.errors import CannotReach, DeliveryError, OldfriendError
from bot.flows.history import History
from bot.flows.reactions import Reactions
from bot.mind.events import Act, Consent, Decision, Memory, Proposal, Turn, Unprompted, is_private, private_audience
from bot.mind.nudge import faults
from bot.mind.proposals.follow_up import FOLLOW_UP
from bot.mind.proposals.lines import line_for
from bot.mind.quiet import zone_named
from bot.mind.reception import Reception, better_hour
from bot.mind.refusal import refusal
from bot.mind.restraint import Drop, Rules, Speak, Verdict, Wait, may_speak, topic_of
from bot.mind.timezones import find_timezone
from bot.mind.why import passed
from bot.ports import Clock, Diary, Memories, Messenger, Outbox, People, Proposals, ProposalSource, Turns

log = logging.getLogger(__name__)

WORDS_TIMEOUT = 120.0
"""Seconds that the words may take before the persona's own lines are used."""

LOOK_AGAIN = timedelta(days=1)
"""After which plans are looked at anew although none was made here: another process may have made some."""

TRY_AGAIN = timedelta(minutes=10)
"""After an outage."""

CLOSED = "Your messages are closed to me."

NOT_NOW = timedelta(hours=12)
"""How long somebody who said "not now" is left in peace."""

GOODBYE = timedelta(hours=2)
"""And somebody who said goodbye."""


class Words(Protocol):
    """Finds the words for an unprompted message."""

    async def follow_up(self, person: str, memory: Memory, now: datetime) -> str:
        """Ask how the event of this memory went. May raise OldfriendError."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """How things stand with a person at this moment, whatever is proposed."""

    consent: Consent
    history: tuple[Unprompted, ...]
    reception: Reception
    last_spoke: datetime | None


@dataclass(frozen=True, slots=True)
class _Case:
    """A proposal as it stands at this moment, and the verdict on it."""

    proposal: Proposal
    memory: Memory | None
    standing: _Standing
    verdict: Verdict

    @property
    def consent(self) -> Consent:
        return self.standing.consent


class ReachOut:
    """Plans, permits, claims, words and sends unprompted messages.

    ``words`` makes the first draft; ``plain_words`` (``TemplateWords``) is used where that fails or must not be sent.
    """

    def __init__(
        self, *, clock: Clock, people: People, memories: Memories, proposals: Proposals, outbox: Outbox, diary: Diary,
        turns: Turns, messenger: Messenger, words: Words, plain_words: Words, sources: Iterable[ProposalSource] = (),
        rules: Rules = Rules(), name: str = "Oldfriend",
    ) -> None:
        self._clock = clock
        self._people = people
        self._memories = memories
        self._proposals = proposals
        self._outbox = outbox
        self._history = History(outbox, people)
        self._diary = diary
        self._turns = turns
        self._messenger = messenger
        self._words = words
        self._plain_words = plain_words
        self._sources = {source.name: source for source in sources}
        self._rules = rules
        self._name = name
        self.reactions = Reactions(
            self, clock=clock, people=people, memories=memories, proposals=proposals, outbox=outbox, diary=diary
        )
        """What people can say to an unprompted message."""
        self._hears_due: Callable[[datetime], None] | None = None
        self._heard: dict[str, datetime] = {}
        self._opens: dict[str, datetime] = {}
        """When the next plan for somebody opens, as far as looked: until then their writing changes nothing about it."""
        # One at a time: two proposals for the same person must not pass the same rules side by side, and of two choices
        # made at once neither may write back what the other one changed.
        self._considering = asyncio.Lock()
        self._choosing = asyncio.Lock()

    def add_source(self, source: ProposalSource) -> None:
        """Ask this one too about memories that are kept from now on."""
        self._sources[source.name] = source

    def on_due(self, hears: Callable[[datetime], None] | None) -> None:
        """Call ``hears`` with the time of every proposal that is planned or moved; None ends it."""
        self._hears_due = hears

    # What people choose

    async def opt_in(self, person: str, on: bool) -> Consent:
        """The person's word on being written to. Asking again also tries anew where their messages were closed."""
        return await self._choose(person, lambda c: replace(c, reach_out=on, unreachable=c.unreachable and not on))

    async def set_quiet_hours(self, person: str, start: time, end: time) -> Consent:
        """Local times; equal means none."""
        return await self._choose(person, lambda c: replace(c, quiet_start=start, quiet_end=end))

    async def set_timezone(self, person: str, name: str) -> Consent:
        """An IANA name or a city's ("Europe/Berlin", "berlin"). Raises OldfriendError with near matches for unknown ones."""
        zone = find_timezone(name, zoneinfo.available_timezones())
        before = await self._people.consent(person)
        if not before.timezone_known:
            await self._read_times_anew(person, before.timezone, zone)
        return await self._choose(person, lambda c: replace(c, timezone=zone, timezone_known=True))

    async def snooze(self, person: str, until: datetime | None) -> Consent:
        """Write nothing unprompted before ``until``; None ends it."""
        return await self._choose(person, lambda c: replace(c, snoozed_until=until))

    async def pause(self, person: str, span: timedelta) -> Consent:
        """Write nothing unprompted for so long; a longer pause that holds already stays."""
        until = self._clock.now() + span
        return await self._choose(person, lambda c: replace(c, snoozed_until=max(until, c.snoozed_until or until)))

    async def heard(self, turn: Turn) -> None:
        """The person wrote: they can be reached, and what waited for their turn need not wait any longer. "Stop writing to
        me", "not now" and a goodbye are taken at their word."""
        private = is_private(turn.audience)
        now = self._clock.now()
        self._heard[turn.person] = now
        said = refusal(turn.text)
        before = await self._people.consent(turn.person)
        consent = before
        if said is not None or before.unreachable or (private and before.conversation != turn.conversation):
            consent = await self._change(turn.person, lambda c: _taken_at_their_word(replace(
                c, unreachable=False, conversation=turn.conversation if private else c.conversation,
            ), said, now))
        await self._history.heard(turn.person, now)
        if before.reach_out and not consent.reach_out:
            await self._note(consent, "You told me to stop writing first.")
        if consent.reach_out:  # else nothing of it may go, and opting in looks at all of it anew
            await self._move_open_ones(consent, now)

    async def _move_open_ones(self, consent: Consent, now: datetime) -> None:
        if now < self._opens.get(consent.person, now):
            return
        planned = await self._proposals.open(consent.person)
        self._opens[consent.person] = min((p.opens for p in planned if p.opens > now), default=now + LOOK_AGAIN)
        waiting = [p for p in planned if p.opens <= now]
        if waiting:
            del self._opens[consent.person]
        await self._move(waiting, consent)

    async def not_this(self, person: str, topic: str) -> None:
        """They would rather not be written to about this kind of thing, for a while."""
        await self._history.dismissed(person, topic, self._clock.now())

    async def cancel(self, person: str, proposal: int) -> bool:
        """Give up something planned; False when this person has no such plan."""
        if all(planned.id != proposal for planned in await self._proposals.open(person)):
            return False
        await self._proposals.close(proposal, "dropped")
        await self._note(await self._people.consent(person), "You told me to let it go.", proposal)
        return True

    # What is planned

    async def planned(self, person: str) -> tuple[Proposal, ...]:
        """What is planned for this person, by due time."""
        return await self._proposals.open(person)

    async def held_back(self, person: str) -> Mapping[int, str]:
        """Why planned ones wait: proposal -> the last reason, for those that were considered already."""
        reasons: dict[int, str] = {}
        for decision in await self._diary.recent(person, 200):
            if decision.act == "wait" and decision.proposal:
                reasons.setdefault(decision.proposal, decision.reason)
        return reasons

    async def plan(self, memory: Memory) -> tuple[Proposal, ...]:
        """Ask every source about a memory that was just kept; what they propose is stored and its time noted."""
        consent = await self._people.consent(memory.person)
        now = self._clock.now()
        drafts = [draft for source in self._sources.values() if (draft := source.propose(memory, consent, now)) is not None]
        reception = await self._history.reception(memory.person) if drafts else Reception()
        stored = [await self._proposals.propose(_at_a_good_hour(draft, consent, reception)) for draft in drafts]
        planned = tuple(proposal for proposal in stored if proposal is not None)
        self._opens.pop(memory.person, None)
        for proposal in planned:
            self._tell(proposal.due)
        return planned

    async def next_due(self, until: datetime | None = None) -> datetime | None:
        """When the next open proposal wants to be considered; with ``until`` only if by then."""
        waiting = await self._proposals.open(until=until, limit=1)
        return waiting[0].due if waiting else None

    # When the time has come

    async def recover(self) -> int:
        """At start, before anything is considered: what a process that died had claimed is lost, not sent again. How many."""
        lost = await self._outbox.lose_stale()
        if lost:
            log.warning("%d unprompted messages were claimed by a process that died; they are not sent again", lost)
        return lost

    async def consider_due(self, now: datetime) -> int:
        """Consider everything that is due by ``now``, the worthiest first, one after another. How many there were."""
        due = await self._proposals.open(until=now)
        for proposal in sorted(due, key=lambda p: (-p.worth, p.due)):
            try:
                await self.consider(proposal.id)
            except OldfriendError as fault:  # the others' time has come as well
                log.error("proposal %d could not be considered: %s", proposal.id, type(fault).__name__)
        return len(due)

    async def consider(self, proposal: int) -> None:
        """Its time has come: judge it on the state of this moment; speak, wait or drop."""
        async with self._considering:
            case = await self._look_at(proposal)
            if case is None:
                return
            if isinstance(case.verdict, Speak) and case.memory is not None:
                if not await self._can_reach(case):
                    return
                text = await self._find_words(case.proposal, case.memory)
                # Finding the words took a while: they may have written, stopped it or deleted the memory meanwhile.
                case = await self._look_at(proposal)
                if case is None:
                    return
                if isinstance(case.verdict, Speak):
                    await self._claim_and_send(case, text)
                    return
            await self._hold_back(case)

    async def _can_reach(self, case: _Case) -> bool:
        """Whether there is a way to them now, found before words are made: an outage postpones, and loses nothing."""
        person = case.proposal.person
        try:
            conversation = await self._messenger.conversation(person)
        except CannotReach:
            await self._record(case, "drop", CLOSED)
            await self._proposals.close(case.proposal.id, "dropped")
            await self._change(person, lambda c: replace(c, unreachable=True))
            return False
        except DeliveryError:
            until = self._clock.now() + TRY_AGAIN
            await self._hold_back(replace(case, verdict=Wait(until, "I could not get through to you just then.")))
            return False
        await self._change(person, lambda c: replace(c, conversation=conversation))
        return True

    async def _look_at(self, proposal: int, but: Unprompted | None = None) -> _Case | None:
        """Judge it on what the database says now; None when it is not open any more, or gone with its memory.

        ``but`` is a row of the outbox that does not count, nor do those claimed after it: the proposal's own.
        """
        found = await self._proposals.get(proposal)
        if found is None or found.state != ("claimed" if but else "open"):
            return None
        return await self._judge(found, await self._people.consent(found.person), self._clock.now(), but)

    async def _judge(self, proposal: Proposal, consent: Consent, at: datetime, but: Unprompted | None = None) -> _Case:
        return await self._judge_as(proposal, await self._standing(consent, at, but), at)

    async def _judge_as(self, proposal: Proposal, standing: _Standing, at: datetime) -> _Case:
        memory = await self._memories.get(proposal.person, proposal.memory)
        verdict = may_speak(
            proposal, standing.consent, memory, standing.history, standing.last_spoke, at, self._rules, standing.reception
        )
        return _Case(proposal, memory, standing, verdict)

    async def _standing(self, consent: Consent, now: datetime, but: Unprompted | None = None) -> _Standing:
        history, reception = await self._history.of(consent.person, now, before=but)
        return _Standing(consent, history, reception, await self._last_spoke(consent.person))

    async def _last_spoke(self, person: str) -> datetime | None:
        """Also when they deleted what they last wrote."""
        stored, heard = await self._turns.last_spoke(person), self._heard.get(person)
        return max(stored, heard) if stored and heard else stored or heard

    async def _hold_back(self, case: _Case) -> None:
        verdict = case.verdict
        if isinstance(verdict, Wait):
            await self._record(case, "wait", verdict.reason)
            await self._proposals.postpone(case.proposal.id, verdict.until)
            self._tell(verdict.until)
        elif isinstance(verdict, Drop):
            await self._record(case, "drop", verdict.reason)
            await self._proposals.close(case.proposal.id, "dropped")

    async def _find_words(self, proposal: Proposal, memory: Memory) -> str:
        now = self._clock.now()
        if proposal.source != FOLLOW_UP:
            text = line_for(proposal.source, memory)
            return text if not faults(text) else await self._plain_words.follow_up(proposal.person, memory, now)
        try:
            async with asyncio.timeout(WORDS_TIMEOUT):
                text = (await self._words.follow_up(proposal.person, memory, now)).strip()
        except (OldfriendError, TimeoutError) as fault:
            log.warning("proposal %d: no words were found (%s); the persona's own are used", proposal.id, type(fault).__name__)
            text = ""
        if not faults(text):
            return text
        return await self._plain_words.follow_up(proposal.person, memory, now)

    async def _claim_and_send(self, case: _Case, text: str) -> None:
        claimed = await self._outbox.claim(Unprompted(
            person=case.proposal.person, conversation=case.consent.conversation, proposal=case.proposal.id,
            memory=case.proposal.memory, nonce=secrets.token_hex(12), reason=case.proposal.reason,
            at=self._clock.now(), text=text,
        ))
        if claimed is None:
            log.info("proposal %d: another process has it, or it was deleted", case.proposal.id)
            return
        # Another process may have claimed a different proposal for the same person; of two, the first one goes.
        again = await self._look_at(case.proposal.id, but=claimed)
        if again is None or not isinstance(again.verdict, Speak):
            await self._outbox.settle(claimed.id, "failed")
            if again is not None:
                await self._record(again, "drop", again.verdict.reason)
            return
        await self._send(again, claimed)

    async def _send(self, case: _Case, claimed: Unprompted) -> None:
        """From here a crash leaves the row claimed: the message is lost then, since it may have been delivered."""
        await self._history.note(claimed, topic_of(case.proposal, case.memory), case.consent)
        try:
            message_id = await self._messenger.send(claimed)
        except CannotReach:
            await self._fail(case, claimed, CLOSED)
            await self._change(case.proposal.person, lambda c: replace(c, unreachable=True))
        except DeliveryError:
            await self._fail(case, claimed, "It could not be delivered, and I do not try twice.")
        else:
            await self._outbox.settle(claimed.id, "sent", claimed.text)
            await self._record(case, "speak", case.proposal.reason)
            await self._remember_saying(claimed, message_id)

    async def _fail(self, case: _Case, claimed: Unprompted, reason: str) -> None:
        await self._outbox.settle(claimed.id, "failed")
        await self._history.strike(claimed)
        await self._record(case, "drop", reason)

    async def _remember_saying(self, sent: Unprompted, message_id: str) -> None:
        """It is part of the conversation. Where that is may have become known only when it was sent."""
        if await self._memories.get(sent.person, sent.memory) is None:
            return  # deleted while it was on its way
        consent = await self._people.consent(sent.person)
        await self._turns.add(Turn(
            person=sent.person, speaker=self._name, text=sent.text, said_at=sent.at, by_bot=True,
            audience=private_audience(sent.person), conversation=sent.conversation or consent.conversation,
            message_id=message_id, recalled=(sent.memory,),
        ))

    async def _record(self, case: _Case, act: Act, reason: str) -> None:
        if await self._proposals.get(case.proposal.id) is None:
            return  # deleted with its memory: nothing about it is to be kept
        detail = {"source": case.proposal.source}
        if act == "speak":
            standing = case.standing
            detail["rules"] = "\n".join(passed(standing.consent, standing.history, standing.last_spoke, self._clock.now(), self._rules))
        if isinstance(case.verdict, Wait):
            detail["until"] = case.verdict.until.isoformat()
        await self._diary.record(Decision(
            person=case.proposal.person, act=act, reason=reason, at=self._clock.now(), conversation=case.consent.conversation,
            memories=(case.memory.id,) if case.memory else (), proposal=case.proposal.id, detail=detail,
        ))

    async def _note(self, consent: Consent, reason: str, proposal: int = 0) -> None:
        await self._diary.record(Decision(
            person=consent.person, act="drop", reason=reason, at=self._clock.now(), conversation=consent.conversation, proposal=proposal,
        ))

    # When something changed

    async def _change(self, person: str, change: Callable[[Consent], Consent]) -> Consent:
        async with self._choosing:
            before = await self._people.consent(person)
            after = change(before)
            if after != before:
                await self._people.set_consent(after)
            return after

    async def _choose(self, person: str, change: Callable[[Consent], Consent]) -> Consent:
        consent = await self._change(person, change)
        await self._move(await self._proposals.open(person), consent)
        return consent

    async def _move(self, waiting: Sequence[Proposal], consent: Consent) -> None:
        """Note anew when each could go, as far as can be told now. Nothing is decided, so nothing is recorded."""
        if not waiting:
            return
        now = self._clock.now()
        standing = await self._standing(consent, now)
        for proposal in waiting:
            at = max(now, await self._best(proposal, standing))
            verdict = (await self._judge_as(proposal, standing, at)).verdict
            due = verdict.until if isinstance(verdict, Wait) else at
            if due != proposal.due:
                await self._proposals.postpone(proposal.id, due)
                self._tell(due)

    async def _best(self, proposal: Proposal, standing: _Standing) -> datetime:
        """The best moment by their present zone and quiet hours, where its source still proposes it."""
        source = self._sources.get(proposal.source)
        memory = await self._memories.get(proposal.person, proposal.memory)
        draft = source.propose(memory, standing.consent, self._clock.now()) if source and memory else None
        best = draft.best if draft else proposal.best
        return better_hour(standing.reception, standing.consent, (proposal.opens, best, proposal.closes))

    async def _read_times_anew(self, person: str, before: str, after: str) -> None:
        """While their zone was not known, "Friday at 10" was read by the clock of a stand-in. Read it by theirs."""
        now, old, new = self._clock.now(), zone_named(before), zone_named(after)
        for memory in await self._memories.browse(person):
            if memory.happens_at is None or _COUNTED.search(memory.quote):
                continue
            theirs = memory.happens_at.astimezone(old).replace(tzinfo=new).astimezone(UTC)
            if max(memory.happens_at, theirs) > now:
                await self._memories.change(replace(memory, happens_at=theirs))

    def _tell(self, due: datetime) -> None:
        if self._hears_due is not None:
            self._hears_due(due)


def _at_a_good_hour(draft: Proposal, consent: Consent, reception: Reception) -> Proposal:
    best = better_hour(reception, consent, (draft.opens, draft.best, draft.closes))
    return replace(draft, best=best, due=best if draft.due == draft.best else draft.due)


def _taken_at_their_word(consent: Consent, said: str | None, now: datetime) -> Consent:
    """What they said in a chat changes what they allow, as a button would."""
    if said == "stop":
        return replace(consent, reach_out=False)
    if said is None or not consent.reach_out:
        return consent
    until = now + (NOT_NOW if said == "not now" else GOODBYE)
    return replace(consent, snoozed_until=max(until, consent.snoozed_until or until))


_COUNTED = re.compile(r"\bin\s+(?:\w+\s+){1,3}(?:minutes?|hours?)\b|\bin half an hour\b", re.IGNORECASE)
"""Times counted from the moment of speaking, which are the same in every zone."""
