"""``persona steer``: a control vector that pushes a model towards a persona's way of talking."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.moe.shown import as_json, found, table
from bot.commands.options import Config, Json, settings_of
from bot.commands.outcome import outcome
from bot.commands.persona import Folder, Name, card_of, folder_of

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.moe.steering import Steered

FILE = "steer.gguf"


def steer(
    name: Name,
    model: Annotated[Path | None, typer.Option(help="The model to steer: a .gguf file, or a name from `oldfriend models list`.", show_default="as set")] = None,
    layers: Annotated[str, typer.Option(help="Which layers to steer, such as 10-20.", show_default="the best of five ranges")] = "",
    strength: Annotated[float | None, typer.Option(min=0.01, max=10, help="How hard to push; 1 is as far as the persona's lines are away.", show_default="the best of 0.25, 0.5 and 0.75")] = None,
    limit: Annotated[float, typer.Option(min=0, max=10, help="By how much plain text may become harder for the model: 0.1 is a tenth more perplexity.")] = 0.1,
    out: Annotated[Path | None, typer.Option(help="The file to write.", show_default="steer.gguf beside the card")] = None,
    wear: Annotated[bool, typer.Option("--wear", help="Name it in the card, so that the persona speaks with it from now on. It fits this model only.")] = False,
    threads: Annotated[int, typer.Option(min=1, max=512, help="Processor threads.")] = 2,
    json: Json = False, config: Config = None, personas: Folder = None,
) -> None:  # fmt: skip
    """Make a control vector from the examples of a card, and show what it does.

    Each example of the voice is set against what the model answers by itself; the difference inside the model is the direction. The layers and
    the strength are taken whose answers come nearest to the card in their habits; other messages show how near that is. docs/models.md tells more.
    """
    from bot.moe.corpus import read_corpus
    from bot.moe.gguf_file import inspect
    from bot.moe.steering import STRENGTHS, write_vector
    from bot.moe.steering import steer as make

    with outcome():
        card = card_of(name, personas)
        file = file_of(model, settings_of(config, None))
        anatomy = inspect(file)
        texts = [text.text for text in read_corpus()][::2]
        steered = make(
            file, [(example.user, example.reply) for example in card.voice], texts, where=_range(layers), limit=limit, threads=threads,
            strengths=STRENGTHS if strength is None else (strength,), tell=lambda what: typer.echo(what, err=True),
        )  # fmt: skip
        target = out or folder_of(personas) / name / FILE
        write_vector(target, steered.vectors, architecture=anatomy.architecture)
        if wear:
            wear_file(folder_of(personas) / name, target, "control_vector")
    if json:
        told = {key: value for key, value in asdict(steered).items() if key != "vectors"}
        return as_json({"file": target, **told})
    _show(steered, target, name, wear)


def _range(layers: str) -> tuple[tuple[int, int], ...]:
    from bot.errors import ModelError

    if not layers:
        return ()
    first, dash, last = layers.partition("-")
    if not (dash and first.isdigit() and last.isdigit()):
        raise ModelError("--layers has to be like 10-20.")
    return ((int(first), int(last)),)


def file_of(model: Path | None, settings: "Settings") -> Path:
    """The model that is meant, or the one that is set."""
    from bot.errors import ModelError

    chosen = model or Path(settings.model.name)
    if str(chosen) == "auto":
        raise ModelError("For which model? Name it with --model, or set model.name.")
    return found(chosen, settings)


def wear_file(home: Path, file: Path, key: str) -> None:
    """Name a file of the folder in the card. Raises ModelError when it is elsewhere."""
    from bot.errors import ModelError
    from bot.moe.plan import put_settings

    if file.parent.resolve() != home.resolve():
        raise ModelError(f"A card can only name files of its own folder; {file} is not in {home}.")
    card = home / "persona.toml"
    card.write_text(put_settings(card.read_text(encoding="utf-8"), {key: file.name}), encoding="utf-8")


def _beside(one: float, before: float) -> str:
    return f"{one:.2f} ({one / max(before, 1e-9) - 1:+.0%})"


def _show(steered: "Steered", target: Path, name: str, worn: bool) -> None:
    from bot.moe.steering import TRIED

    card, tried = steered.before
    if len(steered.ranges) > 1:
        table(
            f"Distance from the card, its own messages: {card:.2f} without a vector", ("layers", "at half strength"),
            [(f"{first}-{last}", _beside(one, card)) for (first, last), one in steered.ranges],
        )  # fmt: skip
    table(
        f"\nDistance from the card, {len(TRIED)} other messages: {tried:.2f} without a vector", ("layers", "strength", "distance", "price in perplexity", ""),
        [
            (
                f"{effect.layers[0]}-{effect.layers[1]}", f"{effect.strength:g}", _beside(effect.distance, tried), f"{effect.price:+.1%}",
                "taken" if effect == steered.chosen else "",
            )
            for effect in steered.effects
        ],
    )  # fmt: skip
    without, with_ = steered.distance
    typer.echo(f"\nWhat had no part in the choice: {len(steered.answers)} messages, distance {without:.2f} without, {_beside(with_, without)} with the vector;")
    typer.echo(f"plain texts, {steered.price:+.1%} perplexity")
    if with_ >= without:
        typer.echo("It does not bring them nearer: what helped where it was chosen does not carry over. Better leave it off.")
    for plain, pushed in steered.answers[:3]:
        typer.echo(f"  without: {plain}\n  with:    {pushed}")
    typer.echo(f"\n{target}")
    if not worn:
        typer.echo(f"To wear it, put this into the card of {name}, for this model only:\n[model]\ncontrol_vector = \"{target.name}\"")
