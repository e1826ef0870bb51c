"""Set plugins up: what they bring is gathered first, so that one which fails leaves nothing half done."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from discord.ext import commands

from bot.edges.discord.worn_here import WornHere
from bot.errors import PluginError
from bot.sdk import Companion, Host, ProposalSource

log = logging.getLogger(__name__)

_SETUP_TIMEOUT = 10.0


class Plugin(Protocol):
    """A discovered plugin."""

    @property
    def name(self) -> str: ...

    @property
    def setup(self) -> Callable[[Host], Awaitable[None]]: ...

    @property
    def persona(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Gathered:
    """Cogs with the name of their plugin, and why other plugins were skipped."""

    cogs: tuple[tuple[str, commands.Cog], ...]
    faults: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Basket:
    """The ``Host`` of one plugin."""

    companion: Companion
    cogs: list[commands.Cog] = field(default_factory=list)
    sources: list[ProposalSource] = field(default_factory=list)

    async def add_cog(self, cog: object) -> None:
        if not isinstance(cog, commands.Cog):
            raise TypeError(f"{type(cog).__name__} is not a discord.ext.commands.Cog")
        self.cogs.append(cog)

    def add_source(self, source: ProposalSource) -> None:
        self.sources.append(source)


def _only_where_worn(persona: str, basket: _Basket) -> None:
    """Bind what a persona brought to where it is worn. Raises PluginError for what cannot be bound."""
    if basket.sources:
        raise PluginError("a persona brings commands; what is to be said first is for plugins")
    for cog in basket.cogs:
        if getattr(cog, "menus", ()):
            raise PluginError("a persona brings commands, no menus")
        # discord.py asks the cog before each of its commands; an attribute of the object goes before that of its class.
        vars(cog)["interaction_check"] = WornHere(basket.companion, persona)


async def gather(plugins: Sequence[Plugin], companion: Companion) -> Gathered:
    """Call every ``setup``. A plugin that fails is logged and skipped; the others keep working."""
    cogs: list[tuple[str, commands.Cog]] = []
    faults: dict[str, str] = {}
    for plugin in plugins:
        basket = _Basket(companion)
        try:
            async with asyncio.timeout(_SETUP_TIMEOUT):
                await plugin.setup(basket)
            if plugin.persona:
                _only_where_worn(plugin.persona, basket)
        except Exception as fault:  # noqa: BLE001 - a plugin is other people's code and may raise anything
            faults[plugin.name] = f"{type(fault).__name__}: {fault}"
            log.error("plugin %s was skipped: %s", plugin.name, faults[plugin.name])
            continue
        cogs += [(plugin.name, cog) for cog in basket.cogs]
        for source in basket.sources:
            companion.reach_out.add_source(source)
    return Gathered(tuple(cogs), faults)
