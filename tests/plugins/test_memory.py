"""``/memory``, typed by people."""

from dataclasses import replace

import pytest
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, UserHandle
from simcord.env import Env
from simcord.results import InteractionResult

from bot.errors import StoreError
from bot.mind.events import Decision, Kind, Receipt, Turn
from tests.fakes.clock import START
from tests.fakes.store import FakeStore
from tests.plugins.answers import embed, text
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


async def test_pages_are_turned_by_the_asker_alone(simcord_env: Env, store: FakeStore) -> None:
    lounge = simcord_env.create_guild().create_text_channel("lounge")
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    await remember(store, ann.id, *(f"Plan {n}." for n in range(1, 21)))
    result = await ann.slash(lounge, "memory list")
    assert "page 1 of 3" in text(result)
    for label, page in (("On", 2), ("On", 3), ("Back", 2)):
        await press(ann, result, label)
        assert f"page {page} of 3" in text(result)
    await simcord_env.advance_time(400)
    assert result.response is not None and result.response.components == []


async def test_what_do_you_know_of_me(simcord_env: Env, store: FakeStore) -> None:
    lounge = simcord_env.create_guild().create_text_channel("lounge")
    ann = simcord_env.guild.add_member(simcord_env.create_user("ann"))
    bob = simcord_env.guild.add_member(simcord_env.create_user("bob"))
    await remember(store, ann.id, "Moves to Oslo in May.")
    assert "oslo" in text(await ann.context_menu(lounge, "What do you know of me?", ann))
    refused = text(await bob.context_menu(lounge, "What do you know of me?", ann))
    assert "for them alone" in refused and "oslo" not in refused
    assert "nothing yet" in text(await bob.context_menu(lounge, "What do you know of me?", bob))


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
    for label, left in (("Keep", 1), ("Delete", 0)):
        result = await ann.slash("memory delete", id=memory.id)
        assert "moves to oslo" in text(result) and len(store.shelf.memories) == 1
        assert result.response is not None
        await ann.click(result.response, label=label)
        assert len(store.shelf.memories) == left
    assert "1 memory, 1 message" in text(result)
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


async def press(who: MemberActor | UserHandle, result: InteractionResult, label: str) -> InteractionResult:
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
    assert "nothing was changed" in text(result)
    assert len(store.shelf.memories) == 1


async def test_no_answer_deletes_nothing(simcord_env: Env, ann: MemberActor, lounge: ChannelHandle, store: FakeStore) -> None:
    await remember(store, ann.id, "One.")
    result = await asked(ann, lounge)
    await simcord_env.advance_time(61)
    assert "nothing was changed" in text(result)
    assert result.response is not None
    assert result.response.components == []
    assert len(store.shelf.memories) == 1


