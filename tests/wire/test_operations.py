"""Numbers and new settings of the real process: that each number is there, and moves when it should."""

import asyncio
import signal
import socket
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.evals._growth import number
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


async def logged(discord: LookAlike, running: Running, words: str) -> None:
    """Until its log has these words; TimeoutError when they never come."""
    async with asyncio.timeout(PATIENCE):
        while words not in await asyncio.to_thread(running.log.read_text):
            await discord.tell()
            await asyncio.to_thread(_a_moment, running.log)


def _a_moment(log: Path) -> None:
    """Reading is what paces it."""
    for _ in range(1000):
        log.stat()


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
        await discord.say(ann, "And Bergen?")
        await discord.answers(3, within=PATIENCE)
        found = await page(port)
    for stage in ("answer", "first_piece", "model", "embed"):
        assert number(found, f'oldfriend_stage_seconds_count{{stage="{stage}"}}') > 0, stage
    assert number(found, 'oldfriend_prompt_tokens_total{how="cached"}') > 100 < number(found, 'oldfriend_prompt_tokens_total{how="read"}')
    assert number(found, 'oldfriend_model_pieces_total{work="answer"}') > 0 < number(found, "oldfriend_model_pieces_per_second")
    assert number(found, "oldfriend_tasks") > 3 and "oldfriend_waiting_messages 0.0" in found
    assert 'oldfriend_decisions_total{act="reply"' in found and 'act="silent",why="my answer could not be delivered"' in found


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
        await logged(discord, running, "from now on hold those of crisis.country")
        await logged(discord, running, "these change when Oldfriend is started again: model.context_tokens")
        (owner,) = await discord.answers(1, within=PATIENCE)
        assert "persona.default goes on to hold" in owner.content and "there is no such persona" in owner.content
        file.write_text(before + "[reach_out]\nper_week = 99\n")
        running.process.send_signal(signal.SIGHUP)
        await logged(discord, running, "those from before go on to hold")
        _, owner = await discord.answers(2, within=PATIENCE)
        assert "reach_out.per_week" in owner.content and "'99' will not do" in owner.content
        assert running.process.returncode is None
