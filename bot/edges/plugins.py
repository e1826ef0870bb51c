"""Find plugins: every folder with an ``__init__.py`` that has ``setup``."""

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
    plugins: list[Plugin] = []
    faults: dict[str, str] = {}
    for home in sorted(folder.glob("*/__init__.py")):
        name = home.parent.name
        try:
            plugins.append(Plugin(name, _setup(_module(f"{folder.name}.{name}", home))))
        except PluginError as fault:
            faults[name] = str(fault)
            log.error("plugin %s was skipped: %s", name, fault)
    return tuple(plugins), faults


def _module(name: str, home: Path) -> ModuleType:
    """Import it from where it lies, so that the folder need not be on the import path."""
    known = sys.modules.get(name)
    if known is not None and known.__file__ == str(home):
        return known
    spec = importlib.util.spec_from_file_location(name, home, submodule_search_locations=[str(home.parent)])
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


def _setup(module: ModuleType) -> Callable[[Host], Awaitable[None]]:
    setup: Callable[[Host], Awaitable[None]] | None = getattr(module, "setup", None)
    if not inspect.iscoroutinefunction(setup):
        raise PluginError("its __init__.py has no `async def setup(host)`")
    return setup
