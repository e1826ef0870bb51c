"""What people do with their memories; and messages that they edit or delete."""

from datetime import timedelta

import pytest

from bot.errors import OldfriendError
from bot.mind.events import Turn
from tests.flows.household import ADA, BEN, NOTHING, Household


@pytest.fixture(autouse=True)
def rules_alone(home: Household) -> None:
    """Rules find what is worth keeping; the model adds nothing."""
    home.notes = NOTHING


async def _quotes(home: Household, person: str = ADA) -> list[str]:
    return sorted(m.quote for m in await home.memories(person))


async def test_a_correction_is_what_is_known_from_then_on(home: Household) -> None:
    await home.hear("i live in Bergen")
    (memory,) = await home.memories()
    changed = await home.keep.edit(ADA, memory.id, " They live in  Oslo. ")
    assert changed is not None
    assert (changed.gist, changed.quote, changed.corrected) == ("They live in Oslo.", "I live in Oslo.", True)
    assert [s.words for s in await home.keep.sources(ADA, memory.id)] == ["i live in Bergen"]
    found = await home.recollect.memories(ADA, f"dm:{ADA}", "where do i live? Oslo?")
    assert found == (changed,)
    own = await home.keep.edit(ADA, memory.id, "I live in Rome now, since last year")
    assert own is not None and own.quote == "I live in Rome now, since last year" and own.gist.startswith("They live in Rome")
    await home.hear("i moved to Paris")
    assert await _quotes(home) == ["i moved to Paris"]


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "x" * 301])
async def test_a_correction_without_words_changes_nothing(home: Household, text: str) -> None:
    await home.hear("i live in Bergen")
    (memory,) = await home.memories()
    with pytest.raises(OldfriendError, match="Nothing was changed"):
        await home.keep.edit(ADA, memory.id, text)
    assert await home.memories() == [memory]


async def test_nobody_touches_what_is_not_theirs(home: Household) -> None:
    await home.hear("i live in Bergen")
    (memory,) = before = await home.memories()
    assert await home.keep.edit(BEN, memory.id, "They live in Rome.") is None
    assert await home.keep.pin(BEN, memory.id, True) is None
    assert await home.keep.merge(BEN, memory.id, memory.id) is None
    assert await home.keep.sources(BEN, memory.id) == ()
    assert await home.memories() == before


async def test_a_pinned_memory_stands_beside_what_says_otherwise_until_it_is_unpinned(home: Household) -> None:
    await home.hear("i live in Bergen")
    (memory,) = await home.memories()
    pinned = await home.keep.pin(ADA, memory.id, True)
    assert pinned is not None and pinned.pinned
    await home.hear("i moved to Oslo")
    assert await _quotes(home) == ["i live in Bergen", "i moved to Oslo"]
    assert [m.quote for m in await home.keep.newer(pinned)] == ["i moved to Oslo"]
    loose = await home.keep.pin(ADA, memory.id, False)
    assert loose is not None and not loose.pinned and loose.superseded_by
    assert await _quotes(home) == ["i moved to Oslo"]


async def test_two_become_one_with_the_words_of_both(home: Household) -> None:
    await home.hear("my sister Ana moved to Porto")
    await home.hear("my sister Ana works as a nurse")
    nurse, porto = await home.memories()
    both = await home.keep.merge(ADA, porto.id, nurse.id)
    assert both is not None and await home.memories() == [both]
    assert both.quote == "my sister Ana moved to Porto … my sister Ana works as a nurse"
    assert len(await home.keep.sources(ADA, both.id)) == 2
    assert await home.keep.merge(ADA, porto.id, nurse.id) is None


async def test_why_names_the_memories_with_their_words_and_the_judge(home: Household) -> None:
    await home.hear("my name is Ada and i repair clocks")
    (memory, *_) = await home.memories()
    await home.hear("what do i repair?")
    told = "\n".join(await home.keep.why(ADA, f"dm-{ADA}"))
    assert f"#{memory.id}" in told and "repair clocks" in told and "you asked about yourself" in told and "draft" in told
    replied = [t for t in await home.store.turns.recent(ADA, f"dm-{ADA}", 10) if t.by_bot]
    first = "\n".join(await home.keep.why(ADA, f"dm-{ADA}", replied[0].message_id))
    assert "I used no memory" in first
    assert "not something I said to you" in "\n".join(await home.keep.why(BEN, f"dm-{ADA}", replied[1].message_id))
    assert "not said anything" in "\n".join(await home.keep.why(BEN, f"dm-{BEN}"))
    await home.forget.memory(ADA, memory.id)
    assert "not said anything" in "\n".join(await home.keep.why(ADA, f"dm-{ADA}"))


