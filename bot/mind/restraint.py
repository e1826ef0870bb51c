"""When to answer, and when to write first: every rule in one place, each with its reason in words.

``may_speak`` tries the rules in order and returns the verdict of the first one that objects. Rules that end a proposal
for good come first, so that nothing is postponed that can never be said.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.mind.events import Consent, Memory, Proposal, Unprompted
from bot.mind.nod import nod_to
from bot.mind.proposals.follow_up import FOLLOW_UP
from bot.mind.quiet import is_quiet, local_time, next_local_day, quiet_until, zone_named
from bot.mind.reception import Reception


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer the message."""

    reason: str


@dataclass(frozen=True, slots=True)
class React:
    """Put an emoji under the message; no words."""

    emoji: str
    reason: str


@dataclass(frozen=True, slots=True)
class Silent:
    """Leave the message unanswered."""

    reason: str


@dataclass(frozen=True, slots=True)
class Speak:
    """Write now, unprompted."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now. ``until`` is the earliest moment at which this rule could allow it, always later than now."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Never."""

    reason: str


Verdict = Speak | Wait | Drop


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The numbers in the rules. What a person may choose for themselves stands in their Consent."""

    gap: timedelta = timedelta(hours=6)
    """Between two unprompted messages."""
    per_week: int = 3
    """In any seven days."""
    live: timedelta = timedelta(minutes=30)
    """After anything they wrote: the conversation may still be going on."""
    stale: timedelta = timedelta(hours=72)
    """After the event, when asking how it went is no longer of interest."""
    unanswered: int = 2
    """So many unanswered ones, and it is their turn."""
    slower: timedelta = timedelta(hours=12)
    """Between two, for each one that went unanswered lately, once two did; it fades as they do."""
    cost: float = 0.15
    """What a message costs them, against its worth times the chance that it is welcome."""
    cost_each: float = 0.05
    """More for each one within seven days, so that the last of a week is kept for what matters."""
    cost_each_other: float = 0.1
    """The same for what is no follow-up."""
    recheck: timedelta = timedelta(hours=24)
    """How long to wait for something that only the person can change. When they do, their proposals are judged anew at
    once; this is for changes that nobody told us of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """All that the rules look at."""

    proposal: Proposal
    consent: Consent
    memory: Memory | None
    history: Sequence[Unprompted]
    last_spoke: datetime | None
    now: datetime
    rules: Rules
    reception: Reception


def topic_of(proposal: Proposal, memory: Memory | None) -> str:
    """What back-off is learned for: the source together with the kind of memory."""
    return f"{proposal.source} {memory.kind}" if memory else proposal.source


def answer(text: str, *, among: bool = False) -> Reply | React | Silent:
    """Whether a message that was addressed to the companion gets a reply; ``among`` is whether others read along."""
    if among and (emoji := nod_to(text)):
        return React(emoji, f"It wanted no words among others; I put {emoji} under it.")
    if any(not character.isspace() and unicodedata.category(character) not in ("Cc", "Cf") for character in text):
        return Reply("You wrote to me.")
    return Silent("There was nothing in it that I can read.")


def may_speak(
    proposal: Proposal, consent: Consent, memory: Memory | None, history: Sequence[Unprompted],
    last_spoke: datetime | None, now: datetime, rules: Rules = Rules(), reception: Reception = Reception(),
) -> Verdict:
    """Judge a proposal on the state of this moment.

    ``history`` holds the unprompted messages to this person, in any order, the last seven days at least;
    ``last_spoke`` is when they last wrote anything, anywhere; ``reception`` is what was learned of how they take it.
    """
    moment = Moment(
        proposal=proposal, consent=consent, memory=memory, history=history, last_spoke=last_spoke, now=now, rules=rules,
        reception=reception,
    )
    for rule in RULES:
        verdict = rule(moment)
        if isinstance(verdict, Wait) and verdict.until > proposal.closes:
            return Drop(f"{verdict.reason} By then it would be too late to ask.")
        if verdict is not None:
            return verdict
    return Speak(proposal.reason)


def _until_they_act(m: Moment, reason: str) -> Wait:
    """Nothing is lost by waiting: they may allow it, or write, while it is still worth saying."""
    return Wait(min(m.now + m.rules.recheck, m.proposal.closes), reason)


def _still_there(m: Moment) -> Drop | None:
    return Drop("I no longer know what this was about.") if m.memory is None else None


def _still_true(m: Moment) -> Drop | None:
    return Drop("You told me something newer about it.") if m.memory and m.memory.superseded_by else None


def _not_told_yet(m: Moment) -> Drop | None:
    return Drop("You already told me how it went.") if m.memory and m.memory.resolved_at else None


