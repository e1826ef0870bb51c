"""What each source proposes, when, and what it leaves alone."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mind.events import Consent, Kind, Memory, Proposal, Turn
from bot.mind.nudge import faults
from bot.mind.persona import LoreNote
from bot.mind.proposals import (
    Anniversary,
    Birthday,
    Care,
    Deadline,
    FollowUp,
    GoodWishes,
    OpenQuestion,
    OwnPromise,
    Promise,
    SharedInterest,
)
from bot.mind.proposals.lines import line_for
from bot.mind.proposals.own_promise import promised
from bot.mind.proposals.tasks import fits, task_of
from bot.mind.quiet import is_quiet
from bot.ports import ProposalSource

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADA = Consent(person="discord:1", timezone="Europe/Berlin", timezone_known=True)
PLAIN = Memory(
    id=1, person="discord:1", audience="dm:discord:1", kind=Kind.PLAN, gist="Has a chemistry final on Friday at 10.",
    quote="my chemistry final is on Friday at 10", said_at=MONDAY, importance=0.9,
)
SOURCES: list[ProposalSource] = [
    GoodWishes(), Deadline(), Anniversary(), Birthday(), Care(), OpenQuestion(), Promise(), OwnPromise(), SharedInterest(["old clocks", "tea"]),
]


def local(day: int, hour: int, minute: int = 0, month: int = 3, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def when(source: ProposalSource, **change: object) -> tuple[datetime, datetime] | None:
    """The best moment and the end of the window."""
    found = source.propose(replace(PLAIN, **change), ADA, MONDAY)  # type: ignore[arg-type]  # any field
    return (found.best, found.closes) if found else None


def test_good_wishes_come_on_the_morning_or_for_early_things_on_the_evening_before() -> None:
    assert when(GoodWishes(), happens_at=local(6, 14)) == (local(6, 9), local(6, 11))
    assert when(GoodWishes(), happens_at=local(6, 10)) == (local(5, 18, 30), local(6, 9, 15))
    assert when(GoodWishes(), happens_at=local(6, 0)) == (local(6, 9), local(6, 11)), "a day without an hour"


@pytest.mark.parametrize("change", [
    {"happens_at": None}, {"importance": 0.7}, {"sensitive": True}, {"kind": Kind.FEELING}, {"happens_at": MONDAY + timedelta(hours=20)},
    {"quote": "my thesis deadline is on Friday"},
])
def test_nobody_is_wished_well_for(change: dict[str, object]) -> None:
    assert when(GoodWishes(), **{"happens_at": local(6, 14), **change}) is None


def test_what_is_due_is_asked_about_on_the_evening_before() -> None:
    thesis = {"quote": "my thesis is due on Friday at noon", "happens_at": local(6, 12)}
    assert when(Deadline(), **thesis) == (local(5, 18, 30), local(5, 23, 30))
    assert when(Deadline(), **{**thesis, "happens_at": local(4, 12)}) is None, "too soon to be forgotten"
    assert when(Deadline(), happens_at=local(6, 12)) is None, "a final is not due"


def test_a_birthday_of_their_own_is_wished_well_on_the_day() -> None:
    assert when(Birthday(), quote="It's my birthday on Friday!", happens_at=local(6, 0)) == (local(6, 9, 30), local(6, 22))
    assert when(Birthday(), quote="I'll turn 30 on Friday", happens_at=local(6, 0)) is not None
    assert when(Birthday(), quote="my sister's birthday is on Friday", happens_at=local(6, 0)) is None


def test_an_achievement_is_remembered_a_year_later() -> None:
    run = {"kind": Kind.ACHIEVEMENT, "happens_at": local(1, 10)}
    assert when(Anniversary(), **run) == (local(1, 18, 30, year=2027), local(1, 22, year=2027))
    assert when(Anniversary(), **{**run, "kind": Kind.EXPERIENCE}) is None
    leap = when(Anniversary(), kind=Kind.ACHIEVEMENT, happens_at=local(29, 10, month=2, year=2028))
    assert leap is not None and leap[0] == local(28, 18, 30, month=2, year=2029)


@pytest.mark.parametrize(("quote", "asked"), [
    ("I don't know whether to take the job in Oslo", True), ("should I take the job?", True), ("I can't decide on a flat", True),
    ("I took the job in Oslo", False), ("I know what to do", False),
])
def test_an_open_question_is_taken_up_three_days_later(quote: str, asked: bool) -> None:
    assert when(OpenQuestion(), quote=quote) == ((local(5, 18, 30), local(9, 18, 30)) if asked else None)
    assert when(OpenQuestion(), quote=quote, happens_at=local(6, 10)) is None


def test_a_bad_day_is_asked_after_on_the_next_afternoon() -> None:
    bad = {"kind": Kind.FEELING, "emotion": "sadness"}
    assert when(Care(), **bad) == (local(3, 16), local(4, 20))
    assert when(Care(), **{**bad, "emotion": "joy"}) is None
    assert when(Care(), **bad, sensitive=True) is None


def test_a_promise_is_kept_at_its_time() -> None:
    assert when(Promise(), quote="remind me on Friday at 2 to call the dentist", happens_at=local(6, 14)) == (local(6, 14), local(7, 2))
    assert when(Promise(), quote="ask me about it on Friday", happens_at=local(6, 0)) == (local(6, 9), local(6, 21))
    assert when(Promise(), quote="I call the dentist on Friday", happens_at=local(6, 14)) is None
    assert when(Promise(), quote="remind me to call the dentist") is None


@pytest.mark.parametrize(("reply", "at"), [
    ("That is big. I'll ask you on Saturday how it went.", local(7, 0)), ("I will definitely check in on you tomorrow evening!", local(3, 19)),
    ("Sleep well. I'll remind you tomorrow at 8am.", local(3, 8)),
])
def test_its_own_word_is_kept(reply: str, at: datetime) -> None:
    answered = Turn(person=PLAIN.person, speaker="Ada", text="my cat is at the vet", said_at=MONDAY, audience=PLAIN.audience, conversation="c", id=7)
    given = promised(replace(answered, text=reply, by_bot=True, said_at=MONDAY + timedelta(seconds=9), id=8), answered, "Europe/Berlin")
    assert given is not None
    memory, evidence = given
    assert (memory.happens_at, memory.quote, memory.audience, evidence.turn) == (at, "my cat is at the vet", PLAIN.audience, 7)
    assert "vet" not in memory.gist, "what it said itself is nobody's memory"
    found = OwnPromise().propose(replace(memory, id=9), ADA, MONDAY)
    assert found is not None and found.opens >= at
    assert [source.name for source in SOURCES if source.propose(replace(memory, id=9), ADA, MONDAY)] == ["own_promise"]
    assert OwnPromise().propose(replace(memory, id=9, sensitive=True), ADA, MONDAY) is None
    assert OwnPromise().propose(PLAIN, ADA, MONDAY) is None


@pytest.mark.parametrize("reply", [
    "How did it go on Saturday?", "I'll never ask you on Saturday.", "I'll ask you about it some day.", "Shall I remind you tomorrow? I'll ask you tomorrow if you want.",
    "If you like I'll check in tomorrow.", "Will you ask them tomorrow?", "I'll be here.", "My friend said I will ask.",
])
def test_other_words_bind_it_to_nothing(reply: str) -> None:
    answered = Turn(person=PLAIN.person, speaker="Ada", text="hm", said_at=MONDAY, audience=PLAIN.audience, conversation="c", id=7)
    assert promised(replace(answered, text=reply, by_bot=True), answered, "Europe/Berlin") is None


def test_a_shared_interest_is_brought_up_once() -> None:
    clocks = SharedInterest(["old clocks"])
    assert when(clocks, kind=Kind.PREFERENCE, quote="I love old clocks") == (local(7, 18, 30), local(10, 18, 30))
    assert when(clocks, kind=Kind.PREFERENCE, quote="I hate clocks") is None
    assert when(clocks, kind=Kind.PREFERENCE, quote="I love tea") is None


memories = st.builds(
    replace, st.just(PLAIN), kind=st.sampled_from(Kind), importance=st.floats(0, 1), sensitive=st.booleans(),
    emotion=st.sampled_from(["neutral", "sadness", "joy"]),
    quote=st.sampled_from(["remind me of my thesis deadline", "my birthday is then", "should I go?", "I love tea", "a final"]),
    happens_at=st.one_of(st.none(), st.integers(-100, 900).map(lambda hours: MONDAY + timedelta(hours=hours))),
)
consents = st.builds(
    replace, st.just(ADA), timezone=st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Auckland", "America/Sao_Paulo"]),
    quiet_start=st.integers(0, 23).map(time), quiet_end=st.integers(0, 23).map(time),
)


@given(memories, consents, st.integers(0, 200))
def test_every_proposal_has_a_window_outside_the_quiet_hours_and_is_worth_less_than_a_follow_up(
    memory: Memory, consent: Consent, later: int
) -> None:
    now = MONDAY + timedelta(hours=later)
    for source in SOURCES:
        found = source.propose(memory, consent, now)
        if found is None:
            continue
        assert isinstance(found, Proposal) and not memory.sensitive
        assert (found.source, found.memory, found.due) == (source.name, memory.id, found.best)
        assert found.opens <= found.best < found.closes and found.closes > now
        assert not is_quiet(consent, found.best)
        assert 0 < found.worth <= 1 and found.reason
        asks = FollowUp().propose(memory, consent, now)
        assert asks is None or source.name == "birthday" or found.worth < max(asks.worth, 0.6)


def test_a_shared_interest_is_found_by_fields_and_by_notes_but_not_by_what_everybody_knows() -> None:
    films = SharedInterest(["films and film stars", "friends, work and everyday life"], [LoreNote("Duff is a pudding.", ("duff", "pudding"))])
    for quote, shared in (("I love old movies", True), ("a pudding is the best thing", True), ("my friends and my work", False), ("I like maths", False)):
        assert (films.propose(replace(PLAIN, kind=Kind.PREFERENCE, quote=quote), ADA, MONDAY) is not None) is shared, quote


@given(st.sampled_from([*(source.name for source in SOURCES), "horoscope"]), st.text(max_size=400), st.text(max_size=100), st.floats(0, 1), st.integers(0, 9))
def test_its_words_may_always_be_sent(source: str, quote: str, gist: str, teasing: float, number: int) -> None:
    text = line_for(source, replace(PLAIN, quote=quote, gist=gist, id=number), teasing)
    assert text.count("?") <= 1 and len(text) <= 280 and text.strip()


@pytest.mark.parametrize("source", ["good_wishes", "deadline", "birthday", "anniversary", "open_question", "care", "shared_interest", "promise", "own_promise"])
@pytest.mark.parametrize("happens", [None, MONDAY])
def test_there_are_several_lines_for_each_temper_and_none_pushes(source: str, happens: datetime | None) -> None:
    events = [replace(PLAIN, id=number, happens_at=happens) for number in range(9)]
    warm, playful = ({line_for(source, event, teasing) for event in events} for teasing in (0.1, 0.9))
    assert not warm & playful and not any(faults(text) for text in warm | playful)
    assert happens is None or len(warm) > 1 < len(playful)


def test_the_task_of_a_source_says_whether_to_ask() -> None:
    assert fits("How did it go?", task_of("follow_up")) and not fits("I hope it went well.", task_of("follow_up"))
    assert fits("Good luck!", task_of("good_wishes")) and not fits("Ready? Good luck!", task_of("good_wishes"))
    assert fits("The dentist!", task_of("promise")) and fits("Dentist now?", task_of("horoscope"))


def test_its_words_name_the_thing() -> None:
    assert line_for("good_wishes", replace(PLAIN, id=3, happens_at=MONDAY)) == "Good luck with your chemistry final. Tell me about it afterwards, if you like."
    assert not faults(line_for("horoscope", PLAIN))
