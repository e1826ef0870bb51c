"""Numbers and new settings of the real process: that each number is there, and moves when it should."""

import asyncio
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, closing
from pathlib import Path
from urllib.request import urlopen

import pytest

from bot.ports import Completion
from tests.evals._crowd import ids_of_now
from tests.evals._growth import number
from tests.fakes.model import FakeModel
from tests.fakes.model_server import ModelServer, open_model_server
from tests.wire.lookalike import Fault, LookAlike
from tests.wire.process import PATIENCE, ROOT, TINY, Running, connected, oldfriend

pytestmark = [pytest.mark.model, pytest.mark.usefixtures("tiny_model", "bge_folder")]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def page(port: int) -> str:
    def read() -> str:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as found:
            return str(found.read().decode())

    return await asyncio.to_thread(read)


async def logged(running: Running, words: str) -> None:
    """Until its log has these words; TimeoutError when they never come."""
    async with asyncio.timeout(PATIENCE):
        while words not in await asyncio.to_thread(running.log.read_text):
            pass  # reading it is what paces this


@pytest.mark.timeout(300)
async def test_every_number_moves_when_it_talks(tmp_path: Path) -> None:
    port = free_port()
    async with LookAlike() as discord, oldfriend(discord, tmp_path, discord.token, f"{TINY}[operations]\nport = {port}\n") as running:
        await connected(discord, running, 1)
        ann = discord.world.add_user("ann")
        await discord.say(ann, "Hello! I live in Oslo.")
        _, question = await discord.answers(2, within=PATIENCE)
        await discord.press(ann, question, "Yes, remember")
        await discord.until(lambda: question.components == [])
        discord.faults.append(Fault("/messages", 403, {"code": 50007, "message": "Cannot send messages to this user"}))
        await discord.say(ann, "Do you know Norway?")
        await discord.until(lambda: discord.faults[0].times == 0, PATIENCE)
        async with asyncio.timeout(PATIENCE):
            while 'act="silent"' not in (found := await page(port)):
                pass
    for stage in ("answer", "first_piece", "model", "embed"):
        assert number(found, f'oldfriend_stage_seconds_count{{stage="{stage}"}}') > 0, stage
    assert number(found, 'oldfriend_prompt_tokens_total{how="cached"}') > 100 < number(found, 'oldfriend_prompt_tokens_total{how="read"}')
    assert number(found, 'oldfriend_model_pieces_total{work="answer"}') > 0 < number(found, "oldfriend_model_pieces_per_second")
    assert number(found, "oldfriend_tasks") > 3 and "oldfriend_waiting_messages 0.0" in found
    assert 'oldfriend_decisions_total{act="reply"' in found and 'act="silent",why="my answer could not be delivered"' in found


class Gated(FakeModel):
    """Answers once it may."""

    def __init__(self) -> None:
        super().__init__(lambda request: '{"events": []}' if request.schema is not None else "Well, well. Tell me more about that one.")
        self.asked_now, self.may = asyncio.Event(), asyncio.Event()

    async def stream(self, request: Completion) -> AsyncGenerator[str]:
        self.asked_now.set()
        await self.may.wait()
        async with aclosing(super().stream(request)) as pieces:
            async for piece in pieces:
                yield piece


def _of(server: ModelServer) -> str:
    return f'[server]\nbase_url = "{server.base_url}"\nmodel = "served-model"\n'


@asynccontextmanager
async def gated(home: Path) -> AsyncIterator[tuple[LookAlike, Running, Gated, str]]:
    """A bot whose model waits to be let go, and its settings; Ann is remembered."""
    model = Gated()
    model.may.set()
    async with LookAlike() as discord, open_model_server(ModelServer(model)) as server:
        discord.world.ids = ids_of_now()
        async with oldfriend(discord, home, discord.token, _of(server)) as running:
            await connected(discord, running, 1)
            ann = discord.world.add_user("ann")
            await discord.say(ann, "Hello!")
            _, question = await discord.answers(2, within=PATIENCE)
            await discord.press(ann, question, "Yes, remember")
            await discord.until(lambda: question.components == [])
            model.may.clear()
            model.asked_now.clear()
            await discord.say(ann, "Are you still there?")
            async with asyncio.timeout(PATIENCE):
                await model.asked_now.wait()
            yield discord, running, model, _of(server)


@pytest.mark.timeout(300)
async def test_what_is_being_answered_is_finished_when_it_is_told_to_stop(tmp_path: Path) -> None:
    async with gated(tmp_path) as (discord, running, model, _):
        running.process.send_signal(signal.SIGTERM)
        await logged(running, "what is being answered is finished first")
        model.may.set()
        assert (await running.ended()).code == 143
        [answer] = discord.bots()[2:]
        assert answer.content.startswith("Well, well.")


@pytest.mark.timeout(300)
async def test_what_takes_too_long_is_answered_after_the_next_start_once(tmp_path: Path) -> None:
    async with gated(tmp_path) as (discord, running, model, settings):
        bob = discord.world.add_user("bob")
        await discord.say(bob, "And who are you?")
        assert (await running.end(signal.SIGTERM)).code == 143, "its model never answers"
        assert len(discord.bots()) == 2
        model.may.set()
        async with oldfriend(discord, tmp_path, discord.token, settings) as again:
            await connected(discord, again, 2)
            *_, answer = await discord.answers(3, within=PATIENCE)
            assert answer.content.startswith("Well, well.") and answer.channel is not discord.world.private(bob), "nothing is kept about bob"
            assert (await again.end(signal.SIGTERM)).code == 143
        async with oldfriend(discord, tmp_path, discord.token, settings) as third:
            await connected(discord, third, 3)
            await discord.say(bob, "Hello?")
            await discord.answers(4, within=PATIENCE)
            assert (await third.end(signal.SIGTERM)).code == 143
        assert sum(m.content.startswith("Well, well.") and m.channel is answer.channel for m in discord.bots()) == 1 + 1, "hello, and this"
    with closing(sqlite3.connect(tmp_path / "oldfriend.db")) as database:
        assert database.execute("SELECT count(*) FROM turns WHERE text = 'Are you still there?'").fetchone() == (1,)


@pytest.mark.timeout(300)
async def test_new_settings_hold_at_once_or_are_named_and_faults_change_nothing(tmp_path: Path) -> None:
    async with LookAlike() as discord, oldfriend(discord, tmp_path, discord.token) as running:
        await connected(discord, running, 1)
        file = tmp_path / "oldfriend.toml"
        before = file.read_text()
        file.write_text(before.replace(TINY, f'{TINY}context_tokens = 2048\n[crisis]\ncountry = "DE"\n[persona]\ndefault = "nobody"\n'))
        told = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "reload", "--config", str(file), "--home", str(tmp_path), cwd=ROOT, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT)
        said, _ = await told.communicate()
        assert told.returncode == 0 and b"are sound" in said, said.decode()
        await logged(running, "from now on hold those of crisis.country")
        await logged(running, "these change when Oldfriend is started again: model.context_tokens")
        (owner,) = await discord.answers(1, within=PATIENCE)
        assert "persona.default goes on to hold" in owner.content and "nobody" in owner.content
        file.write_text(before + "[reach_out]\nper_week = 99\n")
        running.process.send_signal(signal.SIGHUP)
        await logged(running, "those from before go on to hold")
        _, owner = await discord.answers(2, within=PATIENCE)
        assert "reach_out.per_week" in owner.content and "'99' will not do" in owner.content
        assert running.process.returncode is None
