"""Plugins are found by folder; a broken one is reported and the others keep working."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.edges.plugins import discover

GOOD = "from ._words import WORD\nasync def setup(host):\n    host.add_source(WORD)\n"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "found_plugins"
    folder.mkdir()
    yield folder
    for name in [n for n in sys.modules if n.startswith("found_plugins.")]:
        del sys.modules[name]


def plugin(folder: Path, name: str, code: str) -> None:
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text(code)


def test_good_and_bad_side_by_side(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    plugin(folder, "zebra", "async def setup(host): ...")
    plugin(folder, "apple", GOOD)
    (folder / "apple" / "_words.py").write_text("WORD = 'hello'")
    plugin(folder, "broken", "import no_such_module_at_all")
    plugin(folder, "typo", "async def setup(host:")
    plugin(folder, "empty", "")
    plugin(folder, "blocking", "def setup(host): ...")
    (folder / "no_plugin").mkdir()
    (folder / "README.md").write_text("")
    plugins, faults = discover(folder)
    assert [p.name for p in plugins] == ["apple", "zebra"]
    assert sorted(faults) == ["blocking", "broken", "empty", "typo"]
    assert "no_such_module_at_all" in faults["broken"]
    assert "SyntaxError" in faults["typo"]
    assert faults["empty"] == faults["blocking"] == "its __init__.py has no `async def setup(host)`"
    assert all(f"plugin {name} was skipped" in caplog.text for name in faults)


def test_found_twice_is_loaded_once(folder: Path) -> None:
    plugin(folder, "apple", "async def setup(host): ...")
    assert discover(folder)[0] == discover(folder)[0]


def test_no_folder_no_plugins(tmp_path: Path) -> None:
    assert discover(tmp_path / "missing") == ((), {})


def test_the_plugins_that_come_with_it() -> None:
    plugins, faults = discover(Path(__file__).parents[2] / "plugins")
    assert {p.name for p in plugins} >= {"admin", "chat", "memory", "persona", "privacy", "reachout"}
    assert faults == {}
