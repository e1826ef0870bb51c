"""Idle time: what fades is folded, summaries are written, and whoever speaks comes first."""

from datetime import timedelta

import pytest

from bot.errors import ModelFailed
from bot.mind.events import Kind, Memory, private_audience
from bot.ports import Completion
from tests.fakes.clock import START
from tests.flows.household import ADA, SERVER, Household

DAY = timedelta(days=1)
DM = private_audience(ADA)


async def known(home: Household, gist: str, kind: Kind = Kind.PREFERENCE, audience: str = DM) -> Memory:
    memory = Memory(person=ADA, audience=audience, kind=kind, gist=gist, quote=gist, said_at=home.clock.now())
    kept = await home.store.memories.keep(memory, [])
    assert kept is not None
    return kept


async def two_facts(home: Household) -> None:
    await known(home, "They are called Ada.", Kind.PROFILE)
    await known(home, "They love ramen.")


@pytest.mark.parametrize("words", ["They are a doctor.", "", ModelFailed("crashed")])
async def test_a_portrait_needs_no_model(home: Household, words: str | ModelFailed) -> None:
    home.replies = words
    await two_facts(home)
    assert await home.reflect.sit()
    assert await home.reflect.portrait(ADA, DM) == "They are called Ada. They love ramen."
    assert await home.store.summaries.restless(9) == ()


async def test_a_model_that_keeps_to_the_facts_writes_it(home: Household) -> None:
    home.replies = "They are called Ada and love ramen. They are kind."
    await two_facts(home)
    await home.reflect.sit()
    assert await home.reflect.portrait(ADA, DM) == "They are called Ada and love ramen."


async def test_it_is_in_every_prompt_at_the_same_place(home: Household) -> None:
    home.replies = "They are called Ada and love ramen."
    await two_facts(home)
    await home.reflect.sit()
    home.replies = "Well, well."
    await home.hear("what a day!")
    await home.hear("and what a night!")
    prompts = [request.messages for request in home.model.asked if "About Ada, whom you talk with: They are" in str(request.messages)]
    assert len(prompts) >= 2
    stable = next(i for i, m in enumerate(prompts[0]) if m.content.startswith("About Ada"))
    assert prompts[0][: stable + 1] == prompts[-1][: stable + 1]


async def test_a_server_sees_its_own_portrait(home: Household) -> None:
    home.replies = ""
    await known(home, "They are called Ada.", Kind.PROFILE)
    await known(home, "They row.", Kind.PREFERENCE, SERVER)
    await home.reflect.sit()
    assert await home.reflect.portrait(ADA, DM) == "They are called Ada. They row."
    assert await home.reflect.portrait(ADA, SERVER) == "They row."


async def test_nothing_is_written_twice(home: Household) -> None:
    home.replies = ""
    await two_facts(home)
    await home.reflect.sit()
    asked = len(home.model.asked)
    home.clock.set(START + 2 * DAY)
    assert await home.reflect.sit()
    assert len(home.model.asked) == asked


async def test_what_faded_is_folded_and_what_is_used_stays(home: Household) -> None:
    home.replies = ""
    films = [await known(home, f"They saw film {i}.", Kind.EXPERIENCE) for i in range(4)]
    home.clock.set(START + 200 * DAY)
    await home.reflect.used(ADA, (films[0].id,))
    await home.reflect.sit()
    assert len(await home.memories()) == 4
    home.clock.set(START + 300 * DAY)
    await home.reflect.sit()
    digest, stays = sorted(await home.memories(), key=lambda m: -m.folded)
    assert digest.gist == "In March 2026: They saw film 1; They saw film 2; They saw film 3."
    assert stays.id == films[0].id


async def test_words_expire_after_their_time(home: Household) -> None:
    await home.hear("I am tired of the rain today")
    home.clock.set(START + 370 * DAY)
    await home.reflect.sit()
    assert await home.store.turns.recent(ADA, f"dm-{ADA}", 9) == ()


async def test_who_speaks_comes_first_and_it_goes_on_later(home: Household) -> None:
    await two_facts(home)

    async def speak(request: Completion) -> None:
        home.reflect.stir()

    home.replies, home.model.between = "They are called Ada and love ramen.", speak
    assert not await home.reflect.sit()
    assert await home.reflect.portrait(ADA, DM) == ""
    assert [person for person, _ in await home.store.summaries.restless(9)] == [ADA]
    home.model.between = None
    assert await home.reflect.sit()
    assert await home.reflect.portrait(ADA, DM) == "They are called Ada and love ramen."


async def test_it_waits_for_quiet(home: Household) -> None:
    home.replies = ""
    await two_facts(home)
    watching = home.supervisor.start(home.reflect.watch(), name="wait for quiet", timeout=None)
    for _ in range(6):
        await home.clock.advance(timedelta(minutes=3))
        home.reflect.stir()
    assert await home.reflect.portrait(ADA, DM) == ""
    await home.clock.advance(timedelta(minutes=7))
    assert await home.reflect.portrait(ADA, DM) != ""
    watching.cancel()


async def test_where_somebody_always_talks_what_expired_goes_once_a_day(home: Household) -> None:
    home.replies = ""
    await two_facts(home)
    await home.hear("I am tired of the rain today")
    watching = home.supervisor.start(home.reflect.watch(), name="wait for quiet", timeout=None)
    home.clock.set(START + 370 * DAY)
    for _ in range(3):
        home.reflect.stir()
        await home.clock.advance(timedelta(minutes=1))
    assert await home.store.turns.recent(ADA, f"dm-{ADA}", 9) == ()
    assert await home.reflect.portrait(ADA, DM) == "", "the rest waits for quiet"
    cleared = await home.store.people.setting("companion", "reflect.cleared")
    await home.clock.advance(timedelta(minutes=1))
    assert await home.store.people.setting("companion", "reflect.cleared") == cleared, "not again on the same day"
    watching.cancel()
