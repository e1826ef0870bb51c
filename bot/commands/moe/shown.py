"""What the commands of ``moe`` share: the file that is meant, sizes in words, tables."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.options import settings_of

if TYPE_CHECKING:
    from bot.config import Settings

File = Annotated[Path, typer.Argument(metavar="FILE", help="A .gguf file, or a name from `oldfriend models list` that was fetched.")]
Out = Annotated[Path, typer.Option("--out", help="The .gguf file to write.")]


_WIDE = 160  # columns, where nobody's window is the limit


def found(name: Path, settings: "Settings | None" = None) -> Path:
    """The file itself, or the one that goes by this name."""
    from bot.errors import ModelMissing
    from bot.wiring import catalogue_of

    if name.suffix == ".gguf" or name.parent != Path() or name.exists():
        return name
    catalogue = catalogue_of(settings or settings_of(None, None))
    path = catalogue.path(str(name)) if str(name) in catalogue.entries else None
    if path is None:
        raise ModelMissing(f"{name} is neither a file nor a model that was fetched; `oldfriend models list` shows those.")
    return path


def size(count: float) -> str:
    """Bytes, as people say them."""
    return f"{count / 1e9:,.2f} GB" if count >= 1e9 else f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:,.1f} kB"


def number(count: float) -> str:
    """Parameters, as people say them."""
    return f"{count / 1e9:,.2f} billion" if count >= 1e9 else f"{count / 1e6:,.1f} million"


def as_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """On standard output, in a file as wide as need be; numbers are to the right."""
    from rich.console import Console
    from rich.table import Table

    shown = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    for place, column in enumerate(columns):
        words = bool(rows) and isinstance(rows[0][place], str) and not rows[0][place][:1].isdigit()
        shown.add_column(column, justify="left" if words else "right", overflow="fold", no_wrap=place == 0)
    for row in rows:
        shown.add_row(*(str(cell) for cell in row))
    Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE).print(shown)
