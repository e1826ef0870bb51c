"""The companion at a terminal: what is printed for what is typed. Real store, a pretended model."""

import asyncio
import io
import os
import queue
import shutil
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest
from rich.console import Console

from bot.config import ROOT
from bot.edges.console import Interactive, NobodyThere, Scripted, Terminal, TerminalMessenger, Visitor
from bot.edges.console.orders import Orders
from bot.edges.persona_files import PersonaFiles
from bot.edges.store import open_store
from bot.errors import DeliveryError, ModelFailed, OldfriendError
from bot.flows.floor import Floor
from bot.flows.forget import Forget
from bot.flows.inbox import Inbox, Incoming
from bot.flows.keep import Keep
from bot.flows.reach_out import ReachOut
from bot.flows.recollect import Recollect
from bot.flows.supervise import Supervisor
from bot.flows.transfer import Transfer
from bot.flows.wardrobe import Wardrobe
from bot.mind.events import Evidence, Kind, Memory, Proposal, Unprompted
from bot.mind.persona import Persona
from bot.mind.waiting import LOST, place_in_line
from bot.ports import Vectors
from bot.sdk import Companion
from tests.fakes.clock import START, VirtualClock

SAM = Visitor("sam")


class Echo:
    """Says what it heard, in the pieces given to it; stores the turn as ``converse`` does."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.pieces: Sequence[str] = ()
        self.fault: OldfriendError | None = None
        self.stuck = asyncio.Event()
        self.sticks = False
        self.cancelled = False

    async def hear(self, burst: tuple[Incoming, ...]) -> None:
        reply = burst[-1].reply_to
        self.heard += [incoming.turn.text for incoming in burst]
        if self.fault:
            raise self.fault
        async with reply.thinking():
            for piece in self.pieces:
                await reply.piece(piece)
            if self.sticks:
                self.stuck.set()
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    self.cancelled = True
                    raise
        await reply.say("".join(self.pieces) or f"You said: {burst[-1].turn.text}")


def mika() -> Persona:
    persona = PersonaFiles(ROOT / "personas").get("mika")
    assert persona is not None
    return persona


class NoEmbedder:
    """Words alone must find."""

    name = "none"

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        raise ModelFailed("there is none")

    async def aclose(self) -> None: ...


class NoWords:
    async def write(self, proposal: Proposal, memory: Memory, now: datetime) -> str:
        raise ModelFailed("there are none")


@dataclass
class Room:
    """A companion in a temporary home, and what hears its messages."""

    companion: Companion
    echo: Echo
    written: list[str] = field(default_factory=list)

    async def type(self, *lines: str | bytes) -> list[str]:
        """Give these lines to a scripted chat; what it wrote."""
        self.written.clear()
        data = b"\n".join(line.encode() if isinstance(line, str) else line for line in lines)
        read, write = os.pipe()
        os.write(write, data)
        os.close(write)
        try:
            await Scripted(self.companion, SAM, self.written.append).run(read)
        finally:
            os.close(read)
        return list(self.written)

    async def remember(self, text: str, gist: str) -> Memory:
        turn = SAM.says(text, self.companion.clock)
        assert turn is not None
        stored = await self.companion.turns.add(turn)
        memory = Memory(person=SAM.person, audience=SAM.audience, kind=Kind.PLAN, gist=gist, quote=text, said_at=START, happens_at=START)
        kept = await self.companion.memories.keep(memory, [Evidence(turn=stored.id, start=0, end=len(text))])
        assert kept is not None
        return kept


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    clock, echo, personas = VirtualClock(), Echo(), tmp_path / "personas"
    shutil.copytree(ROOT / "personas", personas)
    (personas / "broken").mkdir()
    (personas / "broken" / "persona.toml").write_text("greeting = ")
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(tmp_path / "oldfriend.db", clock=clock))
        supervisor = await stack.enter_async_context(Supervisor())
        reach_out = ReachOut(
            clock=clock, people=store.people, memories=store.memories, proposals=store.proposals, outbox=store.outbox,
            diary=store.diary, turns=store.turns, messenger=NobodyThere(), words=NoWords(), plain_words=NoWords(),
        )  # fmt: skip
        yield Room(
            Companion(
                clock=clock,
                turns=store.turns,
                memories=store.memories,
                people=store.people,
                diary=store.diary,
                proposals=store.proposals,
                outbox=store.outbox,
                inbox=Inbox(supervisor, echo),
                floor=Floor(store.people, Wardrobe(store.people, PersonaFiles(personas), "mika"), store.diary),
                recollect=Recollect(store.memories, NoEmbedder(), clock),
                forget=Forget(store.forgetting, store.memories, store.people, lambda person: None, lambda person: None),
                transfer=Transfer(store.archives, NoEmbedder(), store.people, clock),
                keep=Keep(
                    clock=clock, turns=store.turns, memories=store.memories, keeping=store.keeping, forgetting=store.forgetting,
                    people=store.people, diary=store.diary, embedder=NoEmbedder(), reach_out=reach_out,
                ),
                reach_out=reach_out,
                wardrobe=Wardrobe(store.people, PersonaFiles(personas), "mika"),
                supervisor=supervisor,
            ),
            echo,
        )


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


class Desk:
    """A person at a terminal: what they type, and what they see."""

    def __init__(self, room: Room, *, tty: bool = False) -> None:
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.seen = io.StringIO()
        self._loop = asyncio.get_running_loop()
        self._prompts: asyncio.Queue[str] = asyncio.Queue()
        self.terminal = Terminal(Console(file=self.seen, width=200, force_terminal=tty, color_system=None), read=self._read)
        self.chat = Interactive(room.companion, SAM, self.terminal)

    def types(self, *lines: str | None) -> None:
        """None is Ctrl-D."""
        for line in lines:
            self._lines.put(line)

    async def prompted(self) -> str:
        """The next prompt they were shown."""
        return await self._prompts.get()

    def _read(self, prompt: str) -> str:
        self._loop.call_soon_threadsafe(self._prompts.put_nowait, prompt)
        line = self._lines.get()
        if line is None:
            raise EOFError
        return line


class TestInteractive:
    async def test_greets_answers_and_leaves(self, room: Room) -> None:
        desk = Desk(room)
        desk.types("hello", "", "\u200b", "/help", None)
        await desk.chat.run()
        seen = desk.seen.getvalue()
        assert f"Mika: {mika().greeting}\n" in seen
        assert "Mika: You said: hello\n" in seen
        assert "/reachout" in seen
        assert room.echo.heard == ["hello"]

    async def test_pieces_appear_once(self, room: Room) -> None:
        desk = Desk(room)
        room.echo.pieces = ["Well ", "well", "\x1b[31m."]
        desk.types("hello", "/quit")
        await desk.chat.run()
        assert "Mika: Well well[31m.\n" in desk.seen.getvalue()

    async def test_who_waits_sees_their_place_until_the_answer_comes(self, room: Room) -> None:
        class Crowded(Echo):
            async def hear(self, burst: tuple[Incoming, ...]) -> None:
                async with burst[-1].reply_to.thinking():
                    for ahead in (2, 1, 0):
                        burst[-1].reply_to.waiting(ahead)
                await super().hear(burst)

        room.companion = replace(room.companion, inbox=Inbox(room.companion.supervisor, Crowded()))
        desk = Desk(room, tty=True)
        desk.types("hello", "/quit")
        await desk.chat.run()
        *_, answer, _ = desk.seen.getvalue().split("\n")
        hints = ["Mika is thinking…", place_in_line(2), place_in_line(1), "Mika is thinking…", "Mika is thinking…", "Mika: You said: hello"]
        assert answer == "\r\x1b[K".join(hints)

    async def test_a_failure_is_told(self, room: Room) -> None:
        desk = Desk(room)
        room.echo.fault = ModelFailed("gone")
        desk.types("hello", "/quit")
        await desk.chat.run()
        assert desk.seen.getvalue().count(LOST) == 1

    async def test_ctrl_c_stops_the_reply_and_the_chat_goes_on(self, room: Room) -> None:
        desk = Desk(room)
        room.echo.sticks, room.echo.pieces = True, ["Once upon "]
        desk.types("tell me a story")
        async with asyncio.TaskGroup() as tasks:
            chat = tasks.create_task(desk.chat.run())
            await room.echo.stuck.wait()
            os.kill(os.getpid(), signal.SIGINT)
            assert [await desk.prompted(), await desk.prompted()] == ["sam: ", "sam: "]
            assert "(stopped)" in desk.seen.getvalue()
            room.echo.sticks = False
            desk.types("hello", "/quit")
            await chat
        assert room.echo.cancelled
        assert "Mika: Once upon \n" in desk.seen.getvalue()
        assert room.echo.heard == ["tell me a story", "hello"]

    async def test_ctrl_c_at_the_prompt_leaves(self, room: Room) -> None:
        desk = Desk(room)
        desk.types("hello")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(desk.chat.run())
            assert [await desk.prompted(), await desk.prompted()] == ["sam: ", "sam: "]
            os.kill(os.getpid(), signal.SIGINT)
        assert "Mika: You said: hello\n" in desk.seen.getvalue()
        desk.types(None)

    async def test_an_unprompted_message_is_shown(self, room: Room) -> None:
        desk = Desk(room)
        messenger = TerminalMessenger(desk.terminal, SAM)
        message = Unprompted(
            person=SAM.person, conversation=SAM.person, proposal=1, memory=1, nonce="n", reason="r", at=START, text="How was it?"
        )
        desk.terminal.speaker = "Mika"
        await messenger.send(message)
        assert "Mika: How was it?\n" in desk.seen.getvalue()
        with pytest.raises(DeliveryError):
            await messenger.send(replace(message, person="console:ana"))
        with pytest.raises(DeliveryError):
            await NobodyThere().send(message)

    async def test_a_returning_visitor_is_not_greeted_like_a_stranger(self, room: Room) -> None:
        await room.remember("I love tea", "Sam loves tea.")
        desk = Desk(room)
        desk.types(None)
        await desk.chat.run()
        assert mika().greeting not in desk.seen.getvalue()
