"""What every ``Spaces`` promises, and the flow that uses it."""

from dataclasses import replace

import pytest

from bot.errors import ModelFailed
from bot.flows.reembed import AT_A_TIME, reembed
from bot.ports import Vectors
from tests.contracts.stores import ANN, DM, MODEL, Either, direction, store, told, turn
from tests.fakes.model import FakeEmbedder

__all__ = ["store"]
NEW = "new-model"


async def _similar(store: Either, words: str, model: str, vector: Vectors) -> dict[str, float]:
    found = await store.memories.search(ANN, DM, words, vector, model)
    return {c.memory.quote if c.memory else f"turn: {c.turn.text}" if c.turn else "": round(c.dense, 3) for c in found}


async def test_rows_move_one_by_one_and_spaces_are_never_mixed(store: Either) -> None:
    old = direction(1, 0, 0)
    tea = await told(store, "I like tea", vector=old)
    await told(store, "I row boats", vector=old)
    said = await store.turns.add(turn("good morning"), old, MODEL)
    await store.turns.add(turn("what was never embedded"))
    assert await store.spaces.count(NEW) == 3
    assert await store.spaces.count(MODEL) == 0
    strangers = await store.spaces.strangers(NEW, 9)
    assert {(s.what, s.id) for s in strangers} >= {("memories", tea.id), ("turns", said.id)}
    moved = [s for s in strangers if (s.what, s.id) == ("memories", tea.id)]
    await store.spaces.move(moved, direction(0, 1, 0, 0).reshape(1, 4), NEW)
    assert await store.spaces.count(NEW) == 2
    # In the new space only what was moved has a likeness; the rest is found by its words.
    found = await _similar(store, "tea and boats", NEW, direction(0, 1, 0, 0))
    assert found["I like tea"] == 1
    assert found["I row boats"] == 0
    assert found.get("turn: good morning", 0) == 0
    before = await _similar(store, "", MODEL, old)
    assert before.get("I like tea", 0) == 0
    assert before["I row boats"] == before["turn: good morning"] == 1


async def test_what_changed_or_went_meanwhile_is_not_given_an_old_vector(store: Either) -> None:
    tea, boats = await told(store, "I like tea", vector=direction(1, 0)), await told(store, "I row boats", vector=direction(1, 0))
    strangers = await store.spaces.strangers(NEW, 9)
    await store.memories.change(replace(tea, gist="They like green tea."))
    await store.forgetting.memory(ANN, boats.id)
    await store.spaces.move(strangers, direction(*([1.0] * 2 * len(strangers))).reshape(len(strangers), 2), NEW)
    left = await store.spaces.strangers(NEW, 9)
    assert [(s.what, s.id, s.text) for s in left if s.what == "memories"] == [("memories", tea.id, "They like green tea. I like tea")]


async def test_all_of_it_in_the_background_with_progress(store: Either) -> None:
    for i in range(25):
        await told(store, f"I saw film number{i}", vector=direction(1, 0))
    embedder, lines = FakeEmbedder(name=NEW), []
    await reembed(store.spaces, embedder, lambda done, total: lines.append((done, total)))
    assert lines[-1] == (25, 25)
    assert 3 <= len(lines) <= 10
    assert await store.spaces.count(NEW) == 0
    query = (await embedder.embed(["They said: I saw film number7 I saw film number7"]))[0]
    assert (await _similar(store, "", NEW, query))["I saw film number7"] == 1
    asked = len(embedder.asked)
    await reembed(store.spaces, embedder, lambda done, total: lines.append((done, total)))
    assert len(embedder.asked) == asked


async def test_it_goes_on_after_it_was_broken_off(store: Either) -> None:
    class Mortal(FakeEmbedder):
        async def embed(self, texts: object, *, query: bool = False) -> Vectors:
            if len(self.asked) == 1:
                raise ModelFailed("killed")
            return await super().embed(texts, query=query)  # type: ignore[arg-type]

    for i in range(20):
        await told(store, f"I saw film number{i}", vector=direction(1, 0))
    with pytest.raises(ModelFailed):
        await reembed(store.spaces, Mortal(name=NEW), lambda done, total: None)
    assert await store.spaces.count(NEW) == 20 - AT_A_TIME
    embedder = FakeEmbedder(name=NEW)
    await reembed(store.spaces, embedder, lambda done, total: None)
    assert sum(map(len, embedder.asked)) == 20 - AT_A_TIME
