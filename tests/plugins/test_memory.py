"""``/memory``, typed by people."""

import pytest
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.env import Env
from simcord.results import InteractionResult

from bot.errors import StoreError
from bot.mind.events import Kind, Receipt
from tests.plugins.answers import embed, text
from tests.fakes.store import FakeStore
from tests.plugins.company import remember


async def test_nothing_yet(simcord_env: Env) -> None:
    assert "nothing yet" in text(await simcord_env.create_user("ann").slash("memory list"))


async def test_list_by_page_and_kind(simcord_env: Env, store: FakeStore) -> None:
    ann = simcord_env.create_user("ann")
    plans = await remember(store, ann.id, *(f"Plan {n}." for n in range(1, 11)))
    (liking,) = await remember(store, ann.id, "Likes *tea*.", kind=Kind.PREFERENCE)
    first = embed(await ann.slash("memory list"))
    assert (first.description or "").splitlines()[:2] == [
        f"**#{liking.id}** Likes \\*tea\\*. (preference)", f"**#{plans[-1].id}** Plan 10. (plan)"]
    assert first.footer.text == "Page 1 of 2, 11 memories"
    last = embed(await ann.slash("memory list", page=99))
    assert (last.description or "").splitlines()[-1] == f"**#{plans[0].id}** Plan 1. (plan)"
    liked = text(await ann.slash("memory list", kind="preference"))
    assert "tea" in liked
    assert "plan" not in liked


async def test_only_ones_own_in_a_server_too(simcord_env: Env, store: FakeStore) -> None:
    lounge = simcord_env.create_guild().create_text_channel("lounge")
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    bob = simcord_env.guild.add_member(simcord_env.create_user("bob"))
    (secret,) = await remember(store, ann.id, "Moves to Oslo in May.")
    assert "oslo" in text(await ann.slash(lounge, "memory list"))
    assert "oslo" not in text(await bob.slash(lounge, "memory list"))
    assert "may" not in text(await bob.slash(lounge, "memory search", words="oslo"))
    assert "no memory with the number" in text(await bob.slash(lounge, "memory show", id=secret.id))
    assert "no memory with the number" in text(await bob.slash(lounge, "memory delete", id=secret.id))
    assert await bob.autocomplete(lounge, "memory show", "id", "") == []
    assert list(store.shelf.memories.values()) == [secret]
    assert lounge.history(viewer=bob) == [] or all(m.flags.ephemeral for m in lounge.history(viewer=bob))


async def test_search(simcord_env: Env, store: FakeStore) -> None:
    ann = simcord_env.create_user("ann")
    await remember(store, ann.id, "Moves to Oslo in May.", "Has a dog.")
    found = text(await ann.slash("memory search", words="oslo"))
    assert "moves to oslo" in found
    assert "dog" not in found
    assert "nothing comes to mind" in text(await ann.slash("memory search", words="saxophone"))


async def test_show(simcord_env: Env, store: FakeStore) -> None:
    ann = simcord_env.create_user("ann")
    (memory,) = await remember(store, ann.id, "Moves to Oslo in May.")
    shown = text(await ann.slash("memory show", id=memory.id))
    assert "i said: moves to oslo" in shown
    assert "in private" in shown
    assert f"/memory delete {memory.id}" in shown


async def test_delete_with_a_receipt(simcord_env: Env, store: FakeStore) -> None:
    ann = simcord_env.create_user("ann")
    (memory,) = await remember(store, ann.id, "Moves to Oslo in May.")
    assert "1 memory, 1 message" in text(await ann.slash("memory delete", id=memory.id))
    assert store.shelf.memories == {}
    assert "no memory with the number" in text(await ann.slash("memory delete", id=memory.id))


async def test_numbers_are_offered(simcord_env: Env, store: FakeStore) -> None:
    ann = simcord_env.create_user("ann")
    oslo, dog = await remember(store, ann.id, "Moves to Oslo in May.", "Has a dog. " + "Woof " * 60)
    offered = await ann.autocomplete("memory delete", "id", "oslo")
    assert [(c["name"], c["value"]) for c in offered] == [(f"{oslo.id}: Moves to Oslo in May.", oslo.id)]
    offered = await ann.autocomplete("memory show", "id", str(dog.id))
    assert [c["value"] for c in offered] == [dog.id]
    assert len(offered[0]["name"]) <= 100


@pytest.fixture
def lounge(simcord_env: Env) -> ChannelHandle:
    return simcord_env.create_guild().create_text_channel("lounge")


@pytest.fixture
def ann(simcord_env: Env, lounge: ChannelHandle) -> MemberActor:
    return simcord_env.guild.add_member(simcord_env.create_user("ann"))


async def asked(ann: MemberActor, lounge: ChannelHandle) -> InteractionResult:
    result = await ann.slash(lounge, "memory forget-everything")
    assert "forget everything?" in text(result)
    return result


async def press(who: MemberActor, result: InteractionResult, label: str) -> InteractionResult:
    assert result.response is not None
    return await who.click(result.response, label=label)


async def test_forget_everything(ann: MemberActor, lounge: ChannelHandle, store: FakeStore) -> None:
    await remember(store, ann.id, "One.", "Two.")
    others = await remember(store, 7, "Somebody else's.")
    result = await asked(ann, lounge)
    assert len(store.shelf.memories) == 3
    await press(ann, result, "Forget everything")
    assert "2 memories, 2 messages" in text(result)
    assert list(store.shelf.memories.values()) == others
    assert result.response is not None
    assert result.response.components == []


async def test_think_better_of_it(ann: MemberActor, lounge: ChannelHandle, store: FakeStore) -> None:
    await remember(store, ann.id, "One.")
    result = await asked(ann, lounge)
    await press(ann, result, "Keep")
    assert "nothing was deleted" in text(result)
    assert len(store.shelf.memories) == 1


async def test_no_answer_deletes_nothing(simcord_env: Env, ann: MemberActor, lounge: ChannelHandle, store: FakeStore) -> None:
    await remember(store, ann.id, "One.")
    result = await asked(ann, lounge)
    await simcord_env.advance_time(61)
    assert "nothing was deleted" in text(result)
    assert result.response is not None
    assert result.response.components == []
    assert len(store.shelf.memories) == 1


async def test_a_failing_database_is_told(
    ann: MemberActor, lounge: ChannelHandle, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(person: str) -> Receipt:
        raise StoreError("the disk is full; make room and try again")

    monkeypatch.setattr(store.forgetting, "everything", broken)
    result = await asked(ann, lounge)
    await press(ann, result, "Forget everything")
    assert "the disk is full" in text(result)
