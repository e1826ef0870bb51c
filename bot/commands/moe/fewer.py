"""``moe prune`` and ``moe merge``: fewer experts, and what that costs."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.moe.shown import File, Out, as_json, found, number, size, table
from bot.commands.options import Json
from bot.commands.outcome import outcome

if TYPE_CHECKING:
    from bot.moe.worth import Share, Worth

Keep = Annotated[int, typer.Option(min=1, help="Experts that remain in each layer.")]
Texts = Annotated[Path | None, typer.Option(help="A folder of .txt files, one text a line, or one such file.", show_default="our own texts")]
Threads = Annotated[int, typer.Option(min=1, max=512, help="Processor threads.")]


def prune(file: File, keep: Keep, out: Out, texts: Texts = None, threads: Threads = 2, json: Json = False) -> None:
    """Leave out the experts that add least to the hidden states, in each layer.

    Half of the texts tell what each expert is worth; the price is measured on the other half: by how much more the model is surprised by them.
    """
    from bot.moe.worth import pruned

    _make_fewer(file, keep, out, texts, threads, json, pruned)


def merge(file: File, keep: Keep, out: Out, texts: Texts = None, threads: Threads = 2, json: Json = False) -> None:
    """Melt experts together: those of least worth go into the ones whose router asks for the same tokens. The price is shown as for prune."""
    from bot.moe.worth import merged

    _make_fewer(file, keep, out, texts, threads, json, merged)


def _make_fewer(
    file: Path, keep: int, out: Path, texts: Path | None, threads: int, json: bool, choose: "Callable[[Worth, int], tuple[Share, ...]]"
) -> None:
    from bot.errors import ModelError
    from bot.moe.corpus import OWN, read_corpus
    from bot.moe.gguf_file import inspect
    from bot.moe.quality import perplexity
    from bot.moe.thin import measure_worth, thin

    with outcome():
        path = found(file)
        if path.absolute() == out.absolute():
            raise ModelError(f"{out} would be written over; give another name.")
        lines = [text.text for text in read_corpus(texts or OWN)]
        if len(lines) < 2:
            raise ModelError("Two texts are needed at least: one to measure the experts, one to measure the price.")
        worth = measure_worth(path, lines[::2], threads=threads)
        thin(path, out, lambda of_layer: choose(of_layer, keep), worth)
        before, after = inspect(path), inspect(out)
        price = [perplexity(one, lines[1::2], threads=threads).perplexity for one in (path, out)]
    lost = _lost(list(worth.values()), keep)
    if json:
        return as_json({
            "file": out, "experts": [before.experts, after.experts], "used": [before.used, after.used], "bytes": [before.bytes, after.bytes],
            "perplexity": price, "price": price[1] / price[0] - 1, "worth_of_those_that_went": lost,
        })  # fmt: skip
    table(
        "", ("", "before", "after"),
        [
            ("experts", f"{before.experts}, of which {before.used} work", f"{after.experts}, of which {after.used} work"),
            ("parameters", number(before.parameters), number(after.parameters)), ("size", size(before.bytes), size(after.bytes)),
            ("perplexity on the other half", f"{price[0]:.2f}", f"{price[1]:.2f}"),
        ],
    )  # fmt: skip
    typer.echo(f"\nprice: {price[1] / price[0] - 1:+.1%} perplexity; the experts that went had {lost:.0%} of the worth of all\n{out}")


def _lost(worth: "Sequence[Worth]", keep: int) -> float:
    """Mean over layers of the share of worth of the experts that are not among the best."""
    shares = [sorted(one.added / max(one.added.sum(), 1e-12)) for one in worth]
    return float(sum(sum(of_layer[: len(of_layer) - keep]) for of_layer in shares) / len(shares))
