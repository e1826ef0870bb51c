"""Each rule of restraint by itself: where it alone objects nothing goes, and without it the message would go."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.mind import restraint
from bot.mind.events import Consent, Memory, Proposal, Unprompted
from bot.mind.reception import Reception, Tally
from bot.mind.restraint import RULES, Drop, Moment, Rules, Speak, Wait, may_speak
from tests.mind.test_restraint import DAY, HOUR, MEMORY, NOON, PROPOSAL, WILLING, sent

FREE = Moment(
    proposal=PROPOSAL, consent=replace(WILLING, per_day=9), memory=MEMORY, history=(), last_spoke=NOON - DAY, now=NOON, rules=Rules(), reception=Reception(),
)


def given(*, proposal: Proposal = PROPOSAL, consent: Consent = FREE.consent, memory: Memory | None = MEMORY, history: tuple[Unprompted, ...] = (),
          last_spoke: datetime | None = FREE.last_spoke, reception: Reception = FREE.reception) -> Moment:
    return replace(FREE, proposal=proposal, consent=consent, memory=memory, history=history, last_spoke=last_spoke, reception=reception)


SPOKE_SINCE = NOON - 31 * timedelta(minutes=1)

ALONE: dict[str, Moment] = {
    "_still_there": given(memory=None),
    "_still_true": given(memory=replace(MEMORY, superseded_by=8)),
    "_not_told_yet": given(memory=replace(MEMORY, resolved_at=NOON - HOUR)),
    "_once": given(history=(sent(NOON - 2 * DAY, PROPOSAL.id),)),
    "_not_sensitive": given(memory=replace(MEMORY, sensitive=True)),
    "_not_stale": given(memory=replace(MEMORY, happens_at=NOON - 73 * HOUR)),
    "_opted_in": given(consent=replace(FREE.consent, reach_out=False)),
    "_zone_known": given(consent=replace(FREE.consent, timezone_known=False)),
    "_reachable": given(consent=replace(FREE.consent, unreachable=True)),
    "_opens": given(proposal=replace(PROPOSAL, opens=NOON + HOUR)),
    "_happened": given(memory=replace(MEMORY, happens_at=NOON + HOUR)),
    "_not_snoozed": given(consent=replace(FREE.consent, snoozed_until=NOON + HOUR)),
    "_their_turn": given(history=(sent(NOON - 2 * DAY), sent(NOON - DAY)), last_spoke=NOON - 3 * DAY),
    "_not_live": given(last_spoke=NOON - timedelta(minutes=29)),
    "_gap": given(history=(sent(NOON - 5 * HOUR),), last_spoke=SPOKE_SINCE),
    "_week": given(history=tuple(sent(NOON - n * DAY) for n in (2, 3, 4)), last_spoke=SPOKE_SINCE),
    "_days_share": given(history=(sent(NOON - 7 * HOUR),), consent=replace(WILLING, per_day=1), last_spoke=SPOKE_SINCE),
    "_not_quiet": given(consent=replace(FREE.consent, quiet_start=time(10), quiet_end=time(20))),
    "_slower": given(history=(sent(NOON - 12 * HOUR),), last_spoke=SPOKE_SINCE, reception=Reception(silence=Tally(ignored=2.0, at=NOON))),
    "_worth_it": given(reception=Reception(topics={"follow_up plan": Tally(ignored=20.0, at=NOON)})),
}


def test_there_is_a_case_for_every_rule() -> None:
    assert {rule.__name__ for rule in RULES} == set(ALONE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.__name__))
def test_it_alone_is_enough_and_nothing_else_would_have_helped(rule: Callable[[Moment], Wait | Drop | None], monkeypatch: pytest.MonkeyPatch) -> None:
    moment = ALONE[rule.__name__]
    assert isinstance(_verdict(moment), Wait | Drop)
    assert [other.__name__ for other in RULES if other(moment) is not None] == [rule.__name__]
    monkeypatch.setattr(restraint, "RULES", tuple(other for other in RULES if other is not rule))
    assert isinstance(_verdict(moment), Speak)


def _verdict(m: Moment) -> Speak | Wait | Drop:
    return may_speak(m.proposal, m.consent, m.memory, m.history, m.last_spoke, m.now, m.rules, m.reception)
