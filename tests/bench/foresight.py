"""How far ``oldfriend moe plan`` is off: speeds foretold and measured, of the models here and of random weights in well-known shapes.

    python -m tests.bench.foresight [SHAPE[@LAYERS] or FILE ...]

By processor time and with one thread, so that it can be told on a busy computer. Random files are written to a temporary folder and may have
gigabytes; without arguments there is one of 0.8 GB.
"""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from bot.config import ROOT
from bot.moe.gguf_file import inspect
from bot.moe.noise import write_noise
from bot.moe.probe import measure, probe
from bot.moe.shapes import SHAPES
from bot.moe.speed import kinds_read, predict

_PEOPLE, _CONTEXT = 4, 512
_NAMES = {"alone": "one answer", "together": f"{_PEOPLE} at once", "reading": "reading"}


def main(wanted: list[str]) -> None:
    models = ROOT / "data" / "models"
    wanted = wanted or [*(str(file) for file in sorted(models.glob("SmolLM2-135M-*.gguf"))), "granite-1b-a400m"]
    table = Table("model", "", "foretold", "measured", "off by", box=None)
    with TemporaryDirectory() as folder:
        for name in wanted:
            for row in _rows(name, Path(folder)):
                table.add_row(*row)
    Console().print(table)


def _rows(name: str, folder: Path) -> list[tuple[str, str, str, str, str]]:
    file = Path(name)
    if not name.endswith(".gguf"):
        shape, _, layers = name.partition("@")
        write_noise(SHAPES[shape], file := folder / f"{name}.gguf", layers=int(layers) if layers else None)
    model = inspect(file)
    calibration = probe(kinds_read(model), threads=1, mixture=bool(model.experts), clock=time.process_time)
    foretold = predict(model, calibration, people=_PEOPLE, context=_CONTEXT)
    measured = measure(file, people=_PEOPLE, context=_CONTEXT, threads=1, clock=time.process_time)
    if not name.endswith(".gguf"):
        file.unlink()
    pairs = [(words, getattr(foretold, key), getattr(measured, key)) for key, words in _NAMES.items()]
    return [(file.stem, words, f"{one:.1f}", f"{other:.1f}", f"{one / other - 1:+.0%}") for words, one, other in pairs]


if __name__ == "__main__":
    main(sys.argv[1:])
