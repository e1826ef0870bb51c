"""Whatever somebody says, deletes and commands, in whatever order: nothing goes that any rule forbids.

A life is lived through the real flow on the store in memory; ``Witness`` knows the rules from the outside, from the
timeline and from what was sent, and shares no code with restraint.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from bot.commands.life import Life
from bot.commands.world_rules import Witness
from tests.fakes.store import FakeStore

START = datetime.fromisoformat("2026-03-20T00:00:00+00:00")
"""Before the clocks of Europe, and after those of America."""
DAYS = 16
ZONES = ("Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kolkata", "UTC")

minutes = st.integers(0, DAYS * 24 * 60)
hours = st.sampled_from(["00:00", "07:00", "09:30", "12:00", "18:00", "22:00", "23:30"])
told: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries({
    "do": st.just("event"), "kind": st.sampled_from(["plan", "wellbeing", "feeling", "achievement"]), "gist": st.sampled_from(["driving test", "thesis deadline", "haircut"]),
    "importance": st.sampled_from([0.2, 0.6, 0.9]), "sensitive": st.booleans() | st.just(False), "in": st.integers(1, 120), "then": st.sampled_from(["", "", "delete", "resolve"]),
    "after": st.integers(0, 150),
})
done: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.sampled_from(["hey", "long day", "leave me alone", "not now", "ok good night"]).map(lambda text: {"do": "say", "text": text}),
    st.sampled_from([{"do": "stop"}, {"do": "start"}, {"do": "restart"}]),
    st.sampled_from([6, 30, 90]).map(lambda span: {"do": "snooze", "hours": span}),
    st.tuples(hours, hours).map(lambda pair: {"do": "quiet", "start": pair[0], "end": pair[1]}),
    st.sampled_from(ZONES).map(lambda zone: {"do": "tz", "tz": zone}),
)


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    timeline: list[tuple[datetime, dict[str, Any]]] = []
    for number, (at, entry) in enumerate(draw(st.lists(st.tuples(minutes, told), min_size=1, max_size=9))):
        when = START + timedelta(minutes=at)
        named = {**entry, "id": f"e{number}", "happens_at": _iso(when + timedelta(hours=entry.pop("in")))}
        then, after = named.pop("then"), timedelta(hours=named.pop("after"), minutes=1)
        timeline.append((when, named))
        if then:
            timeline.append((when + after, {"do": then, "id": named["id"]}))
    timeline += [(START + timedelta(minutes=at), entry) for at, entry in draw(st.lists(st.tuples(minutes, done), max_size=14))]
    timeline.sort(key=lambda pair: pair[0])
    return {
        "user": "u", "tz": draw(st.sampled_from(ZONES)), "opt_in": draw(st.sampled_from([True, True, False])), "per_day": draw(st.integers(1, 2)),
        "quiet": [draw(hours), draw(hours)], "start": _iso(START), "days": DAYS, "answers": draw(st.lists(st.booleans(), min_size=20, max_size=20)),
        "timeline": [{**entry, "at": _iso(at)} for at, entry in timeline],
    }


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_nothing_goes_that_a_rule_forbids(world: dict[str, Any]) -> None:
    store = FakeStore()

    @asynccontextmanager
    async def opening(_clock: object) -> AsyncIterator[FakeStore]:
        yield store

    sends = asyncio.run(Life(world, opening).live())
    event(f"{min(len(sends), 4)} messages or more")
    assert Witness(world, sends).broken() == []


def _iso(at: datetime) -> str:
    return at.isoformat()
