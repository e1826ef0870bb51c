"""What is printed for commands."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.edges.console.orders import Orders
from tests.edges.console.room import SAM, Room


class TestOrders:
    async def test_memories_are_listed_found_shown_and_deleted(self, room: Room) -> None:
        assert await room.type("/memory list") == ["I remember nothing of you yet."]
        kept = await room.remember("my chemistry final is today", "Sam has a chemistry final.")
        (listed,) = await room.type("/memory list")
        assert f"#{kept.id} plan: Sam has a chemistry final. (Mon 02 Mar 2026, 09:00)" in listed
        (found,) = await room.type("/memory search chemistry")
        assert "chemistry final" in found
        (shown,) = await room.type(f"/memory show {kept.id}")
        assert "my chemistry final is today" in shown
        (gone,) = await room.type(f"/memory delete #{kept.id}")
        assert gone.startswith("Forgotten. Deleted: 1 message, 1 memory")
        assert await room.type(f"/memory show {kept.id}") == [f"There is no memory {kept.id}; /memory list shows them."]

    async def test_everything_is_forgotten_only_when_confirmed(self, room: Room) -> None:
        await room.remember("I love tea", "Sam loves tea.")
        (asked,) = await room.type("/memory forget-everything")
        assert "type: /memory forget-everything yes" in asked
        assert len(await room.companion.memories.browse(SAM.person)) == 1
        (gone,) = await room.type("/memory forget-everything yes")
        assert gone.startswith("Everything is forgotten.")
        assert await room.companion.memories.browse(SAM.person) == ()

    async def test_how_often_and_a_pause(self, room: Room) -> None:
        assert await room.type("/reachout per-day 2") == ["Twice a day at most."]
        assert "Between 1 and 3" in (await room.type("/reachout per-day 9"))[0]
        assert "nothing first until" in (await room.type("/reachout snooze 12"))[0]
        assert (await room.companion.people.consent(SAM.person)).snoozed_until is not None
        assert "again" in (await room.type("/reachout snooze 0"))[0]
        assert "how many hours" in (await room.type("/reachout snooze long"))[0]
        assert (await room.companion.people.consent(SAM.person)).snoozed_until is None

    @pytest.mark.parametrize("order", ["/mood", "/memory map", "/reachout calendar"])
    async def test_pictures_go_into_a_file(self, room: Room, tmp_path: Path, order: str) -> None:
        file = tmp_path / "picture.png"
        assert await room.type(order) == [f"Where to? {order} FILE.png"]
        (nothing,) = await room.type(f"{order} {file}")
        assert "to draw" in nothing and not file.exists()

    async def test_a_map_is_drawn_once_and_overwrites_nothing(self, room: Room, tmp_path: Path) -> None:
        file = tmp_path / "map.png"
        await room.remember("my chemistry final is today", "Sam has a chemistry final.")
        (told,) = await room.type(f"/memory map {file}")
        assert "chemistry final" in told and str(file) in told
        assert file.read_bytes().startswith(b"\x89PNG") and file.stat().st_mode & 0o777 == 0o600
        assert "there already" in (await room.type(f"/memory map {file}"))[0]

    async def test_personas(self, room: Room) -> None:
        (listed,) = await room.type("/persona list")
        assert "* mika" in listed and "noor" in listed and "! broken cannot be used: persona.toml" in listed
        (changed,) = await room.type("/persona use Noor")
        assert "Noor" in changed
        (refused,) = await room.type("/persona use nobody")
        assert "mika, noor" in refused

    async def test_reaching_out(self, room: Room) -> None:
        assert await room.type("/reachout status") == ["I never write first. /reachout on changes that."]
        (on,) = await room.type("/reachout on")
        assert "once a day" in on and "/reachout timezone" in on
        assert await room.type("/reachout quiet-hours 23:30 - 7") == ["Quiet from 23:30 to 07:00."]
        assert await room.type("/reachout quiet-hours off") == ["No quiet hours."]
        assert "Say it like this" in (await room.type("/reachout quiet-hours 25:00 09:00"))[0]
        assert await room.type("/reachout timezone berlin") == ["Your time zone is Europe/Berlin."]
        (status,) = await room.type("/reachout status")
        assert "Europe/Berlin" in status
        assert await room.type("/reachout off") == ["I will not write first any more."]

    async def test_privacy_says_where_words_go(self, room: Room) -> None:
        assert "No message leaves it" in "".join(await Orders(room.companion, SAM).obey("/privacy"))
        served = Orders(replace(room.companion, model_server="models.example"), SAM)
        said = "".join(await served.obey("/privacy"))
        assert "models.example" in said and "is sent there" in said and "No message leaves it" not in said

    async def test_memories_are_put_right_pinned_and_merged(self, room: Room) -> None:
        one, two = await room.remember("i live in Bergen", "They live in Bergen."), await room.remember("i like it there", "They like it there.")
        assert await room.type(f"/memory edit {one.id} They live in Oslo.") == ["Noted: They live in Oslo."]
        assert await room.type(f"/memory edit {one.id}") == ["How should it be? /memory edit N WORDS"]
        (shown,) = await room.type(f"/memory show {one.id}")
        assert "it rests on: “i live in Bergen”" in shown and "put right by you" in shown
        assert "does not fade" in (await room.type(f"/memory pin #{one.id}"))[0]
        assert "pinned" in (await room.type(f"/memory show {one.id}"))[0]
        assert (await room.type(f"/memory unpin {one.id}"))[0].startswith("Unpinned")
        assert (await room.type(f"/memory merge {one.id} {two.id}"))[0] == f"Now one, #{one.id}: They live in Oslo. They like it there."
        assert "two different" in (await room.type(f"/memory merge {one.id} {one.id}"))[0]
        assert "more to you" in (await room.type("/memory learned"))[0]
        assert "anybody new" in (await room.type("/memory reset-learning"))[0] and "Nothing yet" in (await room.type("/memory learned"))[0]

    async def test_a_no_is_taken_at_its_word(self, room: Room) -> None:
        await room.remember("i live in Bergen", "They live in Bergen.")
        assert "a no deletes them" in (await room.type("/privacy no"))[0]
        assert "Bergen" in (await room.type("/memory list"))[0]
        assert "1 memory" in (await room.type("/privacy no delete"))[0]
        assert "may not remember" in (await room.type("/memory remember i live in Oslo"))[0]
        assert "may not remember" in (await room.type("/reachout on"))[0]
        assert await room.companion.people.settings(SAM.person) == {"consent": "no"}
        assert "I remember" in (await room.type("/privacy yes"))[0]
        assert "Oslo" in (await room.type("/memory remember i live in Oslo"))[0]

    async def test_remember_why_and_pause(self, room: Room) -> None:
        assert "What shall I keep?" in (await room.type("/memory remember"))[0]
        assert "works as a nurse" in (await room.type("/memory remember my sister Ana works as a nurse"))[0]
        assert await room.type("/memory why") == ["I have not said anything here yet."]
        assert (await room.type("/memory pause"))[0].startswith("Paused.")
        assert await room.companion.keep.paused(SAM.person)
        assert (await room.type("/memory resume"))[0].startswith("I remember again.")
        assert not await room.companion.keep.paused(SAM.person)

    async def test_take_it_along_and_bring_it_back(self, room: Room, tmp_path: Path) -> None:
        await room.remember("i live in Bergen", "They live in Bergen.")
        file = tmp_path / "mine.json"
        assert "Everything I know" in (await room.type(f"/memory export {file}"))[0]
        assert file.stat().st_mode & 0o777 == 0o600
        assert "there already" in (await room.type(f"/memory export {file}"))[0]
        assert "cannot be written" in (await room.type(f"/memory export {tmp_path / 'no' / 'x'}"))[0]
        assert "cannot be read" in (await room.type(f"/memory import {tmp_path / 'x'}"))[0]
        assert "0 memories" in (await room.type(f"/memory import {file}"))[0]
        await room.type("/memory forget-everything yes")
        assert await room.companion.people.settings(SAM.person) == {}
        assert "Taken in: 1 memories, 1 messages" in (await room.type(f"/memory import {file}"))[0]
        assert "Bergen" in (await room.type("/memory list"))[0]
        file.write_text("{")
        assert "no JSON" in (await room.type(f"/memory import {file}"))[0]

    @pytest.mark.parametrize("line", ["/help", "/privacy", "/HELP", "/memory", "/memory show", "/memory delete x", "/memory search",
                                      "/nothing", "/", "/persona", "/reachout timezone", "/reachout timezone Nowhere"])
    async def test_every_order_gets_one_line_and_reaches_nobody(self, room: Room, line: str) -> None:
        (answer,) = await room.type(line)
        assert answer
        assert room.echo.heard == []
