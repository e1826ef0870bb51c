"""What is printed for what comes line by line."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.edges.console import Scripted
from bot.errors import ModelFailed
from bot.flows.inbox import Inbox, Incoming
from bot.mind.waiting import LOST
from tests.edges.console.room import SAM, Echo, Room


class TestScripted:
    async def test_one_line_for_each_message_in_order(self, room: Room) -> None:
        assert await room.type("one", "two", "three") == ["You said: one", "You said: two", "You said: three"]

    async def test_lines_with_nothing_to_see_get_none(self, room: Room) -> None:
        assert await room.type("", "   ", "\t", "\u200b\u2060", "\r", "one", "") == ["You said: one"]
        assert room.echo.heard == ["one"]

    async def test_line_breaks_in_a_reply_become_spaces(self, room: Room) -> None:
        room.echo.pieces = ["a\nb\r\n\n", "c\u2028d\x1b[2J"]
        assert await room.type("x") == ["a b c d[2J"]

    @pytest.mark.parametrize("line", [b"caf\xff\xfe bar", b"\xf0\x9f\x98", "שלום \u202eabc", "a\u200db\ufeff", "x\x00y", "z" * 4000])
    async def test_strange_text_gets_its_line(self, room: Room, line: str | bytes) -> None:
        (reply,) = await room.type(line)
        assert reply.startswith("You said: ")
        assert len(room.echo.heard) == 1

    async def test_the_last_line_needs_no_line_break_and_quit_ends(self, room: Room) -> None:
        assert await room.type("one", "/quit", "two") == ["You said: one"]

    async def test_a_failure_is_one_line(self, room: Room) -> None:
        room.echo.fault = ModelFailed("gone")
        assert await room.type("one") == [LOST]

    async def test_background_work_is_waited_for(self, room: Room) -> None:
        done: list[int] = []

        async def remember() -> None:
            for _ in range(10):
                await asyncio.sleep(0)
            done.append(len(room.written))

        class Remembering(Echo):
            async def hear(self, burst: tuple[Incoming, ...]) -> None:
                await super().hear(burst)
                room.companion.supervisor.start(remember(), name="remember sam", timeout=10)

        room.companion = replace(room.companion, inbox=Inbox(room.companion.supervisor, Remembering()))
        await room.type("one", "two")
        assert done == [1, 2]

    async def test_a_file_can_be_read_as_well(self, room: Room, tmp_path: Path) -> None:
        (tmp_path / "lines").write_text("one\ntwo\n")
        with (tmp_path / "lines").open("rb") as file:
            await Scripted(room.companion, SAM, room.written.append).run(file.fileno())
        assert room.written == ["You said: one", "You said: two"]
