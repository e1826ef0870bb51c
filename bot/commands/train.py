"""``persona train``: a LoRA adapter for a persona, from the examples of its card."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.moe.shown import as_json, table
from bot.commands.options import Config, Json, settings_of
from bot.commands.outcome import outcome
from bot.commands.persona import Folder, Name, card_of, folder_of

FILE = "adapter.gguf"


def train(
    name: Name,
    model: Annotated[Path | None, typer.Option(help="A dense model: a .gguf file, or a name from `oldfriend models list`.", show_default="as set")] = None,
    more: Annotated[Path | None, typer.Option(help="A text file with more examples: a line of what somebody says, a line of the answer, by turns.")] = None,
    steps: Annotated[int, typer.Option(min=1, max=100_000, help="Examples to learn from, one each.")] = 100,
    rank: Annotated[int, typer.Option(min=1, max=256, help="How much the adapter can hold.")] = 8,
    rate: Annotated[float, typer.Option(min=1e-6, max=0.1, help="How far each step goes.")] = 2e-4,
    out: Annotated[Path | None, typer.Option(help="The file to write.", show_default="adapter.gguf beside the card")] = None,
    wear: Annotated[bool, typer.Option("--wear", help="Name it in the card, so that the persona speaks with it from now on. It fits this model only.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="The same adapter, on the same computer.")] = 0,
    threads: Annotated[int, typer.Option(min=1, max=512, help="Processor threads.")] = 2,
    json: Json = False, config: Config = None, personas: Folder = None,
) -> None:  # fmt: skip
    """Train a LoRA adapter on the examples of a card, and show what it does. Uses a graphics card where PyTorch has one.

    Every fourth example is held back to measure with. The 135M model takes minutes on a processor; the 1.5B model unpacked needs 8 GB and wants a card.
    """
    from bot.commands.steer import file_of, wear_file
    from bot.moe.corpus import read_corpus
    from bot.moe.training import train as learn

    def tell(step: int, loss: float) -> None:
        if step % 10 == 0:
            typer.echo(f"step {step} of {steps}: {loss:.2f} nats a token", err=True)

    with outcome():
        card = card_of(name, personas)
        file = file_of(model, settings_of(config, None))
        target = out or folder_of(personas) / name / FILE
        lines = [(example.user, example.reply) for example in card.voice] + _pairs(more)
        trained = learn(
            file, lines, [text.text for text in read_corpus()][::4], target, steps=steps, rank=rank, rate=rate, seed=seed, threads=threads, tell=tell
        )
        if wear:
            wear_file(folder_of(personas) / name, target, "lora")
    if json:
        return as_json({"file": target, "examples": len(lines), **asdict(trained)})
    before, after = trained.perplexity
    table(
        "", ("nats a token", "before", "after"),
        [(what, f"{pair[0]:.3f}", f"{pair[1]:.3f}") for what, pair in (("examples it learned from", trained.learned), ("examples held back", trained.held_back))],
    )  # fmt: skip
    typer.echo(f"\nprice: {after / before - 1:+.1%} perplexity of plain texts\n{target}")
    if not wear:
        typer.echo(f"To wear it, put this into the card of {name}, for this model only:\n[model]\nlora = \"{target.name}\"")


def _pairs(more: Path | None) -> list[tuple[str, str]]:
    from bot.errors import ModelError

    if more is None:
        return []
    lines = [line.strip() for line in more.read_text(encoding="utf-8").splitlines() if line.strip()]
    if len(lines) % 2:
        raise ModelError(f"{more} has {len(lines)} lines; each example is two, what somebody says and the answer.")
    return list(zip(lines[::2], lines[1::2], strict=True))
