"""Every rule of restraint, each alone, and against a second statement of all of them."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mind.events import Consent, Kind, Memory, Proposal, Unprompted
from bot.mind.restraint import Drop, React, Reply, Rules, Silent, Speak, Verdict, Wait, answer, may_speak

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
"""A Friday."""

MEMORY = Memory(
    id=7, person="discord:1", audience="dm:discord:1", kind=Kind.PLAN, gist="Has a chemistry final.", quote="my chemistry final",
    said_at=NOON - 3 * DAY, happens_at=NOON - 4 * HOUR,
)
PROPOSAL = Proposal(
    id=3, person="discord:1", memory=7, source="follow_up", opens=NOON - HOUR, best=NOON, closes=NOON + 44 * HOUR, due=NOON,
    worth=0.9, reason="You told me of it.",
)
WILLING = Consent(person="discord:1", reach_out=True, timezone="Europe/Berlin", timezone_known=True)


def sent(at: datetime, proposal: int = 99) -> Unprompted:
    return Unprompted(
        person="discord:1", conversation="c", proposal=proposal, memory=98, nonce="n", reason="r", at=at, state="sent",
    )


def verdict(
    *, proposal: Proposal = PROPOSAL, consent: Consent = WILLING, memory: Memory | None = MEMORY,
    history: tuple[Unprompted, ...] = (), last_spoke: datetime | None = NOON - DAY, now: datetime = NOON,
) -> Verdict:
    return may_speak(proposal, consent, memory, history, last_spoke, now)


def wall(zone: str, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A wall-clock time of 2026 in this zone, in UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_it_speaks_when_nothing_stands_against_it_and_says_why() -> None:
    assert verdict() == Speak("You told me of it.")


@pytest.mark.parametrize("memory", [
    None, replace(MEMORY, superseded_by=8), replace(MEMORY, resolved_at=NOON - HOUR), replace(MEMORY, sensitive=True),
    replace(MEMORY, happens_at=NOON - 73 * HOUR),
], ids=["deleted", "replaced", "told", "tender", "stale"])
def test_it_never_speaks_of(memory: Memory | None) -> None:
    assert isinstance(verdict(memory=memory), Drop)


def test_the_window_is_over_when_it_closes() -> None:
    assert isinstance(verdict(now=PROPOSAL.closes - timedelta(seconds=1), consent=replace(WILLING, quiet_end=time(22))), Speak)
    assert isinstance(verdict(now=PROPOSAL.closes), Drop)


def test_a_tender_proposal_is_dropped() -> None:
    assert isinstance(verdict(proposal=replace(PROPOSAL, sensitive=True)), Drop)


def test_an_event_is_asked_about_once() -> None:
    assert isinstance(verdict(history=(sent(NOON - 30 * HOUR, proposal=3),)), Drop)


@pytest.mark.parametrize("consent", [
    replace(WILLING, reach_out=False), replace(WILLING, timezone_known=False), replace(WILLING, unreachable=True),
    replace(WILLING, timezone="Nowhere/Land"),
], ids=["not asked for", "zone unknown", "closed", "zone no longer exists"])
def test_what_only_the_person_can_change_is_waited_for_until_it_is_too_late(consent: Consent) -> None:
    first = verdict(consent=consent)
    assert isinstance(first, Wait) and NOON < first.until <= PROPOSAL.closes
    last = verdict(consent=consent, now=PROPOSAL.closes - timedelta(minutes=1))
    assert isinstance(last, Wait) and last.until == PROPOSAL.closes
    assert isinstance(verdict(consent=consent, now=last.until), Drop)


def test_it_waits_for_the_window_and_for_the_event() -> None:
    assert verdict(now=NOON - 2 * HOUR) == Wait(PROPOSAL.opens, "It is too early for it.")
    late = replace(MEMORY, happens_at=NOON + HOUR)
    assert verdict(memory=late) == Wait(NOON + HOUR, "It has not happened yet.")
    assert verdict(memory=replace(MEMORY, ends_at=NOON + HOUR)) == Wait(NOON + HOUR, "It has not happened yet.")


def test_a_snooze_ends_when_it_was_said_to_end() -> None:
    snoozed = replace(WILLING, snoozed_until=NOON + HOUR)
    assert verdict(consent=snoozed) == Wait(NOON + HOUR, "You asked me to wait.")
    assert isinstance(verdict(consent=snoozed, now=NOON + HOUR), Speak)


def test_a_live_conversation_is_not_interrupted() -> None:
    assert verdict(last_spoke=NOON - timedelta(minutes=29)) == Wait(NOON + timedelta(minutes=1), "We were just talking.")
    assert isinstance(verdict(last_spoke=NOON - timedelta(minutes=30)), Speak)


def test_after_two_unanswered_it_is_their_turn() -> None:
    two = (sent(NOON - 2 * DAY), sent(NOON - 4 * DAY))
    assert isinstance(verdict(history=two, last_spoke=NOON - 5 * DAY), Wait)
    assert isinstance(verdict(history=two, last_spoke=None), Wait)
    assert isinstance(verdict(history=two, last_spoke=NOON - 3 * DAY), Speak)


def test_six_hours_lie_between_two() -> None:
    often = replace(WILLING, per_day=5)
    assert verdict(history=(sent(NOON - 2 * HOUR),), consent=often) == Wait(NOON + 4 * HOUR, "I wrote to you only a while ago.")
    assert isinstance(verdict(history=(sent(NOON - 6 * HOUR),), consent=often), Speak)


def test_the_days_share_is_counted_on_the_local_day() -> None:
    tokyo = replace(WILLING, timezone="Asia/Tokyo", quiet_start=time(0), quiet_end=time(0))
    now = wall("Asia/Tokyo", 3, 6, 23, 0)
    asked = verdict(consent=tokyo, history=(sent(now - 7 * HOUR),), now=now)
    assert asked == Wait(wall("Asia/Tokyo", 3, 7), "I already wrote to you today.")
    assert isinstance(verdict(consent=tokyo, history=(sent(now - 7 * HOUR),), now=now + HOUR), Speak)


def test_three_in_seven_days_are_enough() -> None:
    three = tuple(sent(NOON - hours * HOUR) for hours in (30, 60, 160))
    assert verdict(history=three) == Wait(NOON + 8 * HOUR, "I already wrote to you 3 times within seven days.")
    assert isinstance(verdict(history=three, proposal=replace(PROPOSAL, closes=NOON + 7 * HOUR)), Drop)


@pytest.mark.parametrize(("now", "until"), [
    (wall("Europe/Berlin", 3, 6, 22, 0), wall("Europe/Berlin", 3, 7, 9)),
    (wall("Europe/Berlin", 3, 6, 8, 59), wall("Europe/Berlin", 3, 6, 9)),
    (wall("Europe/Berlin", 3, 28, 23, 0), wall("Europe/Berlin", 3, 29, 9)),    # the night summer time begins
    (wall("Europe/Berlin", 10, 24, 23, 0), wall("Europe/Berlin", 10, 25, 9)),  # and the one it ends
])
def test_quiet_hours_follow_the_wall_clock(now: datetime, until: datetime) -> None:
    proposal = replace(PROPOSAL, opens=now - HOUR, closes=now + 2 * DAY)
    memory = replace(MEMORY, happens_at=now - 4 * HOUR)
    assert verdict(now=now, proposal=proposal, memory=memory, last_spoke=None) == Wait(until, "These are your quiet hours.")


def test_an_end_of_the_quiet_hours_that_the_clock_jumps_over_comes_late_not_early() -> None:
    consent = replace(WILLING, quiet_start=time(23), quiet_end=time(2, 30))
    now = wall("Europe/Berlin", 3, 28, 23, 30)
    proposal = replace(PROPOSAL, opens=now - HOUR, closes=now + DAY)
    asked = verdict(now=now, consent=consent, proposal=proposal, memory=replace(MEMORY, happens_at=now - 3 * HOUR))
    assert isinstance(asked, Wait)
    assert asked.until.astimezone(ZoneInfo("Europe/Berlin")).time() == time(3, 30)


def test_an_end_that_comes_twice_is_the_first_one() -> None:
    consent = replace(WILLING, quiet_start=time(23), quiet_end=time(2, 30))
    now = wall("Europe/Berlin", 10, 24, 23, 30)
    proposal = replace(PROPOSAL, opens=now - HOUR, closes=now + DAY)
    asked = verdict(now=now, consent=consent, proposal=proposal, memory=replace(MEMORY, happens_at=now - 3 * HOUR))
    assert asked == Wait(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "These are your quiet hours.")


def test_messages_with_nothing_to_read_are_left_unanswered() -> None:
    assert isinstance(answer("hi"), Reply)
    assert isinstance(answer("🙂"), Reply)
    for nothing in ("", "  \n", "\u200b\u2060", "\ufeff \u202e"):
        assert isinstance(answer(nothing), Silent)


# A second statement of the rules, as the restraint world states them: what would be wrong with speaking now?

def _quiet(consent: Consent, now: datetime) -> bool:
    wall, start, end = now.astimezone(ZoneInfo(consent.timezone)).time(), consent.quiet_start, consent.quiet_end
    if start == end:
        return False
    return start <= wall < end if start < end else not end <= wall < start


def _broken(p: Proposal, c: Consent, m: Memory | None, history: tuple[Unprompted, ...], spoke: datetime | None, now: datetime) -> bool:
    zone = ZoneInfo(c.timezone)
    times = [h.at for h in history]
    if m is None or m.superseded_by or m.resolved_at or m.sensitive or p.sensitive or m.happens_at is None:
        return True
    return any((
        not c.reach_out, not c.timezone_known, c.unreachable,
        not p.opens <= now < p.closes, now < m.happens_at, now - m.happens_at > 72 * HOUR,
        c.snoozed_until is not None and now < c.snoozed_until,
        _quiet(c, now),
        len([t for t in times if t.astimezone(zone).date() == now.astimezone(zone).date()]) >= c.per_day,
        len([t for t in times if now - t < 7 * DAY]) >= 3,
        any(now - t < 6 * HOUR for t in times),
        spoke is not None and now - spoke < timedelta(minutes=30),
        len([t for t in times if spoke is None or t > spoke]) >= 2,
        any(h.proposal == p.id for h in history),
    ))


def _mostly(usual: object, *others: object) -> st.SearchStrategy[object]:
    """So that single rules come into play, most of a case is as if nothing stood against it."""
    return st.sampled_from([usual] * 6 + list(others))


ago = st.one_of(st.integers(0, 10 * 24 * 60), st.integers(24 * 60, 10 * 24 * 60)).map(lambda minutes: timedelta(minutes=minutes))
lately = st.one_of(st.integers(0, 60), st.integers(31, 24 * 60), st.integers(0, 10 * 24 * 60)).map(lambda minutes: timedelta(minutes=minutes))
zones = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/Sao_Paulo", "Africa/Cairo"])
changes = [
    datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 4, 4, 14, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC),
]
"""Moments at which clocks are changed somewhere."""
moments = st.one_of(
    st.integers(-300 * 24 * 60, 600 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    st.tuples(st.sampled_from(changes), st.integers(-300, 300)).map(lambda near: near[0] + timedelta(minutes=near[1])),
)
walls = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30]))


State = tuple[Proposal, Consent, Memory | None, tuple[Unprompted, ...], datetime | None]


@st.composite
def cases(draw: st.DrawFn) -> tuple[State, datetime]:
    now = draw(moments)
    happens = now - draw(st.one_of(st.integers(3 * 60, 47 * 60), st.integers(3 * 60, 47 * 60), st.integers(-600, 5000))) * timedelta(minutes=1)
    quiet_start = draw(walls)
    consent = Consent(
        person="p", reach_out=draw(_mostly(True, False)) is True, timezone=draw(zones), timezone_known=draw(_mostly(True, False)) is True,
        quiet_start=quiet_start, quiet_end=draw(st.one_of(st.just(quiet_start), st.just(quiet_start), walls)), per_day=draw(st.integers(1, 3)),
        unreachable=draw(_mostly(False, True)) is True,
        snoozed_until=draw(st.one_of(st.none(), st.none(), st.none(), ago.map(lambda d: now - DAY * 5 + d))),
    )
    memory = draw(_mostly(replace(MEMORY, happens_at=happens), None, *(
        replace(MEMORY, happens_at=happens, **change)
        for change in ({"superseded_by": 4}, {"resolved_at": now}, {"sensitive": True})
    )))
    assert memory is None or isinstance(memory, Memory)
    proposal = replace(PROPOSAL, opens=happens + draw(st.sampled_from([3, 3, -9])) * HOUR, closes=happens + 48 * HOUR, sensitive=draw(_mostly(False, True)) is True)
    history = tuple(sent(now - back, draw(st.sampled_from([3] + [99] * 9))) for back in draw(st.lists(ago, max_size=4)))
    spoke = draw(st.one_of(st.none(), *[lately.map(lambda back: now - back)] * 4))
    return (proposal, consent, memory, history, spoke), now


@settings(max_examples=1500, deadline=None)
@given(cases())
def test_it_speaks_exactly_when_no_rule_forbids(case: tuple[State, datetime]) -> None:
    state, now = case
    assert isinstance(may_speak(*state, now), Speak) == (not _broken(*state, now))


@settings(max_examples=1500, deadline=None)
@given(cases(), st.integers(1, 99))
def test_waiting_ends_in_the_window_and_nothing_is_allowed_before(case: tuple[State, datetime], share: int) -> None:
    state, now = case
    verdict = may_speak(*state, now)
    if isinstance(verdict, Wait):
        assert now < verdict.until <= state[0].closes
        if "quiet" not in verdict.reason:  # an end that the clock jumps over may come late, see above
            assert _broken(*state, now + (verdict.until - now) * share / 100)


@settings(max_examples=300, deadline=None)
@given(cases())
def test_every_wait_leads_on_to_speaking_or_dropping(case: tuple[State, datetime]) -> None:
    state, now = case
    for _ in range(40):
        verdict = may_speak(*state, now)
        if not isinstance(verdict, Wait):
            return
        now = verdict.until
    raise AssertionError("it waits for ever")


def test_the_numbers_can_be_changed() -> None:
    soon = Rules(gap=HOUR)
    often = replace(WILLING, per_day=9)
    assert isinstance(may_speak(PROPOSAL, often, MEMORY, (sent(NOON - 2 * HOUR),), None, NOON, soon), Speak)


@pytest.mark.parametrize(("text", "emoji"), [
    ("thanks", "💛"), ("Thank you so much!! 🙏", "💛"), ("danke Mika", "💛"), ("谢谢！", "💛"), ("gn all", "👋"), ("bis morgen", "👋"), ("hahaha", "😄"), ("lol", "😄"), ("ok, Mika", "👍"),
])
def test_small_words_among_others_get_an_emoji(text: str, emoji: str) -> None:
    found = answer(text, among=True)
    assert isinstance(found, React) and found.emoji == emoji and emoji in found.reason
    assert isinstance(answer(text), Reply), "in private they get words"


@pytest.mark.parametrize("text", ["ok?", "thanks, and what about tomorrow?", "thank you for the advice, I called her", "good morning", "bye is such a hard word", "goodbye, everyone, forever now", "later today", "🙂"])
def test_what_says_more_gets_words(text: str) -> None:
    assert isinstance(answer(text, among=True), Reply)
