"""``persona``: make, check, import, export and interview the characters; steer and train have files of their own."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import Config, Json, Yes, settings_of
from bot.commands.outcome import outcome

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.flows.interview import Report
    from bot.mind.persona import Persona

app = typer.Typer(help="Make, check, import, export, interview, steer and train the characters.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The folder of the persona.")]
Folder = Annotated[Path | None, typer.Option("--personas", help="The folder with the personas.", show_default="personas/ of the clone")]


def folder_of(folder: Path | None) -> Path:
    from bot.config import ROOT

    return folder or ROOT / "personas"


def card_of(name: str, folder: Path | None) -> "Persona":
    """Raises PersonaError with the faults of the card, or the names that there are."""
    from bot.edges.persona_files import PersonaFiles
    from bot.errors import PersonaError

    files = PersonaFiles(folder_of(folder))
    if (card := files.get(name)) is not None:
        return card
    raise PersonaError(name, [files.faults().get(name) or "there is no such persona; there are " + (", ".join(files.names()) or "none")])


@contextmanager
def _quiet() -> Iterator[None]:
    """What is wrong with a card is said by the command, not also by the log."""
    import logging

    log = logging.getLogger("bot.edges.persona_files.folder")
    before, log.disabled = log.disabled, True
    try:
        with outcome():
            yield
    finally:
        log.disabled = before


@app.command("new")
def new(
    name: Name, about: Annotated[str, typer.Option(help="Who it is, in a sentence or two.")] = "A friend with a mind of their own.", personas: Folder = None
) -> None:
    """Make a folder with a card that works, to be changed to taste; docs/personas.md says how."""
    with _quiet():
        from bot.edges.persona_files import settle
        from bot.mind.character_card import convert

        settle(convert({"name": name.replace("-", " ").replace("_", " ").title(), "description": about}, name), folder_of(personas))
    typer.echo(f"{folder_of(personas) / name}: change persona.toml and prompt.md, put what it knows into knowledge/*.md, then: oldfriend persona check {name}")


@app.command("check")
def check(names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="All of them without.")] = None, personas: Folder = None) -> None:
    """Say what is wrong with cards, and what could be better. Exit code 2 when one cannot be used."""
    from bot.edges.persona_files import PersonaFiles
    from bot.mind.advice import advice

    with _quiet():
        files = PersonaFiles(folder_of(personas))
        bad = files.faults()
        for name in names or sorted({*files.names(), *bad}):
            if name in bad:
                typer.echo(f"{name}: cannot be used")
                typer.echo("\n".join(f"  fault: {fault}" for fault in bad[name].split("; ")))
                continue
            card = card_of(name, personas)
            typer.echo(f"{name}: good. {len(card.voice)} examples, {len(card.lore)} notes of knowledge.")
            for hint in advice(card):
                typer.echo(f"  hint: {hint}")
    if set(names or bad) & set(bad):
        raise typer.Exit(2)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A character card (V1, V2 or V3), .png or .json.")],
    name: Annotated[str, typer.Option(help="The folder to make.", show_default="from the character's name")] = "",
    personas: Folder = None,
) -> None:
    """Make a persona of a character card of another program.

    Sentences in it that would instruct the model, or have it pass for human, are left out and named.
    """
    with _quiet():
        from bot.edges.persona_files import bring_in

        card, warnings = bring_in(file, folder_of(personas), name)
    for warning in warnings:
        typer.echo(f"oldfriend: {warning}", err=True)
    typer.echo(f"{card.name}: {card.display}, {len(card.voice)} examples, {len(card.lore)} notes of knowledge. Wear it with /persona use {card.name}.")


@app.command("export")
def export(
    name: Name,
    file: Annotated[Path, typer.Argument(help="What to write: .png or .json.")],
    image: Annotated[Path | None, typer.Option(help="The picture (PNG) that carries the card.")] = None,
    v2: Annotated[bool, typer.Option("--v2", help="JSON of version 2; a PNG always carries 2 and 3.")] = False,
    personas: Folder = None,
) -> None:
    """Write a character card (V3) for other programs. Adapters of the model do not travel with it."""
    with _quiet():
        from bot.edges.persona_files import take_out

        take_out(card_of(name, personas), file, version=2 if v2 else 3, image=image)
    typer.echo(str(file))


@app.command("interview")
def interview(
    name: Name,
    turns: Annotated[int, typer.Option(min=0, help="Turns of pressure between the two interviews.")] = 100,
    model: Annotated[str | None, typer.Option(help="A name from `oldfriend models list`.", show_default="as set")] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same answers, on the same computer.")] = 7,
    as_json: Json = False,
    config: Config = None,
    yes: Yes = False,
    personas: Folder = None,
) -> None:
    """Ask a persona who it is, press it for a while, ask again, and report how far it moved.

    Traits (the Big Five) and the values of the card, on a scale of 1 to 5. Takes minutes.
    """
    import json
    from dataclasses import asdict

    settings = settings_of(config, None)
    if model is not None:
        settings = settings.model_copy(update={"model": settings.model.model_copy(update={"name": model})})
    with _quiet():
        card = card_of(name, personas)
    report = asyncio.run(_interviewed(settings, card, turns, seed, yes))
    if as_json:
        return typer.echo(json.dumps({**asdict(report), "drift": report.drift}, ensure_ascii=False, indent=2))
    for about, before in report.before.items():
        typer.echo(f"{before:4.1f} -> {report.after[about]:4.1f}  {about}")
    typer.echo(f"drift after {report.turns} turns of pressure: {report.drift:.2f} of 4")


async def _interviewed(settings: "Settings", card: "Persona", turns: int, seed: int, yes: bool) -> "Report":
    from bot.commands.bars import Bars, ask
    from bot.wiring import open_interviewer

    with outcome(), Bars() as bars:
        async with open_interviewer(settings, confirm=(lambda _: True) if yes else ask, progress=bars, seed=seed) as interviewer:
            return await interviewer.interview(card, turns, lambda number: typer.echo(f"turn {number} of {turns}", err=True))
