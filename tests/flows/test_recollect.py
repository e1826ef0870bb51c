"""What comes to mind, and for whom."""

from datetime import timedelta

import pytest

from bot.flows.forget import Forget
from tests.flows.household import ADA, BEN, NOTHING, SERVER, Household


@pytest.mark.parametrize("broken", [False, True])
async def test_found_within_the_audience_and_for_its_owner(home: Household, broken: bool) -> None:
    await home.hear("my sister Ada moved to Lyon")
    home.embedder.broken = broken
    for person, audience, found in ((ADA, f"dm:{ADA}", 1), (ADA, SERVER, 0), (BEN, f"dm:{BEN}", 0)):
        assert len(await home.recollect.memories(person, audience, "where did my sister go? Lyon?")) == found


async def test_best_first_and_no_more_than_asked(home: Household) -> None:
    home.notes = NOTHING
    for text in ("my dog is called Rex", "my sister moved to Lyon", "i work nights in a bakery"):
        await home.hear(text)
    found = await home.recollect.memories(ADA, f"dm:{ADA}", "the bakery at nights", limit=1)
    assert [m.quote for m in found] == ["i work nights in a bakery"]


@pytest.mark.parametrize("words", ["", "?", "😂", "'\"; DROP TABLE turns; --", "x" * 4000])
async def test_odd_words_find_something_or_nothing(home: Household, words: str) -> None:
    await home.hear("my dog is called Rex")
    await home.recollect.search(ADA, f"dm:{ADA}", words)


async def test_what_was_said_before_helps_to_find(home: Household) -> None:
    for text in ("my dog is called Rex", "my sister moved to Lyon"):
        await home.hear(text)
    alone, after = [
        {c.turn.text: c.aimed for c in await home.recollect.gather(ADA, f"dm:{ADA}", "i miss them", before=before) if c.turn}
        for before in ((), ("my sister moved to Lyon",))
    ]
    assert after["my sister moved to Lyon"] - alone["my sister moved to Lyon"] > after["my dog is called Rex"] - alone["my dog is called Rex"]


async def test_what_held_when(home: Household) -> None:
    home.notes = NOTHING
    times = []
    for text in ("i live in Bergen", "i moved to Oslo", "i moved to Bergen"):
        await home.hear(text)
        times.append(home.clock.now() - timedelta(minutes=1))
    held = [await home.recollect.as_of(ADA, "where do i live?", at) for at in times]
    assert [m.quote for m in held if m] == ["i live in Bergen", "i moved to Oslo", "i moved to Bergen"]
    assert len(await home.memories()) == 1
    assert await home.recollect.as_of(BEN, "where do i live?", times[0]) is None


async def test_forgetting_stops_work_first_and_says_what_went(home: Household) -> None:
    await home.hear("my dog is called Rex")
    dropped: list[str] = []
    forget = Forget(home.store.forgetting, home.store.memories, home.store.people, dropped.append, lambda person: None, home.model)
    (memory,) = await home.memories()
    assert await forget.memory(BEN, memory.id) is None
    receipt = await forget.memory(ADA, memory.id)
    assert receipt is not None and receipt.memories == 1
    assert dropped == home.model.forgotten == []
    await forget.everything(ADA)
    assert dropped == home.model.forgotten == [ADA]
    assert await home.memories() == []
