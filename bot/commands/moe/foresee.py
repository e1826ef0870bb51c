"""``moe plan`` and ``moe random``: what a model will need and give on this computer, before it is here."""

import os
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.moe.look import People
from bot.commands.moe.shown import Out, as_json, found, size, table
from bot.commands.options import Config, Home, Json, settings_of
from bot.commands.outcome import outcome

if TYPE_CHECKING:
    from bot.edges.llama.placement import Placement
    from bot.moe.anatomy import Anatomy
    from bot.moe.plan import Machine, Plan
    from bot.moe.speed import Speed

_SHAPES = "granite-1b-a400m, granite-3b-a800m, olmoe-1b-7b, qwen3-30b-a3b, mixtral-8x7b"
Planned = Annotated[Path, typer.Argument(metavar="MODEL", help=f"A .gguf file, a name from `oldfriend models list` that was fetched, or a model that is not here: {_SHAPES}.")]


def plan(
    model: Planned, people: People = 4,
    context: Annotated[int, typer.Option(min=1024, max=131_072, help="Tokens of one conversation.")] = 4096,
    memory: Annotated[float, typer.Option(min=0, help="Plan for so many GB of main memory instead of what this computer has.", show_default="this computer's")] = 0,
    threads: Annotated[int, typer.Option(min=0, max=512, help="Processor threads.", show_default="one for each physical core")] = 0,
    speed: Annotated[bool, typer.Option(help="Foretell tokens per second, from ten seconds of measuring small models of noise.")] = True,
    measure: Annotated[bool, typer.Option("--measure", help="Also run the model itself for some seconds, and show how far the prediction was off.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Write these settings into the settings file.")] = False,
    json: Json = False, config: Config = None, home: Home = None,
) -> None:  # fmt: skip
    """What fits here with so many people talking, how fast it will be, and the settings for it.

    The speed is foretold for the processor, whatever graphics card there is: most of the time goes into reading the weights that work on a
    token, and how long that takes here is measured for each kind of quantisation.
    """
    from bot.errors import ModelError
    from bot.moe.plan import as_toml
    from bot.moe.plan import plan as plan_for

    with outcome():
        settings = settings_of(config, home)
        anatomy, file = _meant(model)
        if file is None and (measure or write):
            raise ModelError(f"{model} is not here; only a file can be measured, or written into the settings.")
        machine = _machine(memory, threads)
        made = plan_for(anatomy, machine, people=people, context=context, name=str(file.absolute()) if model.suffix == ".gguf" and file else str(model))
        placed = _placed(file, made, machine)
        if machine.gpu:
            made = replace(made, settings={**made.settings, "gpu_layers": placed.layers, "experts_on_cpu": "on" if placed.experts_on_cpu else "off"})
        foretold, measured = _speeds(anatomy, file if measure else None, made, machine, speed or measure)
        written = _write(made, config, settings.home) if write else None
    if json:
        return as_json({
            "model": anatomy.name or model, "machine": asdict(machine), **asdict(made), "places": _places(anatomy, placed),
            "predicted": foretold and asdict(foretold), "measured": measured and asdict(measured),
            "error": foretold and measured and _errors(foretold, measured), "written": written,
        })  # fmt: skip
    _show(anatomy, made, machine, placed)
    if foretold:
        _show_speed(foretold, measured, made)
    if not made.fits:
        raise typer.Exit(3)
    typer.echo("\n" + as_toml(made.settings))
    typer.echo(f"written to {written}" if written else "--write puts this into your settings file.")


def random(
    shape: Annotated[str, typer.Argument(metavar="SHAPE", help=f"One of {_SHAPES}; NAME:Q8_0 in another quantisation, NAME@4 only its first 4 layers.")], out: Out,
    json: Json = False,
) -> None:  # fmt: skip
    """Write a file of random weights in the shape of a well-known mixture: its speed without its download. It says nothing sensible."""
    from bot.moe.gguf_file import inspect
    from bot.moe.noise import write_noise
    from bot.moe.shapes import named

    with outcome():
        write_noise(named(shape), out)
        made = inspect(out)
    if json:
        return as_json({"file": out, "bytes": made.bytes, "parameters": made.parameters, "layers": len(made.layers)})
    typer.echo(f"{out}: {size(made.bytes)}, {len(made.layers)} layers")


def _meant(model: Path) -> "tuple[Anatomy, Path | None]":
    from bot.moe.anatomy import anatomy
    from bot.moe.gguf_file import inspect
    from bot.moe.noise import head_of
    from bot.moe.shapes import SHAPES, named

    if re.split("[:@]", str(model))[0] in SHAPES and not model.exists():
        return anatomy(head_of(named(str(model)))), None
    file = found(model)
    return inspect(file), file


