"""One proposal -> at most one unprompted message."""

import asyncio
import logging
import zoneinfo
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.errors import OldfriendError
from bot.flows.consents import Consents
from bot.flows.delivery import CLOSED as CLOSED
from bot.flows.delivery import Delivery
from bot.flows.delivery import Words as Words
from bot.flows.history import History
from bot.flows.interests import Interests
from bot.flows.invite import Invite
from bot.flows.reactions import Reactions
from bot.flows.standing import Bench, Case, Standing
from bot.flows.times_anew import read_times_anew
from bot.mind.events import Consent, Memory, Place, Proposal, Turn, is_private
from bot.mind.permission import NOT_ALLOWED
from bot.mind.reception import Reception, better_hour
from bot.mind.refusal import refusal
from bot.mind.restraint import Drop, Rules, Speak, Wait
from bot.mind.there import YES, key, servers
from bot.mind.timezones import find_timezone
from bot.ports import Clock, Diary, Memories, Messenger, Outbox, People, Proposals, ProposalSource, Turns

log = logging.getLogger(__name__)

NOT_NOW = timedelta(hours=12)
"""How long somebody who said "not now" is left in peace."""

MOST_A_DAY = 3
"""More could not go within a week anyway."""

GOODBYE = timedelta(hours=2)
"""And somebody who said goodbye."""


