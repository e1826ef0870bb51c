"""Find plugins: every folder with an ``__init__.py`` that has ``setup``; and the cogs of personas: ``personas/<name>/cog.py``, under the same rules."""

import importlib.util
import inspect
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from bot.errors import PluginError
from bot.sdk import Companion, Host, ProposalSource

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin that could be imported. ``setup`` is called with a :class:`bot.sdk.Host`."""

    name: str
    setup: Callable[[Host], Awaitable[None]]
    persona: str = ""
    """Whose cog it is: what it brings works only where that persona is worn. "" is everywhere."""


@dataclass(frozen=True, slots=True)
class ConsoleHost:
    """The ``Host`` where there is no Discord: cogs are passed over, proposal sources are taken."""

    companion: Companion

    async def add_cog(self, cog: object) -> None:
        """There is nobody to type its commands."""

    def add_source(self, source: ProposalSource) -> None:
        self.companion.reach_out.add_source(source)


def discover(folder: Path) -> tuple[tuple[Plugin, ...], Mapping[str, str]]:
    """The plugins in ``folder`` by name, and why others cannot be used. A folder that is not there has none."""
    return _found({home.parent.name: (f"{folder.name}.{home.parent.name}", home, "") for home in sorted(folder.glob("*/__init__.py"))})


def discover_cogs(folder: Path) -> tuple[tuple[Plugin, ...], Mapping[str, str]]:
    """The cogs of the personas in ``folder``, and why others cannot be used."""
    return _found({
        f"persona {home.parent.name}": (f"{folder.name}.{home.parent.name}.cog", home, home.parent.name)
        for home in sorted(folder.glob("*/cog.py"))
    })


def _found(homes: Mapping[str, tuple[str, Path, str]]) -> tuple[tuple[Plugin, ...], Mapping[str, str]]:
    """``homes`` has, for the name of each plugin, that of its module, its file and its persona."""
    plugins: list[Plugin] = []
    faults: dict[str, str] = {}
    for name, (module, home, persona) in homes.items():
        try:
            plugins.append(Plugin(name, _setup(_module(module, home), home.name), persona))
        except PluginError as fault:
            faults[name] = str(fault)
            log.error("plugin %s was skipped: %s", name, fault)
    return tuple(plugins), faults


def _module(name: str, home: Path) -> ModuleType:
    """Import it from where it lies, so that the folder need not be on the import path."""
    known = sys.modules.get(name)
    if known is not None and known.__file__ == str(home):
        return known
    inside = [str(home.parent)] if home.name == "__init__.py" else None
    spec = importlib.util.spec_from_file_location(name, home, submodule_search_locations=inside)
    if spec is None or spec.loader is None:
        raise PluginError("it cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as fault:  # noqa: BLE001 - a plugin is other people's code and may raise anything
        del sys.modules[name]
        raise PluginError(f"{type(fault).__name__}: {fault}") from fault
    return module


def _setup(module: ModuleType, file: str) -> Callable[[Host], Awaitable[None]]:
    setup: Callable[[Host], Awaitable[None]] | None = getattr(module, "setup", None)
    if not inspect.iscoroutinefunction(setup):
        raise PluginError(f"its {file} has no `async def setup(host)`")
    return setup
