"""What the command says about itself, and how it refuses."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot import __version__
from tests.cli.conftest import Command


def test_version(oldfriend: Command) -> None:
    assert oldfriend("version").stdout == f"oldfriend {__version__}\n"


def test_help_names_the_commands_and_the_exit_codes(oldfriend: Command) -> None:
    shown = oldfriend("--help").stdout
    for word in ("run", "chat", "memory", "models", "doctor", "version", "Exit codes", "130"):
        assert word in shown


def test_help_and_version_need_nothing_heavy() -> None:
    heavy = {"torch", "sqlalchemy", "discord", "pydantic", "numpy", "sentence_transformers", "bot.config", "bot.wiring"}
    code = f"import sys, bot.__main__; sys.exit(' '.join({heavy!r} & set(sys.modules)) or None)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", ["", "a b", "../x", "a/b", "x" * 65, "a\nb", "discord:1", "\u202eabc"])
def test_a_user_name_that_is_none(oldfriend: Command, name: str) -> None:
    for command in (["chat"], ["memory", "list"]):
        result = oldfriend(*command, "--user", name)
        assert result.exit_code == 2
        assert "letters, digits" in result.stderr
        assert result.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [["chat"], ["run"], ["memory", "list"], ["memory", "delete", "1", "--yes"], ["models", "list"], ["models", "pull"], ["models", "path", "tiny"]],
)
def test_faults_of_the_settings_are_all_told(oldfriend: Command, home: Path, arguments: list[str]) -> None:
    (home / "oldfriend.toml").write_text("colour = 1\n[model]\nthreads = -1\n")
    result = oldfriend(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "colour: there is no such setting" in result.stderr and "model.threads: '-1' will not do" in result.stderr


@pytest.mark.parametrize("arguments", [["chat", "--seed", "x"], ["chat", "--seed", "-1"], ["memory", "show", "x"], ["memory", "show", "0"], ["nothing"]])
def test_wrong_usage(oldfriend: Command, arguments: list[str]) -> None:
    assert oldfriend(*arguments).exit_code == 2


@pytest.mark.parametrize("arguments", [["models", "path", "nope"], ["models", "pull", "nope"], ["models", "path", "tiny"]])
def test_a_model_that_is_not_there(oldfriend: Command, arguments: list[str]) -> None:
    result = oldfriend(*arguments)
    assert result.exit_code == 3
    assert result.stdout == "" and result.stderr.startswith("oldfriend: ")


def test_a_large_model_is_not_fetched_unasked(oldfriend: Command) -> None:
    result = oldfriend("models", "pull", "olmoe")
    assert result.exit_code == 3
    assert "--yes" in result.stderr


def test_models_are_listed_with_their_state(oldfriend: Command) -> None:
    shown = oldfriend("models", "list").stdout
    for word in ("small", "tiny-moe", "bge-small", "embedding", "absent"):
        assert word in shown