async def test_while_paused_nothing_is_remembered_and_the_conversation_goes_on(home: Household) -> None:
    await home.hear("i live in Bergen")
    await home.keep.pause(ADA, True)
    assert await home.keep.paused(ADA) and not await home.keep.paused(BEN)
    await home.hear("i have a secret tattoo of a zebra")
    await home.hear("where was that again?")
    assert "secret tattoo" in home.prompts()
    await home.hear("i work in Rome", person=BEN)
    assert await _quotes(home) == ["i live in Bergen"]
    assert await _quotes(home, BEN) == ["i work in Rome"]
    await home.keep.pause(ADA, False)
    assert all("zebra" not in t.text for t in await home.store.turns.recent(ADA, f"dm-{ADA}", 99))
    await home.hear("i work in Rome")
    assert await _quotes(home) == ["i live in Bergen", "i work in Rome"]
    assert not any("zebra" in shown for shown in home.shown_for_notes())


def _said(home: Household, text: str, number: str = "m1") -> Turn:
    return Turn(person=ADA, speaker="Ada", text=text, said_at=home.clock.now(), audience=f"dm:{ADA}", conversation=f"dm-{ADA}", message_id=number)


async def test_what_they_ask_to_have_remembered_is_once(home: Household) -> None:
    (memory,) = await home.keep.remember(_said(home, "the garage code hides under the third pot"))
    assert memory.importance >= 0.8 and memory.quote == "the garage code hides under the third pot"
    assert await home.keep.remember(_said(home, "the garage code hides under the third pot")) == (memory,)
    await home.supervisor.idle()
    assert await home.memories() == [memory]
    assert await home.keep.remember(_said(home, "  ", "m2")) == ()


async def test_asking_overrides_a_pause_and_survives_it(home: Household) -> None:
    await home.keep.pause(ADA, True)
    home.put("i have a cat called Tom", message_id="m1")
    await home.supervisor.idle()
    assert await home.memories() == []
    said = next(t for t in await home.store.turns.recent(ADA, f"dm-{ADA}", 9) if not t.by_bot)
    (memory,) = await home.keep.remember(said)
    assert await home.keep.remember(said) == (memory,)
    await home.keep.pause(ADA, False)
    assert [s.words for s in await home.keep.sources(ADA, memory.id)] == ["i have a cat called Tom"]


async def test_what_the_companion_said_is_no_memory_of_theirs(home: Household) -> None:
    await home.hear("i have a cat")
    answer = next(t for t in await home.store.turns.recent(ADA, f"dm-{ADA}", 9) if t.by_bot)
    with pytest.raises(OldfriendError, match="said that myself"):
        await home.keep.remember(answer)


async def _message(home: Household, text: str, number: str) -> None:
    home.put(text, message_id=number)
    await home.supervisor.idle()
    await home.clock.advance(timedelta(minutes=5))


async def test_an_edit_that_changes_the_fact(home: Household) -> None:
    await _message(home, "i live in Bergen", "m1")
    await home.forget.reword(f"dm-{ADA}", "m1", "i live in Oslo")
    await home.supervisor.idle()
    assert await _quotes(home) == ["i live in Oslo"]
    assert [m.quote for m in await home.store.memories.browse(ADA, past=True)] == ["i live in Oslo"]


async def test_an_edit_of_an_old_message_leaves_what_replaced_it(home: Household) -> None:
    await _message(home, "i live in Bergen", "m1")
    await _message(home, "i moved to Oslo", "m2")
    await home.forget.reword(f"dm-{ADA}", "m1", "i live in Trondheim")
    await home.supervisor.idle()
    assert await _quotes(home) == ["i moved to Oslo"]
    past = [m for m in await home.store.memories.browse(ADA, past=True) if m.superseded_by]
    assert [m.quote for m in past] == ["i live in Trondheim"]
    first = past[0].said_at
    held = await home.recollect.as_of(ADA, "where do i live?", first + timedelta(minutes=1))
    assert held is not None and held.quote == "i live in Trondheim"


async def test_deleting_the_newer_message_brings_the_older_back(home: Household) -> None:
    await _message(home, "i live in Bergen", "m1")
    await _message(home, "i moved to Oslo", "m2")
    receipt = await home.forget.message(f"dm-{ADA}", "m2")
    assert receipt is not None and receipt.memories == 1
    assert await _quotes(home) == ["i live in Bergen"]


async def test_a_message_still_in_line_is_amended_there(home: Household) -> None:
    home.put("i live in Bergen", message_id="m1")
    home.put("i have a cat", message_id="m2")
    for conversation, message, text in ((f"dm-{ADA}", "m1", "i live in Oslo"), (f"dm-{ADA}", "m2", ""), ("elsewhere", "m1", "")):
        async with home.inbox.amended(conversation, message, text):
            pass
    await home.supervisor.idle()
    assert [t.text for t in await home.store.turns.recent(ADA, f"dm-{ADA}", 9) if not t.by_bot] == ["i live in Oslo"]
