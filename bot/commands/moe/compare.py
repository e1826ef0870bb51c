"""``moe compare``: a mixture beside dense models of its size."""

from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from bot.commands.moe.look import People
from bot.commands.moe.shown import File, as_json, found, size, table
from bot.commands.options import Json
from bot.commands.outcome import outcome


def compare(
    file: File, people: People = 4,
    context: Annotated[int, typer.Option(min=64, max=32_768, help="Tokens said in each conversation.")] = 512,
    threads: Annotated[int, typer.Option(min=1, max=512, help="Processor threads.")] = 2,
    seconds: Annotated[float, typer.Option(min=0.1, max=600, help="How long each is measured.")] = 10.0,
    json: Json = False,
) -> None:  # fmt: skip
    """Run a mixture, and dense models of random weights with as many parameters in all and with as many at work, and show their speed.

    The dense ones have the same layers, attention and quantisation; only their feed-forward networks are as wide as all experts, or as those that
    work on a token. They are written to a temporary folder.
    """
    from bot.errors import ModelError
    from bot.moe.gguf_file import inspect
    from bot.moe.noise import write_noise
    from bot.moe.probe import measure
    from bot.moe.shapes import dense_like

    with outcome(), TemporaryDirectory() as folder:
        path = found(file)
        mixture = inspect(path)
        if not mixture.experts:
            raise ModelError(f"{path} is a dense model; compare is for mixtures.")
        files = {"the mixture": path}
        for name, experts in (("dense, same in all", mixture.experts), ("dense, same at work", mixture.used)):
            files[name] = Path(folder) / f"{experts}.gguf"
            write_noise(dense_like(mixture, experts), files[name])
        models = {name: inspect(one) for name, one in files.items()}
        speeds = {name: measure(one, people=people, context=context, threads=threads, seconds=seconds) for name, one in files.items()}
    if json:
        return as_json({
            name: {"parameters": models[name].parameters, "active": models[name].active, "bytes": models[name].bytes, **asdict(speed)}
            for name, speed in speeds.items()
        })  # fmt: skip
    table(
        f"Tokens per second with {context} tokens said, {threads} threads", ("", "in all", "at work", "size", "alone", f"{people} at once", "reading"),
        [
            (
                name, f"{models[name].parameters / 1e6:,.1f} M", f"{models[name].active / 1e6:,.1f} M", size(models[name].bytes), f"{speed.alone:.1f}",
                f"{speed.together:.1f}", f"{speed.reading:.1f}",
            )
            for name, speed in speeds.items()
        ],
    )  # fmt: skip
