"""Nothing that commands, buttons and notices say is missing in a language, and Discord's limits hold."""

import ast
import importlib
import re
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands
from simcord.env import Env

from bot.edges.discord.client import Client
from bot.mind.tongues import FOREIGN, NAMES, WORDS, tongue_of

ROOT = Path(__file__).parents[2]
SPEAKING = sorted(path for folder in ("plugins", "bot/edges/discord") for path in (ROOT / folder).rglob("*.py") if "say(" in path.read_text())


def _texts(value: object) -> Iterator[str]:
    """The texts in a constant, be it one or a table of them."""
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, Mapping):
        yield from (text for text in value.values() if isinstance(text, str))


def spoken(path: Path) -> Iterator[str]:
    """What a file says: first arguments of ``say``, and the constants that it keeps to say."""
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say" and node.args:
            yield from _said(node.args[0], module)
    for name, value in vars(module).items():
        if name.strip("_").isupper() and isinstance(value, str) and re.search(r"\w \w", value) and getattr(module, name) is value:
            yield value


def _said(argument: ast.expr, module: object) -> Iterator[str]:
    if isinstance(argument, ast.IfExp):
        yield from _said(argument.body, module)
        yield from _said(argument.orelse, module)
    elif isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.Subscript):
        yield from _said(argument.value, module)
    elif isinstance(argument, ast.Name):
        yield from _texts(getattr(module, argument.id, None))


def told() -> set[str]:
    return {text for path in SPEAKING for text in spoken(path)}


def gaps(text: str) -> list[str]:
    """What is filled in, by number."""
    names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    return sorted({name or str(number) for number, name in enumerate(names)})


def commands(bot: Client) -> Iterator[app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu]:
    for kind in discord.AppCommandType:
        for command in bot.tree.get_commands(type=kind):
            yield command
            if isinstance(command, app_commands.Group):
                yield from command.walk_commands()


def labels(bot: Client) -> tuple[set[str], set[str]]:
    """Names, and descriptions with the names of choices."""
    names, words = set(), set()
    for command in commands(bot):
        names.add(command.name)
        if isinstance(command, app_commands.ContextMenu):
            continue
        words.add(command.description)
        for option in command.parameters if isinstance(command, app_commands.Command) else ():
            names.add(option.name)
            words |= {option.description, *(choice.name for choice in option.choices)}
    return names, words


@pytest.mark.parametrize("language", FOREIGN)
async def test_nothing_is_missing(simcord_bot: Client, simcord_env: Env, language: str) -> None:
    names, words = labels(simcord_bot)
    assert names - set(NAMES[language]) == set()
    assert (words | told()) - set(WORDS[language]) == set()


@pytest.mark.parametrize("language", FOREIGN)
async def test_limits_of_discord(simcord_bot: Client, simcord_env: Env, language: str) -> None:
    _, words = labels(simcord_bot)
    for name in (c.name for c in commands(simcord_bot)):
        assert 1 <= len(NAMES[language][name]) <= 32, name
    assert all(re.fullmatch(r"[-_\w]{1,32}", name) and name == name.lower() for key, name in NAMES[language].items() if key.islower() and " " not in key)
    assert [said for text in words if not 1 <= len(said := WORDS[language][text]) <= 100] == []
    for group in (g for g in commands(simcord_bot) if isinstance(g, app_commands.Group)):
        named = [NAMES[language][c.name] for c in group.commands]
        assert len(named) == len(set(named)), group.name


@pytest.mark.parametrize("language", FOREIGN)
def test_the_same_gaps(language: str) -> None:
    assert [text for text, said in WORDS[language].items() if gaps(text) != gaps(said)] == []
    assert all(said.strip() for said in WORDS[language].values())


@pytest.mark.parametrize(("locale", "language"), [("de", "de"), ("zh-CN", "zh"), ("zh-TW", "zh"), ("en-US", "en"), ("fr", "en"), (discord.Locale.german, "de"), (None, "en"), ({}, "en"), ([7], "en")])
def test_whose_discord_is_in_which_language(locale: object, language: str) -> None:
    assert tongue_of(locale).language == language


def test_commands_are_called_by_their_names_there_and_peoples_words_are_left_alone() -> None:
    say = tongue_of("de")
    assert say("/memory list") == f"/{NAMES['de']['memory']} {NAMES['de']['list']}"
    assert "/memory list" in say("Noted: {} What you had said at first stays as evidence.", "I typed /memory list")


async def test_discord_is_told(simcord_bot: Client, simcord_env: Env) -> None:
    (memory,) = [c for c in simcord_bot.tree.get_commands() if c.name == "memory"]
    assert isinstance(memory, app_commands.Group) and simcord_bot.tree.translator is not None
    told = await memory.get_translated_payload(simcord_bot.tree, simcord_bot.tree.translator)
    assert told["name_localizations"]["de"] == NAMES["de"]["memory"]
    assert told["description_localizations"]["zh-CN"] == WORDS["zh"][memory.description]
