"""What every ``Fading`` and ``Summaries`` promises."""

from dataclasses import replace
from datetime import timedelta

from bot.mind.digest import digest
from bot.mind.events import Decision, Memory
from bot.mind.strength import strength
from bot.mind.summary import Summary
from tests.contracts.stores import (
    ANN,
    BEN,
    DM,
    ELSEWHERE,
    MODEL,
    SERVER,
    Either,
    direction,
    proposal,
    store,
    told,
    turn,
)
from tests.fakes.clock import START

__all__ = ["store"]
LATER = START + timedelta(days=100)


def portrait(*sources: Memory, audience: str = DM, person: str = ANN) -> Summary:
    return Summary(
        person=person, audience=audience, level="portrait", about="", text="They know things.", sources=tuple(m.id for m in sources)
    )


async def version(store: Either, person: str = ANN) -> int:
    return dict(await store.summaries.restless(100))[person]


async def written(store: Either, summary: Summary) -> bool:
    return await store.summaries.write(summary.person, summary.audience, [summary], await version(store, summary.person))


async def test_use_revives_only_what_is_theirs(store: Either) -> None:
    mine = await told(store, "I flew a kite")
    await store.fading.used(BEN, [mine.id], LATER)
    assert await store.memories.get(ANN, mine.id) == mine
    await store.fading.used(ANN, [mine.id, 4711], LATER)
    used = await store.memories.get(ANN, mine.id)
    assert used is not None
    assert used.used_at == LATER
    assert strength(used, LATER) == 1 > strength(mine, LATER)


async def test_a_digest_takes_the_place_of_its_members_and_rests_on_their_words(store: Either) -> None:
    old = await told(store, "I flew a kite")
    members = [await told(store, "I flew a red kite", replaces=[old.id]), await told(store, "I baked bread")]
    other = await told(store, "I like tea")
    idea = await store.proposals.propose(proposal(members[0].id))
    assert idea is not None
    stands = await store.fading.fold(digest(members), members, direction(1, 0), MODEL)
    assert stands is not None
    assert stands.folded == 2
    assert {m.id for m in await store.memories.browse(ANN, past=True)} == {stands.id, other.id}
    assert await store.proposals.get(idea.id) is None
    found = await store.memories.search(ANN, DM, "kite", direction(1, 0), MODEL)
    assert stands.id in {c.memory.id for c in found if c.memory}
    receipt = await store.forgetting.memory(ANN, stands.id)
    assert receipt is not None and receipt.turns == 3
    assert [t.text for t in await store.turns.recent(ANN, "discord:11", 9)] == ["I like tea"]


async def test_nothing_is_folded_that_changed_or_went_meanwhile(store: Either) -> None:
    members = [await told(store, "I flew a kite"), await told(store, "I baked bread")]
    await store.memories.change(replace(members[0], gist="They flew a dragon."))
    assert await store.fading.fold(digest(members), members) is None
    await store.forgetting.memory(ANN, members[0].id)
    assert await store.fading.fold(digest(members), members) is None
    assert len(await store.memories.browse(ANN)) == 1


async def test_audiences_are_never_folded_together(store: Either) -> None:
    members = [await told(store, "I flew a kite"), await told(store, "I baked bread", audience=SERVER)]
    assert await store.fading.fold(digest(members), members) is None
    stranger = replace(digest(members[:1]), person=BEN)
    assert await store.fading.fold(stranger, members[:1]) is None


async def test_only_what_does_not_hold_is_dropped(store: Either) -> None:
    first = await told(store, "the exam is on Monday")
    second = await told(store, "no, the exam is on Tuesday", replaces=[first.id])
    await store.fading.drop(BEN, [first.id])
    assert len(await store.memories.browse(ANN, past=True)) == 2
    await store.fading.drop(ANN, [first.id, second.id])
    assert await store.memories.browse(ANN, past=True) == (second,)


async def test_old_turns_go_and_memories_stay(store: Either) -> None:
    kept = await told(store, "I flew a kite", vector=direction(1, 0))
    await store.turns.add(turn("really?", by_bot=True))
    await store.turns.add(turn("good morning", said_at=LATER))
    await store.diary.record(Decision(person=ANN, act="reply", reason="asked", at=START))
    assert await store.fading.expire(START) == 0
    assert await store.fading.expire(LATER) == 3
    assert [t.text for t in await store.turns.recent(ANN, "discord:11", 9)] == ["good morning"]
    assert await store.memories.browse(ANN) == (kept,)
    assert await store.diary.recent(ANN) == ()
    found = await store.memories.search(ANN, DM, "kite", direction(1, 0), MODEL)
    assert [(c.memory, c.turn) for c in found if c.lexical] == [(kept, None)]