def _once(m: Moment) -> Drop | None:
    """A memory has one proposal of each source, so one message a proposal is one message an event and source."""
    said = any(message.proposal == m.proposal.id for message in m.history)
    return Drop("I already wrote to you about it.") if said else None


def _not_sensitive(m: Moment) -> Drop | None:
    sensitive = m.proposal.sensitive or (m.memory is not None and m.memory.sensitive)
    return Drop("It is a tender matter; I leave it to you to bring it up.") if sensitive else None


def _not_stale(m: Moment) -> Drop | None:
    over = m.now >= m.proposal.closes
    if m.proposal.source == FOLLOW_UP and m.memory and m.memory.over_at:
        over = over or m.now > m.memory.over_at + m.rules.stale
    return Drop("The time to ask about it has passed.") if over else None


def _opted_in(m: Moment) -> Wait | None:
    return None if m.consent.reach_out else _until_they_act(m, "You have not asked me to write first.")


def _zone_known(m: Moment) -> Wait | None:
    known = m.consent.timezone_known and zone_named(m.consent.timezone) is not None
    return None if known else _until_they_act(m, "I do not know your time zone, so I cannot tell night from day for you.")


def _reachable(m: Moment) -> Wait | None:
    return _until_they_act(m, "Your messages are closed to me.") if m.consent.unreachable else None


def _opens(m: Moment) -> Wait | None:
    return Wait(m.proposal.opens, "It is too early for it.") if m.now < m.proposal.opens else None


def _happened(m: Moment) -> Wait | None:
    if m.proposal.source == FOLLOW_UP and m.memory and m.memory.over_at and m.now < m.memory.over_at:
        return Wait(m.memory.over_at, "It has not happened yet.")
    return None


def _not_snoozed(m: Moment) -> Wait | None:
    until = m.consent.snoozed_until
    return Wait(until, "You asked me to wait.") if until and m.now < until else None


def _their_turn(m: Moment) -> Wait | None:
    unanswered = [message for message in m.history if m.last_spoke is None or message.at > m.last_spoke]
    if len(unanswered) < m.rules.unanswered:
        return None
    return _until_they_act(m, "My last messages went unanswered, so it is your turn.")


def _not_live(m: Moment) -> Wait | None:
    if m.last_spoke is None or m.now >= m.last_spoke + m.rules.live:
        return None
    return Wait(m.last_spoke + m.rules.live, "We were just talking.")


def _gap(m: Moment) -> Wait | None:
    last = max((message.at for message in m.history), default=None)
    if last is None or m.now >= last + m.rules.gap:
        return None
    return Wait(last + m.rules.gap, "I wrote to you only a while ago.")


def _week(m: Moment) -> Wait | None:
    week = timedelta(days=7)
    recent = sorted((message.at for message in m.history if message.at > m.now - week), reverse=True)
    if len(recent) < m.rules.per_week:
        return None
    return Wait(recent[m.rules.per_week - 1] + week, f"I already wrote to you {len(recent)} times within seven days.")


def _days_share(m: Moment) -> Wait | None:
    today = local_time(m.consent, m.now).date()
    if sum(local_time(m.consent, message.at).date() == today for message in m.history) < m.consent.per_day:
        return None
    return Wait(next_local_day(m.consent, m.now), "I already wrote to you today.")


def _not_quiet(m: Moment) -> Wait | None:
    if not is_quiet(m.consent, m.now):
        return None
    return Wait(quiet_until(m.consent, m.now), "These are your quiet hours.")


def _slower(m: Moment) -> Wait | None:
    """After a silence, slower; as what went unanswered fades, so does this."""
    ignored = m.reception.ignored_lately(m.now)
    last = max((message.at for message in m.history), default=None)
    if last is None or ignored < m.rules.unanswered - 0.5:
        return None
    until = last + ignored * m.rules.slower
    return Wait(until, "You left my last messages unanswered, so I take it slower.") if m.now < until else None


def _worth_it(m: Moment) -> Wait | None:
    week = sum(message.at > m.now - timedelta(days=7) for message in m.history)
    each = m.rules.cost_each if m.proposal.source == FOLLOW_UP else m.rules.cost_each_other
    cost = m.rules.cost + each * min(week, m.rules.per_week - 1)
    if m.proposal.worth * m.reception.chance(topic_of(m.proposal, m.memory), m.now) > cost:
        return None
    return _until_they_act(m, "I am not sure enough that you would want to hear about this just now.")


RULES: tuple[Callable[[Moment], Wait | Drop | None], ...] = (
    _still_there, _still_true, _not_told_yet, _once, _not_sensitive, _not_stale,
    _opted_in, _zone_known, _reachable, _opens, _happened, _not_snoozed, _their_turn,
    _not_live, _gap, _week, _days_share, _not_quiet, _slower, _worth_it,
)
