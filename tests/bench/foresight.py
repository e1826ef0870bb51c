"""How far ``oldfriend moe plan`` is off: speeds foretold and measured, of the models here and of random weights in well-known shapes.

    python -m tests.bench.foresight [SHAPE[:KIND][@LAYERS] or FILE ...]

By processor time and with one thread, so that it can be told on a busy computer. Random files are written to a temporary folder and may have
gigabytes; without arguments there is one of 0.8 GB. Each model's figures are printed when they are there, and at the end how far all were off.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from bot.config import ROOT
from bot.moe.gguf_file import inspect
from bot.moe.noise import write_noise
from bot.moe.probe import measure, probe
from bot.moe.shapes import named
from bot.moe.speed import kinds_read, predict

_PEOPLE, _CONTEXT = 4, 512
_NAMES = {"alone": "one answer", "together": f"{_PEOPLE} at once", "reading": "reading a prompt"}
_MOST = 0.25


@dataclass(frozen=True, slots=True)
class _Pair:
    """Tokens per second of one model in one respect."""

    model: str
    what: str
    foretold: float
    measured: float

    @property
    def off(self) -> float:
        return self.foretold / self.measured - 1


def main(wanted: list[str]) -> None:
    models = ROOT / "data" / "models"
    wanted = wanted or [*(str(file) for file in sorted(models.glob("SmolLM2-135M-*.gguf"))), "granite-1b-a400m"]
    console, pairs = Console(soft_wrap=True, highlight=False), []
    console.print(f"{'model':34} {'':18} {'foretold':>9} {'measured':>9} {'off by':>7}")
    with TemporaryDirectory() as folder:
        for name in wanted:
            for pair in _pairs(name, Path(folder)):
                pairs.append(pair)
                console.print(f"{pair.model:34} {pair.what:18} {pair.foretold:9.1f} {pair.measured:9.1f} {pair.off:+7.0%}")
    errors = [abs(pair.off) for pair in pairs]
    good = sum(error <= _MOST for error in errors)
    console.print(f"off by {max(errors):.0%} at most, {sum(errors) / len(errors):.0%} on average; {good} of {len(errors)} within {_MOST:.0%}")


def _pairs(name: str, folder: Path) -> Iterator[_Pair]:
    file = Path(name)
    if not name.endswith(".gguf"):
        write_noise(named(name), file := folder / f"{name}.gguf")
    model = inspect(file)
    calibration = probe(kinds_read(model), threads=1, mixture=bool(model.experts), clock=time.process_time)
    foretold = predict(model, calibration, people=_PEOPLE, context=_CONTEXT)
    measured = measure(file, people=_PEOPLE, context=_CONTEXT, threads=1, clock=time.process_time)
    if not name.endswith(".gguf"):
        file.unlink()
    for key, what in _NAMES.items():
        yield _Pair(file.stem, what, getattr(foretold, key), getattr(measured, key))


if __name__ == "__main__":
    main(sys.argv[1:])
