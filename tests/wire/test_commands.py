"""Commands and buttons over real sockets, with the plugins that come with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.edges.discord import Gateway
from bot.edges.plugins import discover
from bot.flows.supervise import Supervisor
from bot.mind.events import Memory
from tests.fakes.clock import VirtualClock
from tests.fakes.store import FakeStore
from tests.plugins.company import company, remember
from tests.wire.lookalike import LookAlike
from tests.wire.world import Message

PLUGINS = Path(__file__).parents[2] / "plugins"


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
async def discord(store: FakeStore) -> AsyncIterator[LookAlike]:
    """A Discord with the companion in it."""
    async with LookAlike() as discord, Supervisor() as supervisor:
        gateway = Gateway(token=discord.token, api_base=discord.api_base, gateway_url=discord.gateway, plugins=discover(PLUGINS)[0])
        running = asyncio.ensure_future(gateway.run(company(supervisor, store, VirtualClock())))
        await discord.until(lambda: discord.ready > 0)
        yield discord
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_commands_are_deferred_at_once_and_answered_to_one_alone(discord: LookAlike, store: FakeStore) -> None:
    ann = discord.world.add_user("ann")
    (memory,) = await remember(store, ann.id, "Moves to Oslo in May.")
    asked = await discord.ask(ann, "memory show", discord.world.lounge, id=memory.id)
    assert asked.callbacks == [5]
    assert asked.ephemeral
    assert asked.answer is not None
    assert asked.answer.ephemeral
    assert asked.answer.embeds[0]["description"] == "Moves to Oslo in May."


async def test_only_the_asker_presses_the_button(discord: LookAlike, store: FakeStore) -> None:
    ann, bob = discord.world.add_user("ann"), discord.world.add_user("bob")
    await remember(store, ann.id, "One.", "Two.")
    asked = await discord.ask(ann, "memory forget-everything", discord.world.lounge)
    question = asked.answer
    assert question is not None
    foreign = await discord.press(bob, question, "Forget everything")
    assert foreign.answer is not None
    assert foreign.ephemeral
    assert "somebody else" in foreign.answer.content
    assert len(store.shelf.memories) == 2
    own = await discord.press(ann, question, "Forget everything")
    await discord.until(lambda: question.components == [])
    assert own.callbacks == [6]
    assert store.shelf.memories == {}
    assert "2 memories" in question.embeds[0]["description"]


async def test_pages_are_turned_over_the_wire_by_the_asker_alone(discord: LookAlike, store: FakeStore) -> None:
    ann, bob = discord.world.add_user("ann"), discord.world.add_user("bob")
    await remember(store, ann.id, *(f"Plan {n}." for n in range(1, 21)))
    asked = await discord.ask(ann, "memory list", discord.world.lounge, locale="de")
    shown = asked.answer
    assert shown is not None and "Seite 1 von 3" in shown.embeds[0]["footer"]["text"]
    foreign = await discord.press(bob, shown, "Weiter")
    assert foreign.answer is not None and foreign.ephemeral and "somebody else" in foreign.answer.content
    turned = await discord.press(ann, shown, "Weiter")
    assert turned.callbacks == [7]


async def test_answers_and_refusals_are_in_the_language_of_whoever_asks(discord: LookAlike, store: FakeStore) -> None:
    ann = discord.world.add_user("ann")
    for locale, empty, refusal in (("de", "Noch nichts", "Server verwalten"), ("zh-CN", "还没有", "管理服务器"), ("fr", "Nothing yet", "Manage Server")):
        asked = await discord.ask(ann, "memory list", locale=locale)
        assert asked.answer is not None and empty in asked.answer.embeds[0]["description"]
        refused = await discord.ask(ann, "persona use", discord.world.lounge, locale=locale, name="noor")
        assert refused.ephemeral and refused.answer is not None
        assert refusal in refused.answer.embeds[0]["description"]
    chosen = await discord.ask(ann, "admin dial", discord.world.lounge, manager=True, locale="de", level="regular")
    assert chosen.answer is not None and chosen.answer.embeds[0]["description"].startswith("Dieser Server: **Stammgast**. Ich greife")
    nothing = await discord.ask(ann, "mood", locale="zh-CN")
    assert nothing.answer is not None and nothing.answer.embeds[0]["title"] == "你的心情"
    (memory,) = [c for c in discord.world.commands if c["name"] == "memory"]
    assert memory["name_localizations"]["de"] == "erinnerung" and memory["description_localizations"]["zh-CN"]


async def test_who_may_not_is_told_so(discord: LookAlike) -> None:
    ann = discord.world.add_user("ann")
    refused = await discord.ask(ann, "persona use", discord.world.lounge, name="noor")
    assert refused.callbacks == [4]
    assert refused.answer is not None
    assert "Manage Server" in refused.answer.embeds[0]["description"]
    allowed = await discord.ask(ann, "persona use", discord.world.lounge, manager=True, name="noor")
    assert allowed.answer is not None
    assert "for everybody" in allowed.answer.embeds[0]["description"]


async def test_a_command_is_acknowledged_before_the_work_is_done(discord: LookAlike, store: FakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, done = discord.world.add_user("ann"), asyncio.Event()
    (memory,) = await remember(store, ann.id, "Moves to Oslo in May.")
    look = store.memories.get

    async def slow(person: str, number: int) -> Memory | None:
        await done.wait()
        return await look(person, number)

    monkeypatch.setattr(store.memories, "get", slow)
    asking = asyncio.ensure_future(discord.ask(ann, "memory show", id=memory.id))
    await discord.until(lambda: any(asked.callbacks == [5] for asked in discord.asked.values()))
    assert not asking.done()
    done.set()
    assert (await asking).answer is not None


async def test_a_form_is_shown_and_sent(discord: LookAlike, store: FakeStore) -> None:
    ann = discord.world.add_user("ann")
    (memory,) = await remember(store, ann.id, "They move to Oslo.")
    shown = await discord.type_command(ann, "memory edit", id=memory.id)
    await discord.until(lambda: shown.callbacks == [9])
    assert shown.form["components"][0]["components"][0]["value"] == "They move to Oslo."
    sent = await discord.fill_in(shown, "They move to Bergen.")
    assert sent.callbacks == [5] and sent.ephemeral and store.shelf.memories[memory.id].gist == "They move to Bergen."
    shown = await discord.type_command(ann, "admin persona-edit", discord.world.lounge, manager=True, locale="de")
    await discord.until(lambda: shown.callbacks == [9])
    assert shown.form["title"] == "Wer ich auf diesem Server bin"
    sent = await discord.fill_in(shown, "Short and dry.", "", "Game night is on Fridays.")
    assert sent.answer is not None and "Game night" in sent.answer.embeds[0]["description"]


async def test_what_is_typed_is_completed(discord: LookAlike, store: FakeStore) -> None:
    ann = discord.world.add_user("ann")
    (memory,) = await remember(store, ann.id, "Moves to Oslo in May.")
    assert [c["value"] for c in await discord.suggest(ann, "memory show", "id", "osl")] == [memory.id]
    assert [c["value"] for c in await discord.suggest(ann, "persona use", "name", "noo")] == ["noor"]
    assert "Europe/Berlin" in [c["value"] for c in await discord.suggest(ann, "reachout timezone", "name", "berl")]


async def test_a_menu_of_a_message(discord: LookAlike, store: FakeStore) -> None:
    ann, bob = discord.world.add_user("ann"), discord.world.add_user("bob")
    message = discord.world.add_message(Message(discord.world.new_id(), discord.world.private(ann), ann, "My sister is a nurse."))
    kept = await discord.choose(ann, "Remember this", message)
    assert kept.ephemeral and kept.answer is not None and "nurse" in kept.answer.embeds[0]["description"]
    refused = await discord.choose(bob, "Remember this", message)
    assert refused.answer is not None and "not yours" in refused.answer.embeds[0]["description"]
