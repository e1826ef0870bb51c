"""A clock that is wrong for a while takes nothing away."""

from dataclasses import replace
from datetime import timedelta

from bot.flows.leaps import DOUBT
from bot.mind.events import private_audience
from tests.fakes.clock import START
from tests.flows.household import ADA, Household, noted

DM = private_audience(ADA)


async def _told(home: Household) -> None:
    home.notes = noted("I saw a heron at the pond")
    await home.hear("I saw a heron at the pond")
    assert await home.reflect.sit()


async def test_a_day_in_the_far_future_lets_nothing_go(home: Household) -> None:
    await _told(home)
    home.clock.set(START + timedelta(days=25_000))
    assert not await home.reflect.sit()
    home.clock.set(START + timedelta(days=1))
    assert not await home.reflect.sit()
    home.clock.set(home.clock.now() + DOUBT)
    assert await home.reflect.sit()
    assert [m.quote for m in await home.memories()] == ["I saw a heron at the pond"]
    assert [t.text for t in await home.store.turns.recent(ADA, f"dm-{ADA}", 9) if not t.by_bot] == ["I saw a heron at the pond"]


async def test_time_that_did_pass_is_believed_after_a_day(home: Household) -> None:
    await _told(home)
    home.clock.set(START + timedelta(days=4 * 365))
    assert not await home.reflect.sit()
    home.clock.set(home.clock.now() + DOUBT)
    assert await home.reflect.sit()
    assert await home.store.turns.recent(ADA, f"dm-{ADA}", 9) == ()


async def test_a_clock_set_back_does_not_keep_it_from_reflecting(home: Household) -> None:
    home.clock.set(START + timedelta(days=20))
    await _told(home)
    home.reflect.stir()
    memory = (await home.memories())[0]
    await home.store.memories.change(replace(memory, gist="They saw a heron."))
    assert await home.store.summaries.restless(9) != ()
    watch = home.supervisor.start(home.reflect.watch(), name="watch", timeout=None)
    home.clock.set(START)
    await home.clock.advance(timedelta(minutes=10))
    assert await home.store.summaries.restless(9) == ()
    watch.cancel()
