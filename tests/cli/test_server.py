"""``oldfriend chat`` with its model on a server: nothing is fetched, nothing is started, and the person is told."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.ports import Completion
from tests.fakes.model import FakeModel
from tests.fakes.model_server import ModelServer, open_model_server

KEY = "sk-0123456789"

pytestmark = pytest.mark.model  # the embedding model


async def chat(home: Path, lines: str, *arguments: str) -> tuple[str, str]:
    """What it printed, and what it said beside that."""
    environ = {name: value for name, value in os.environ.items() if name != "DISCORD_TOKEN" and not name.startswith("OLDFRIEND_")}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "chat", "--user", "sam", "--home", str(home), *arguments,
        stdin=pipe, stdout=pipe, stderr=pipe, env=environ | {"OLDFRIEND_SERVER_KEY": KEY},
    )
    out, err = await process.communicate(lines.encode())
    assert process.returncode == 0, err.decode()
    return out.decode(), err.decode()


def fetched(models: Path) -> list[Path]:
    return [file for file in models.rglob("*") if file.is_file()]


def said(request: Completion) -> str:
    return "[]" if request.schema else "Porto is a fine town, and so is Ana."


async def test_the_server_answers(tmp_path: Path, bge_folder: Path) -> None:
    fake = FakeModel(said)
    async with open_model_server(ModelServer(fake, key=KEY)) as server:
        (tmp_path / "oldfriend.toml").write_text(
            f'[server]\nbase_url = "{server.base_url}"\n[models]\ndir = "models"\n[embedding]\nname = "{bge_folder}"\n'
        )
        out, err = await chat(tmp_path, "My sister Ana moved to Porto last week.\n/privacy\n")
    reply, privacy = out.splitlines()
    assert reply == "Porto is a fine town, and so is Ana."
    assert "127.0.0.1" in privacy and "is sent there" in privacy
    assert f"what people say goes to the model server at {server.base_url}" in err and KEY not in out + err
    assert any("Ana moved" in message.content for request in fake.asked for message in request.messages)
    assert fetched(tmp_path / "models") == []


async def test_when_it_is_down_the_person_is_told(tmp_path: Path, bge_folder: Path) -> None:
    (tmp_path / "oldfriend.toml").write_text(
        f'[server]\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "x"\n[models]\ndir = "models"\n[embedding]\nname = "{bge_folder}"\n'
    )
    out, err = await chat(tmp_path, "Hello, it has been a while!\n")
    assert len(out.splitlines()) == 1
    assert "cannot be reached" in err and "Is it running" in err and "Traceback" not in err
