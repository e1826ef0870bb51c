"""The ``oldfriend`` command, with nothing set but what a test sets."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.commands import app

Command = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home with an empty settings file, and an empty models folder beside it. Commands use it by themselves."""
    for variable in [name for name in os.environ if name.startswith("OLDFRIEND_")]:
        monkeypatch.delenv(variable)
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "oldfriend.toml").touch()
    monkeypatch.setenv("OLDFRIEND_HOME", str(folder))
    monkeypatch.setenv("OLDFRIEND_MODELS", str(tmp_path / "models"))
    return folder


@pytest.fixture
def oldfriend(home: Path) -> Command:
    """Run a command in this process; a traceback is never a way to end."""

    def run(*arguments: str, typed: str | None = None) -> Result:
        result = CliRunner().invoke(app, arguments, input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run
