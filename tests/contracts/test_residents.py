"""What every ``Residents`` promises, and deleting what was said in one place."""

from bot.mind.events import Decision
from tests.contracts.stores import ANN, BEN, DM, ELSEWHERE, SERVER, Either, store, told, turn
from tests.fakes.clock import START

__all__ = ["store"]


async def test_only_who_chose_it_and_only_where_something_is_kept(store: Either) -> None:
    for person in (ANN, BEN):
        await told(store, "I flew a kite", person=person, audience=SERVER, conversation="discord:12")
        await told(store, "I like tea", person=person)
    await store.turns.add(turn("hello", audience=ELSEWHERE, conversation="discord:13"))
    assert await store.residents.leavers() == ()
    await store.people.set_setting(ANN, "leaving", "delete")
    assert await store.residents.leavers() == ((ANN, SERVER), (ANN, ELSEWHERE))
    await store.people.set_setting(ANN, "leaving", None)
    assert await store.residents.leavers() == ()


async def test_what_was_said_in_one_place_goes_and_the_rest_stays(store: Either) -> None:
    await told(store, "I flew a kite", audience=SERVER, conversation="discord:12")
    said = await store.turns.add(turn("it was red", audience=SERVER, conversation="discord:12"))
    await store.turns.add(turn("nice", by_bot=True, reply_to=said.id, audience=SERVER, conversation="discord:12"))
    await store.diary.record(Decision(person=ANN, act="reply", reason="asked", at=START, turn=said.id))
    private = await told(store, "I like lemonade")
    bens = await told(store, "I keep bees", person=BEN, audience=SERVER, conversation="discord:12")
    receipt = await store.forgetting.everything(ANN, SERVER)
    assert (receipt.turns, receipt.memories, receipt.decisions) == (3, 1, 1)
    assert await store.memories.browse(ANN, past=True) == (private,)
    assert await store.memories.browse(BEN) == (bens,)
    assert await store.turns.recent(ANN, "discord:12", 9) == ()
    assert await store.diary.recent(ANN) == ()
    assert [c.turn.text for c in await store.memories.search(ANN, DM, "kite lemonade", None) if c.turn] == ["I like lemonade"]