def _machine(memory: float, threads: int) -> "Machine":
    import psutil

    from bot.edges.llama.tuning import built_for_gpu, cores
    from bot.moe.plan import Machine

    gpu = 0
    if built_for_gpu() and not memory:
        from bot.edges.llama.gpu import gpu_memory

        gpu = gpu_memory()
    return Machine(memory=int(memory * 1e9) or psutil.virtual_memory().total, cores=threads or cores(), gpu=gpu)


def _placed(file: Path | None, made: "Plan", machine: "Machine") -> "Placement":
    from bot.edges.llama import read_weights
    from bot.edges.llama.placement import Placement, place

    return place(read_weights(file), made.memory.cache, machine.gpu) if file and machine.gpu else Placement(0, False)


def _speeds(anatomy: "Anatomy", file: Path | None, made: "Plan", machine: "Machine", wanted: bool) -> "tuple[Speed | None, Speed | None]":
    from bot.moe.probe import measure, probe
    from bot.moe.speed import predict

    if not wanted:
        return None, None
    half = made.context // 2
    calibration = probe(anatomy, threads=machine.cores)
    foretold = predict(anatomy, calibration, people=made.people, context=half)
    return foretold, measure(file, people=made.people, context=half, threads=machine.cores) if file else None


def _errors(foretold: "Speed", measured: "Speed") -> dict[str, float]:
    return {key: value / getattr(measured, key) - 1 for key, value in asdict(foretold).items()}


def _places(anatomy: "Anatomy", placed: "Placement") -> list[dict[str, Any]]:
    """Which parts of the model go where."""
    layers = len(anatomy.layers) if placed.layers < 0 else placed.layers
    share = layers / max(len(anatomy.layers), 1)
    outside = placed.layers < 0 or placed.layers > len(anatomy.layers)
    rows = []
    for part in dict.fromkeys(weight.part for weight in anatomy.weights):
        on_gpu = {"embedding": 0.0, "output": float(outside), "other": share}.get(part, share)
        on_gpu = 0.0 if part == "experts" and placed.experts_on_cpu else on_gpu
        rows.append({"part": part, "bytes": anatomy.of(part), "on_gpu": int(anatomy.of(part) * on_gpu)})
    return rows


def _write(made: "Plan", config: Path | None, home: Path) -> Path:
    """Raises ConfigError when the file would not be good any more, and leaves it as it was."""
    from bot.config import FILE, ROOT, load
    from bot.moe.plan import put_settings

    there = [place for place in (home / FILE, ROOT / FILE) if place.exists()]
    file = config or (there[0] if there else home / FILE)
    text = put_settings(file.read_text(encoding="utf-8") if file.exists() else "", made.settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.part")
    try:
        new.write_text(text, encoding="utf-8")
        load(new, {}, None)
        os.replace(new, file)
    finally:
        new.unlink(missing_ok=True)
    return file


def _show(anatomy: "Anatomy", made: "Plan", machine: "Machine", placed: "Placement") -> None:
    gpu = f", {size(machine.gpu)} free on graphics cards" if machine.gpu else ", no graphics card"
    typer.echo(f"{anatomy.name or anatomy.architecture} on {size(machine.memory)} of memory, {machine.cores} threads{gpu}: {'it fits' if made.fits else 'it does NOT fit'}")
    for note in made.notes:
        typer.echo(note)
    table(
        "\nMemory", ("weights", "cache", "working room", "together", "room there is"),
        [(size(made.memory.weights), size(made.memory.cache), size(made.memory.working), size(made.memory.total), size(made.room))],
    )  # fmt: skip
    table(
        "\nWhat goes where", ("part", "main memory", "graphics card"),
        [(row["part"], size(row["bytes"] - row["on_gpu"]), size(row["on_gpu"])) for row in _places(anatomy, placed)],
    )  # fmt: skip


def _show_speed(foretold: "Speed", measured: "Speed | None", made: "Plan") -> None:
    names = {"alone": "one answer at a time", "together": f"{made.people} answers at once, summed", "reading": "reading a prompt"}
    errors = _errors(foretold, measured) if measured else {}
    rows = [
        (name, f"{getattr(foretold, key):.1f}", *((f"{getattr(measured, key):.1f}", f"{errors[key]:+.0%}") if measured else ()))
        for key, name in names.items()
    ]
    columns = ("", "predicted", *(("measured", "prediction is off by") if measured else ()))
    table(f"\nTokens per second, with {made.context // 2} tokens said in each conversation", columns, rows)