async def test_what_was_said_in_one_server_goes_with_what_is_remembered_of_it(store: Either) -> None:
    here = await told(store, "I flew a kite", audience=SERVER, conversation="discord:12")
    pinned = await told(store, "I like tea", audience=SERVER, conversation="discord:12", pinned=True)
    elsewhere = await told(store, "I flew to Rome")
    late = await told(store, "I keep bees", audience=SERVER, conversation="discord:12", said_at=LATER)
    await store.diary.record(Decision(person=ANN, act="reply", reason="asked", at=START))
    assert await store.fading.expire(START, SERVER) == 0
    gone = await store.fading.expire(LATER, SERVER)
    assert {m.id for m in await store.memories.browse(ANN, past=True)} == {pinned.id, elsewhere.id, late.id}
    assert await store.memories.get(ANN, here.id) is None and gone >= 3
    assert await store.turns.recent(ANN, "discord:12", 9) == ()
    assert len(await store.turns.recent(ANN, "discord:11", 9)) == 1 and len(await store.diary.recent(ANN)) == 1


async def test_a_summary_goes_with_what_it_rests_on(store: Either) -> None:
    kite, tea = await told(store, "I flew a kite"), await told(store, "I like tea")
    assert await written(store, portrait(kite))
    assert await store.summaries.of(ANN, DM) == (portrait(kite),)
    await store.memories.change(replace(tea, gist="They like green tea."))
    await store.fading.used(ANN, [kite.id], LATER)
    assert await store.summaries.of(ANN, DM) == (portrait(kite),)
    await store.memories.change(replace(kite, gist="They flew a dragon."))
    assert await store.summaries.of(ANN, DM) == ()
    assert await written(store, portrait(kite, tea))
    await store.forgetting.memory(ANN, kite.id)
    assert await store.summaries.of(ANN, DM) == ()
    assert await written(store, portrait(tea))
    await told(store, "I like coffee now", replaces=[tea.id])
    assert await store.summaries.of(ANN, DM) == ()


async def test_nothing_is_written_about_what_changed_meanwhile(store: Either) -> None:
    kite = await told(store, "I flew a kite")
    before = await version(store)
    await store.memories.change(replace(kite, gist="They flew a dragon."))
    assert not await store.summaries.write(ANN, DM, [portrait(kite)], before)
    assert await store.summaries.of(ANN, DM) == ()


async def test_a_summary_never_holds_what_its_audience_may_not_hear(store: Either) -> None:
    private = await told(store, "I flew a kite")
    here = await told(store, "I like tea", audience=SERVER)
    shared = await told(store, "I bake", audience=ELSEWHERE, shareable=True)
    theirs = await told(store, "I row", person=BEN, audience=SERVER)
    for secret in (private, theirs):
        assert not await written(store, portrait(here, secret, audience=SERVER))
    assert await written(store, portrait(here, shared, audience=SERVER))
    assert await written(store, portrait(private, here))
    assert await store.summaries.of(ANN, SERVER) == (portrait(here, shared, audience=SERVER),)
    await store.memories.change(replace(shared, shareable=False))
    assert await store.summaries.of(ANN, SERVER) == ()
    assert await store.summaries.of(BEN, SERVER) == ()


async def test_people_are_restless_until_they_were_reflected_on(store: Either) -> None:
    kite = await told(store, "I flew a kite")
    await told(store, "I row", person=BEN)
    assert [person for person, _ in await store.summaries.restless(9)] == [ANN, BEN]
    seen = await version(store)
    await store.summaries.calm(BEN, await version(store, BEN))
    await store.memories.change(replace(kite, gist="They flew a dragon."))
    await store.summaries.calm(ANN, seen)
    assert [person for person, _ in await store.summaries.restless(9)] == [ANN]
    await store.summaries.calm(ANN, await version(store))
    assert await store.summaries.restless(9) == ()
    await store.summaries.rouse()
    assert [person for person, _ in await store.summaries.restless(9)] == [ANN, BEN]
    assert len(await store.summaries.restless(1)) == 1


async def test_nothing_of_it_is_left_of_who_is_forgotten(store: Either) -> None:
    kite = await told(store, "I flew a kite")
    assert await written(store, portrait(kite))
    await store.forgetting.everything(ANN)
    assert await store.summaries.of(ANN, DM) == ()
    assert ANN not in dict(await store.summaries.restless(9))