class ReachOut:
    """Plans, permits, claims, words and sends unprompted messages.

    ``words`` makes the first draft; ``plain_words`` (``TemplateWords``) is used where that fails or must not be sent.
    ``interests`` adds what depends on the persona that somebody talks with.
    """

    def __init__(
        self, *, clock: Clock, people: People, memories: Memories, proposals: Proposals, outbox: Outbox, diary: Diary,
        turns: Turns, messenger: Messenger, words: Words, plain_words: Words, sources: Iterable[ProposalSource] = (),
        rules: Rules = Rules(), name: str = "Oldfriend", interests: Interests | None = None,
    ) -> None:
        self._clock = clock
        self._people = people
        self._memories = memories
        self._proposals = proposals
        self._outbox = outbox
        self._diary = diary
        self._history = History(outbox, people)
        self._consents = Consents(people)
        self._bench = Bench(
            clock=clock, people=people, memories=memories, proposals=proposals, diary=diary, turns=turns, history=self._history, rules=rules
        )
        self._delivery = Delivery(
            bench=self._bench, consents=self._consents, history=self._history, clock=clock, people=people, memories=memories,
            outbox=outbox, turns=turns, messenger=messenger, words=words, plain_words=plain_words, name=name,
        )
        self._sources = {source.name: source for source in sources}
        self._interests = interests
        self.reactions = Reactions(
            self, clock=clock, people=people, memories=memories, proposals=proposals, outbox=outbox, diary=diary
        )
        """What people can say to an unprompted message."""
        self.invite = Invite(clock=clock, turns=turns, people=people)
        """Asks them once whether they want any."""
        self._hears_due: Callable[[datetime], None] | None = None
        # One at a time: two proposals for the same person must not pass the same rules side by side.
        self._considering = asyncio.Lock()

    def add_source(self, source: ProposalSource) -> None:
        """Ask this one too about memories that are kept from now on."""
        self._sources[source.name] = source

    def obey(self, rules: Rules) -> None:
        """These hold from now on."""
        self._bench.rules = rules

    def on_due(self, hears: Callable[[datetime], None] | None) -> None:
        """Call ``hears`` with the time of every proposal that is planned or moved; None ends it."""
        self._hears_due = hears

    # What people choose

    async def opt_in(self, person: str, on: bool) -> Consent:
        """The person's word on being written to. Asking again also tries anew where their messages were closed."""
        await self.invite.settled(person)
        choose = self._insist if on else self._choose
        return await choose(person, lambda c: replace(c, reach_out=on, unreachable=c.unreachable and not on))

    async def set_quiet_hours(self, person: str, start: time, end: time) -> Consent:
        """Local times; equal means none."""
        return await self._insist(person, lambda c: replace(c, quiet_start=start, quiet_end=end))

    async def set_per_day(self, person: str, most: int) -> Consent:
        """So many unprompted messages a day at most, 1 to 3. Raises OldfriendError."""
        if not 1 <= most <= MOST_A_DAY:
            raise OldfriendError("Between 1 and {} a day; for none at all there is /reachout off.", MOST_A_DAY)
        return await self._choose(person, lambda c: replace(c, per_day=most))

    async def set_timezone(self, person: str, name: str) -> Consent:
        """An IANA name or a city's ("Europe/Berlin", "berlin"). Raises OldfriendError with near matches for unknown ones."""
        zone = find_timezone(name, zoneinfo.available_timezones())
        before = await self._people.consent(person)
        if not before.timezone_known:
            await read_times_anew(self._memories, person, self._clock.now(), (before.timezone, zone))
        return await self._insist(person, lambda c: replace(c, timezone=zone, timezone_known=True))

    async def ask_there(self, person: str, server: str, there: bool) -> None:
        """Whether they are asked about what they told in this server (an audience) in the channel where they told it, or in private."""
        await self._people.set_setting(person, key(server), YES if there else None)
        await self._choose(person, lambda c: c)

    async def servers(self, person: str) -> Mapping[str, bool]:
        """Servers in which they told something that is remembered, the latest first, and those they chose: whether they are asked there."""
        chosen = servers(await self._people.settings(person))
        told = [memory.audience for memory in await self._memories.browse(person) if not is_private(memory.audience)]
        return {server: server in chosen for server in dict.fromkeys([*told, *sorted(chosen)])}

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
        self._bench.heard(turn.person, now)
        said = refusal(turn.text)
        before = await self._people.consent(turn.person)
        consent = before
        if said is not None or before.unreachable or (private and before.conversation != turn.conversation):
            consent = await self._consents.change(turn.person, lambda c: _taken_at_their_word(replace(
                c, unreachable=False, conversation=turn.conversation if private else c.conversation,
            ), said, now))
        first = await self._history.heard(turn.person, now)
        if before.reach_out and not consent.reach_out:
            await self._bench.note(consent, "You told me to stop writing first.")
        # Else nothing waited for them: what they wrote can only postpone, which is found out when the time comes. Without
        # their consent nothing may go, and opting in looks at all of it anew.
        if consent.reach_out and (first or consent != before):
            await self._move(await self._proposals.open(turn.person), consent)

    async def not_this(self, person: str, topic: str) -> None:
        """They would rather not be written to about this kind of thing, for a while."""
        await self._history.dismissed(person, topic, self._clock.now())

    async def cancel(self, person: str, proposal: int) -> bool:
        """Give up something planned; False when this person has no such plan."""
        if all(planned.id != proposal for planned in await self._proposals.open(person)):
            return False
        await self._proposals.close(proposal, "dropped")
        await self._bench.note(await self._people.consent(person), "You told me to let it go.", proposal)
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
        personal = await self._interests.sources(memory) if self._interests else ()
        proposed = [draft for source in (*self._sources.values(), *personal) if (draft := source.propose(memory, consent, now)) is not None]
        drafts = [draft for draft in proposed if draft.opens > now or not await self._said_before(memory, draft)]
        reception = await self._history.reception(memory.person) if drafts else Reception()
        stored = [await self._proposals.propose(_at_a_good_hour(draft, consent, reception)) for draft in drafts]
        planned = tuple(proposal for proposal in stored if proposal is not None)
        for proposal in planned:
            self._tell(proposal.due)
        return planned

    async def _said_before(self, memory: Memory, draft: Proposal) -> bool:
        """Whether they were written to for the same reason about an earlier version of this memory, since it could be."""
        for message in await self._outbox.history(memory.person):
            cause = await self._proposals.get(message.proposal) if message.at >= draft.opens else None
            if cause is not None and cause.source == draft.source and await self._became(memory.person, message.memory) == memory.id:
                return True
        return False

    async def _became(self, person: str, memory: int) -> int:
        """The version of this memory that holds; 0 when there is none any more."""
        seen: set[int] = set()
        while memory not in seen and (known := await self._memories.get(person, memory)) is not None:
            if not known.superseded_by:
                return known.id
            seen.add(memory)
            memory = known.superseded_by
        return 0

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
            case = await self._bench.look_at(proposal)
            if case is None:
                return
            if isinstance(case.verdict, Speak) and case.memory is not None:
                way = await self._delivery.way_to(case)
                if isinstance(way, Place):
                    await self._say(case.proposal, case.memory, way)
                    return
                case = replace(case, verdict=way)
            await self._hold_back(case)

    async def _say(self, proposal: Proposal, memory: Memory, place: Place) -> None:
        text = await self._delivery.find_words(proposal, memory, place)
        # Finding the words took a while: they may have written, stopped it or deleted the memory meanwhile.
        case = await self._bench.look_at(proposal.id)
        if case is None:
            return
        if isinstance(case.verdict, Speak):
            await self._delivery.claim_and_send(case, place, text)
        else:
            await self._hold_back(case)

    async def _hold_back(self, case: Case) -> None:
        verdict = case.verdict
        if isinstance(verdict, Wait):
            await self._bench.record(case, "wait", verdict.reason)
            await self._proposals.postpone(case.proposal.id, verdict.until)
            self._tell(verdict.until)
        elif isinstance(verdict, Drop):
            await self._bench.record(case, "drop", verdict.reason)
            await self._proposals.close(case.proposal.id, "dropped")

    # When something changed

    async def _insist(self, person: str, change: Callable[[Consent], Consent]) -> Consent:
        """Raises OldfriendError where it was not kept: nothing may be remembered of them."""
        consent = await self._choose(person, change)
        if await self._people.consent(person) != consent:
            raise OldfriendError(NOT_ALLOWED)
        return consent

    async def _choose(self, person: str, change: Callable[[Consent], Consent]) -> Consent:
        consent = await self._consents.change(person, change)
        await self._move(await self._proposals.open(person), consent)
        return consent

    async def _move(self, waiting: Sequence[Proposal], consent: Consent) -> None:
        """Note anew when each could go, as far as can be told now. Nothing is decided, so nothing is recorded."""
        if not waiting:
            return
        now = self._clock.now()
        standing = await self._bench.standing(consent, now)
        for proposal in waiting:
            memory = await self._memories.get(consent.person, proposal.memory)
            at = max(now, self._best(proposal, memory, standing))
            verdict = self._bench.judge(proposal, memory, standing, at).verdict
            due = verdict.until if isinstance(verdict, Wait) else at
            if due != proposal.due:
                await self._proposals.postpone(proposal.id, due)
                self._tell(due)

    def _best(self, proposal: Proposal, memory: Memory | None, standing: Standing) -> datetime:
        """The best moment by their present zone and quiet hours, where its source still proposes it."""
        source = self._sources.get(proposal.source)
        draft = source.propose(memory, standing.consent, self._clock.now()) if source and memory else None
        best = draft.best if draft else proposal.best
        return better_hour(standing.reception, standing.consent, (proposal.opens, best, proposal.closes))

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

