"""``models``: what can be run here, and fetching it."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import Config, Home, Json, Yes, settings_of
from bot.commands.outcome import finish, outcome
from bot.errors import ModelMissing

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.edges.models import Catalogue

app = typer.Typer(help="See, fetch and find models.", no_args_is_help=True)


@app.command("list")
def list_(as_json: Json = False, config: Config = None, home: Home = None) -> None:
    """List the models that go by a name."""
    from bot.wiring import catalogue_of

    catalogue = catalogue_of(settings_of(config, home))
    stands = [catalogue.status(name) for name in catalogue.entries]
    if as_json:
        rows = [
            {"name": s.entry.name, "role": s.entry.role, "what": s.entry.what, "state": s.state, "size": s.entry.size,
             "on_disk": s.have, "path": str(s.path) if s.path else None, "note": s.note}
            for s in stands
        ]
        return typer.echo(json.dumps(rows, indent=2))
    from rich.console import Console
    from rich.table import Table

    table = Table("name", "role", "what", "size", "state", box=None)
    for s in stands:
        table.add_row(s.entry.name, s.entry.role, s.entry.what, f"{s.entry.size / 1e6:,.0f} MB", s.state)
    Console().print(table)
    for note in [s.note for s in stands if s.note]:
        typer.echo(note, err=True)


@app.command("pull")
def pull(
    names: Annotated[list[str] | None, typer.Argument(help="Names; left out: what the settings ask for.")] = None,
    yes: Yes = False,
    config: Config = None,
    home: Home = None,
) -> None:
    """Fetch models, unless they are there. Goes on where an earlier attempt stopped; checks what came."""
    settings = settings_of(config, home)
    chat = [] if settings.server.base_url else [settings.model.name]
    finish(_pull(settings, names or [*chat, settings.embedding.name], yes))


@app.command("path")
def path(
    name: Annotated[str, typer.Argument(help="A name from `models list`.")], config: Config = None, home: Home = None
) -> None:
    """Print where a model is; fails when it was not fetched."""
    from bot.wiring import catalogue_of

    with outcome():
        found = catalogue_of(settings_of(config, home)).path(name)
        if found is None:
            raise ModelMissing(f"{name} was not fetched yet; run: oldfriend models pull {name}")
        typer.echo(str(found))


async def _pull(settings: "Settings", names: list[str], yes: bool) -> None:
    from bot.commands.bars import Bars, ask
    from bot.wiring import catalogue_of

    catalogue = catalogue_of(settings)
    with Bars() as bars:
        for name in names:
            if name == "auto":
                name = await _auto(catalogue, yes)
            elif (entry := catalogue.entries.get(name)) and entry.size > 2e9 and not (yes or ask(entry)):
                raise ModelMissing(f"{name} is {entry.size / 1e9:.1f} GB; --yes fetches it without asking")
            where = await catalogue.pull(name, bars)
            typer.echo(f"{name}: {where}")


async def _auto(catalogue: "Catalogue", yes: bool) -> str:
    import psutil

    from bot.commands.bars import ask
    from bot.edges.models import choose_auto

    confirm = (lambda _: True) if yes else ask
    entry, why = choose_auto(
        catalogue, ram_bytes=psutil.virtual_memory().total, hub_reachable=await catalogue.hub_reachable(), confirm=confirm
    )
    typer.echo(why, err=True)
    return entry.name