async def test_a_failing_database_is_told(
    ann: MemberActor, lounge: ChannelHandle, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(person: str, audience: str = "") -> Receipt:
        raise StoreError("the disk is full; make room and try again")

    monkeypatch.setattr(store.forgetting, "everything", broken)
    result = await asked(ann, lounge)
    await press(ann, result, "Forget everything")
    assert "the disk is full" in text(result)


async def submit(ann: UserHandle, memory: int, words: str) -> InteractionResult:
    shown = await ann.slash("memory edit", id=memory)
    assert shown.modal is not None
    (row,) = shown.modal["components"]
    field = row["components"][0]
    answered: InteractionResult = await ann.submit_modal(shown, {field["custom_id"]: words})
    return answered


async def test_edit_in_a_form_that_shows_what_is_known(simcord_env: Env, store: FakeStore) -> None:
    ann = simcord_env.create_user("ann")
    (memory,) = await remember(store, ann.id, "They move to Oslo.")
    shown = await ann.slash("memory edit", id=memory.id)
    assert shown.modal is not None and shown.modal["components"][0]["components"][0]["value"] == "They move to Oslo."
    assert "they move to bergen" in text(await submit(ann, memory.id, "They move to Bergen."))
    kept = store.shelf.memories[memory.id]
    assert (kept.gist, kept.quote, kept.corrected) == ("They move to Bergen.", "I move to Bergen.", True)
    told = text(await ann.slash("memory show", id=memory.id))
    assert "i said: they move to oslo" in told and "put right by you" in told
    assert "nothing was changed" in text(await submit(ann, memory.id, "\u200b"))
    bob = simcord_env.create_user("bob")
    assert "no memory with the number" in text(await bob.slash("memory edit", id=memory.id))


async def test_pin_and_unpin(simcord_env: Env, store: FakeStore) -> None:
    ann, bob = simcord_env.create_user("ann"), simcord_env.create_user("bob")
    (memory,) = await remember(store, ann.id, "Lives in Oslo.")
    assert "no memory with the number" in text(await bob.slash("memory pin", id=memory.id))
    assert "pinned" in text(await ann.slash("memory pin", id=memory.id))
    assert store.shelf.memories[memory.id].pinned
    assert "pinned" in text(await ann.slash("memory list")) and "nothing replaces it" in text(await ann.slash("memory show", id=memory.id))
    assert "more to you" in text(await ann.slash("memory learned"))
    reset = await ann.slash("memory reset-learning")
    assert reset.response is not None
    await ann.click(reset.response, label="Forget")
    assert "as with anybody new" in text(reset)
    assert "nothing yet" in text(await ann.slash("memory learned"))
    assert "unpinned" in text(await ann.slash("memory unpin", id=memory.id))
    assert not store.shelf.memories[memory.id].pinned


async def test_merge(simcord_env: Env, store: FakeStore) -> None:
    ann, bob = simcord_env.create_user("ann"), simcord_env.create_user("bob")
    porto, nurse = await remember(store, ann.id, "Ana lives in Porto.", "Ana works as a nurse.")
    assert "two different memories" in text(await bob.slash("memory merge", id=porto.id, other=nurse.id))
    assert "two different memories" in text(await ann.slash("memory merge", id=porto.id, other=porto.id))
    for label, said in (("Keep", "nothing was changed"), ("Make one of them", "ana lives in porto. ana works as a nurse.")):
        result = await ann.slash("memory merge", id=porto.id, other=nurse.id)
        assert "cannot be undone" in text(result)
        await press(ann, result, label)
        assert said in text(result)
    told = text(await ann.slash("memory show", id=porto.id))
    assert "i said: ana lives in porto" in told and "i said: ana works as a nurse" in told


async def test_pause_and_resume(simcord_env: Env, store: FakeStore) -> None:
    ann = simcord_env.create_user("ann")
    assert "paused" in text(await ann.slash("memory pause"))
    assert "remembering is paused" in text(await ann.slash("memory list"))
    assert "i remember again" in text(await ann.slash("memory resume"))
    assert "paused" not in text(await ann.slash("memory list"))


async def test_take_it_along_and_bring_it_back(simcord_env: Env, store: FakeStore) -> None:
    ann, bob = simcord_env.create_user("ann"), simcord_env.create_user("bob")
    await remember(store, ann.id, "Lives in Oslo.", "Likes tea.")
    result = await ann.slash("memory export")
    assert "everything i know" in text(result)
    (sent,) = [m for m in (result.response, *result.followups) if m is not None and m.attachments]
    data = await sent.attachments[0].read()
    assert b"Lives in Oslo." in data
    assert "2 memories, 2 messages" in text(await bob.slash("memory import", file=("memories.json", data)))
    assert "nothing was added" in text(await bob.slash("memory import", file=("memories.json", data)))
    assert "lives in oslo" in text(await bob.slash("memory list"))
    assert "no json" in text(await bob.slash("memory import", file=("x.json", b"{")))
    assert len(simcord_env.errors) == 1


async def test_remember_this_is_for_ones_own_messages(simcord_env: Env, ann: MemberActor, lounge: ChannelHandle, store: FakeStore) -> None:
    bob = simcord_env.guild.add_member(simcord_env.create_user("bob"))
    sent = await ann.send(lounge, "my sister Ana works as a nurse")
    assert "not yours" in text(await bob.context_menu(lounge, "Remember this", sent))
    assert store.shelf.memories == {}
    assert "nurse" in text(await ann.context_menu(lounge, "Remember this", sent))
    assert "nurse" in text(await ann.context_menu(lounge, "Remember this", sent))
    (memory,) = store.shelf.memories.values()
    assert (memory.person, memory.audience) == (f"discord:{ann.id}", f"server:{simcord_env.guild.id}")


async def test_what_others_said_is_not_remembered_even_on_a_wish(ann: MemberActor, lounge: ChannelHandle, store: FakeStore) -> None:
    sent = await ann.send(lounge, "> my sister Ana works as a nurse\nmy brother Tom is a welder")
    await ann.context_menu(lounge, "Remember this", sent)
    assert [m.quote for m in store.shelf.memories.values()] == ["my brother Tom is a welder"]


async def test_forget_this(simcord_env: Env, ann: MemberActor, lounge: ChannelHandle, store: FakeStore) -> None:
    bob = simcord_env.guild.add_member(simcord_env.create_user("bob"))
    sent = await ann.send(lounge, "my sister Ana works as a nurse")
    await ann.context_menu(lounge, "Remember this", sent)
    assert "not yours" in text(await bob.context_menu(lounge, "Forget this", sent))
    assert len(store.shelf.memories) == 1
    assert "1 memory, 1 message" in text(await ann.context_menu(lounge, "Forget this", sent))
    assert store.shelf.memories == {} and store.shelf.turns == {}
    assert "kept nothing" in text(await ann.context_menu(lounge, "Forget this", sent))


async def test_why_and_forget_what_it_rested_on(simcord_env: Env, ann: MemberActor, lounge: ChannelHandle, store: FakeStore) -> None:
    bob = simcord_env.guild.add_member(simcord_env.create_user("bob"))
    person, place = f"discord:{ann.id}", f"discord:{lounge.id}"
    (memory,) = await remember(store, ann.id, "Lives in Oslo.")
    assert simcord_env.bot.user is not None
    await ann.send(lounge, f"{simcord_env.bot.user.mention} where do I live?")
    answer = lounge.last_message
    assert answer is not None
    asked = await store.turns.add(Turn(person=person, speaker="ann", text="where?", said_at=START, audience="server:1", conversation=place))
    await store.turns.add(replace(asked, id=0, by_bot=True, text="In Oslo.", message_id=str(answer.id), reply_to=asked.id, recalled=(memory.id,)))
    await store.diary.record(Decision(
        person=person, act="reply", reason="you asked about yourself, and I knew", at=START, turn=asked.id, memories=(memory.id,),
        detail={"strategy": "answer from memory", "drafts": "2", "faults": "", "concept": "a question about home"}))
    told = text(await ann.context_menu(lounge, "Why did you say that?", answer))
    for part in ("you asked about yourself", f"#{memory.id}", "i said: lives in oslo", "draft 2", "nothing to find fault with", "a question about home"):
        assert part in told, part
    assert text(await ann.slash(lounge, "memory why")) == told
    assert "oslo" not in text(await bob.context_menu(lounge, "Why did you say that?", answer))
    assert "no memory of yours" in text(await bob.context_menu(lounge, "Forget this", answer))
    result = await ann.context_menu(lounge, "Forget this", answer)
    assert "lives in oslo" in text(result)
    await press(ann, result, "Forget")
    assert "1 memory" in text(result)
    assert store.shelf.memories == {}


async def test_a_button_or_a_form_that_fails_says_so(
    simcord_env: Env, ann: MemberActor, lounge: ChannelHandle, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ValueError("something that nobody thought of")

    (memory,) = await remember(store, ann.id, "One.")
    result, form = await ann.slash(lounge, "memory delete", id=memory.id), await ann.slash(lounge, "memory edit", id=memory.id)
    monkeypatch.setattr(store.forgetting, "memory", fail)
    monkeypatch.setattr(store.keeping, "correct", fail)
    pressed = await press(ann, result, "Delete")
    (said,) = [m.embeds[0].description or "" for m in pressed.followups if m.embeds]
    assert "went wrong on my side" in said
    assert form.modal is not None
    field = form.modal["components"][0]["components"][0]["custom_id"]
    assert "went wrong on my side" in text(await ann.submit_modal(form, {field: "Two."}))
    assert len(simcord_env.errors) == 2
