"""Nothing that commands, buttons and notices say is missing in a language, and Discord's limits hold."""

import ast
import importlib
import re
import string
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands
from simcord.env import Env

from bot.edges.discord.client import Client
from bot.mind.charts import OCCASIONS
from bot.mind.tongues import FOREIGN, NAMES, WORDS, tongue_of

ROOT = Path(__file__).parents[2]
TOLD = [ROOT / path for path in (
    "bot/flows/permission.py", "bot/flows/invite.py", "bot/flows/reactions.py", "bot/flows/pictures.py", "bot/mind/charts.py", "bot/mind/waiting.py",
)]
"""Outside of plugins and the edge: what they say reaches people in Discord too."""
SPEAKING = TOLD + sorted(path for folder in ("plugins", "bot/edges/discord") for path in (ROOT / folder).rglob("*.py") if "say(" in path.read_text())


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
    return {text for path in SPEAKING for text in spoken(path)} | set(OCCASIONS.values()) | {f"{date(2026, month, 1):%B}" for month in range(1, 13)}


NOT_TO_PEOPLE = {"gateway", "client", "host", "registration", "delivery", "departures", "messenger", "reading", "listener"}
"""Rooms of the edge that speak to whoever runs it, in the log, or to the language model."""
_WORDS = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")


def written(path: Path) -> Iterator[str]:
    """Every text of several words in a file that is no docstring, no argument of a log or a regular expression, and belongs to no command
    (those are looked up by Discord's own localisation)."""
    tree = ast.parse(path.read_text())
    apart: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            apart.add(id(node.value))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("log.", "re.compile", "app_commands.ContextMenu", "DeliveryError")):
            apart |= {id(part) for part in ast.walk(node)}
        if isinstance(node, ast.keyword) and node.arg == "name":
            apart.add(id(node.value))
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            apart |= {id(part) for outer in (*node.decorator_list, *getattr(node, "keywords", ())) for part in ast.walk(outer)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart and _WORDS.search(node.value):
            yield node.value


def raised(path: Path) -> Iterator[str]:
    """What a file raises for people to read."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "OldfriendError" and node.args:
            yield ast.literal_eval(node.args[0]) if isinstance(node.args[0], ast.Constant) else f"{path.name}: {ast.unparse(node.args[0])}"


def test_no_text_goes_past_the_catalogue() -> None:
    edge = [path for path in (ROOT / "bot/edges/discord").glob("*.py") if path.stem not in NOT_TO_PEOPLE]
    assert {text for path in [*(ROOT / "plugins").rglob("*.py"), *edge] for text in written(path)} - set(WORDS["de"]) == set()


def test_what_people_do_wrong_is_told_in_their_language() -> None:
    found = {text for folder in ("bot/flows", "bot/mind") for path in (ROOT / folder).rglob("*.py") for text in raised(path)}
    assert {text for text in found - set(WORDS["de"]) if not text.isupper() and "NOT_ALLOWED" not in text} == set()


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
