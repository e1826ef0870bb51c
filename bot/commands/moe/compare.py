"""``moe compare``: a mixture beside dense models of its size."""

import time
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.moe.look import People
from bot.commands.moe.shown import File, as_json, found, size, table
from bot.commands.options import Json
from bot.commands.outcome import outcome

if TYPE_CHECKING:
    from bot.moe.anatomy import Anatomy
    from bot.moe.speed import Speed

_MIXTURE, _WHOLE, _ACTIVE = "the mixture", "dense, same in all", "dense, same at work"


def compare(
    file: File, people: People = 4,
    context: Annotated[int, typer.Option(min=64, max=32_768, help="Tokens said in each conversation.")] = 512,
    threads: Annotated[int, typer.Option(min=1, max=512, help="Processor threads.")] = 2,
    seconds: Annotated[float, typer.Option(min=0.1, max=600, help="How long each is measured.")] = 10.0,
    beside: Annotated[list[Path] | None, typer.Option(help="Another model to measure with them, such as the one the mixture was made of; may be given several times.")] = None,
    keep: Annotated[Path | None, typer.Option(help="A folder for the dense models; those that are there from before are used again.", show_default="a temporary one")] = None,
    busy: Annotated[bool, typer.Option("--busy", help="Measure processor time with one thread: for a computer on which other things run.")] = False,
    json: Json = False,
) -> None:  # fmt: skip
    """Run a mixture, and dense models of random weights with as many parameters in all and with as many at work, and show their speed.

    The dense ones have the same layers, attention and quantisation; only their feed-forward networks are as wide as all experts, or as those that
    work on a token.
    """
    from bot.errors import ModelError
    from bot.moe.gguf_file import inspect
    from bot.moe.probe import measure

    with outcome(), ExitStack() as stack:
        path = found(file)
        mixture = inspect(path)
        if not mixture.experts:
            raise ModelError(f"{path} is a dense model; compare is for mixtures.")
        folder = keep or Path(stack.enter_context(TemporaryDirectory()))
        files = {_MIXTURE: path, _WHOLE: _dense(mixture, mixture.experts, folder), _ACTIVE: _dense(mixture, mixture.used, folder)}
        files |= {one.stem: found(one) for one in beside or ()}
        models = {name: inspect(one) for name, one in files.items()}
        clock = time.process_time if busy else time.perf_counter
        speeds = {
            name: measure(one, people=people, context=context, threads=1 if busy else threads, seconds=seconds, clock=clock) for name, one in files.items()
        }
    ratios = {name: _ratios(speeds[_MIXTURE], speed) for name, speed in speeds.items() if name != _MIXTURE}
    if json:
        return as_json({
            name: {
                "parameters": models[name].parameters, "active": models[name].active, "bytes": models[name].bytes, **asdict(speed),
                "mixture_is_as_fast": ratios.get(name),
            }
            for name, speed in speeds.items()
        })  # fmt: skip
    how = "one thread, processor time" if busy else f"{threads} threads"
    table(
        f"Tokens per second with {context} tokens said, {how}", ("", "in all", "at work", "size", "alone", f"{people} at once", "reading"),
        [_row(name, models[name], speed) for name, speed in speeds.items()],
    )  # fmt: skip
    table(
        "\nThe mixture is so many times as fast as", ("", "alone", f"{people} at once", "reading"),
        [(name, *(f"{times:.2f}" for times in ratio.values())) for name, ratio in ratios.items()],
    )  # fmt: skip


def _dense(mixture: "Anatomy", experts: int, folder: Path) -> Path:
    """A dense model as wide as so many of its experts; written unless one of this size is there."""
    from bot.moe.anatomy import anatomy
    from bot.moe.gguf_file import inspect
    from bot.moe.noise import head_of, write_noise
    from bot.moe.shapes import dense_like

    shape = dense_like(mixture, experts)
    file = folder / f"dense-{mixture.width}x{shape.feed_forward}x{shape.layers}.gguf"
    if not file.exists() or inspect(file).bytes != anatomy(head_of(shape)).bytes:
        folder.mkdir(parents=True, exist_ok=True)
        write_noise(shape, file)
    return file


def _ratios(ours: "Speed", other: "Speed") -> dict[str, float]:
    return {key: value / getattr(other, key) for key, value in asdict(ours).items()}


def _row(name: str, model: "Anatomy", speed: "Speed") -> tuple[Any, ...]:
    return (
        name, f"{model.parameters / 1e6:,.1f} M", f"{model.active / 1e6:,.1f} M", size(model.bytes), f"{speed.alone:.1f}",
        f"{speed.together:.1f}", f"{speed.reading:.1f}",
    )  # fmt: skip
