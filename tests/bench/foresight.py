"""How far ``oldfriend moe plan`` is off: speeds foretold and measured, of the models here and of random weights in well-known shapes.

    python -m tests.bench.foresight [SHAPE[:KIND][@LAYERS] or FILE ...]
    python -m tests.bench.foresight strange     shapes that no known model has

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
from bot.moe.shapes import Shape, named
from bot.moe.speed import predict

_STRANGE = {
    "few-large-experts": Shape(
        architecture="llama", layers=3, width=1536, heads=12, kv_heads=4, head_width=128, feed_forward=4096, vocabulary=32_000, experts=6, used=2,
        kind="Q5_K",
    ),
    "many-small-experts": Shape(
        architecture="qwen3moe", layers=4, width=1024, heads=16, kv_heads=2, head_width=64, feed_forward=256, vocabulary=60_000, experts=96, used=6,
        query_norm=64, kind="Q8_0", better="Q8_0",
    ),
    "half-at-work": Shape(
        architecture="olmoe", layers=12, width=768, heads=12, kv_heads=12, head_width=64, feed_forward=768, vocabulary=40_000, experts=12, used=6,
        query_norm=768, kind="Q4_0",
    ),
    "one-at-work": Shape(
        architecture="llama", layers=2, width=2560, heads=20, kv_heads=4, head_width=128, feed_forward=2048, vocabulary=20_000, experts=24, used=1,
    ),
    "no-experts": Shape(
        architecture="llama", layers=10, width=1280, heads=20, kv_heads=5, head_width=64, feed_forward=3584, vocabulary=30_000, kind="IQ4_XS", better="Q5_K",
    ),
}  # fmt: skip
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
    wanted = [*_STRANGE] if wanted == ["strange"] else wanted
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
        write_noise(_STRANGE.get(name) or named(name), file := folder / f"{name}.gguf")
    model = inspect(file)
    calibration = probe(model, threads=1, clock=time.process_time)
    foretold = predict(model, calibration, people=_PEOPLE, context=_CONTEXT)
    measured = measure(file, people=_PEOPLE, context=_CONTEXT, threads=1, clock=time.process_time)
    if not name.endswith(".gguf"):
        file.unlink()
    for key, what in _NAMES.items():
        yield _Pair(file.stem, what, getattr(foretold, key), getattr(measured, key))


if __name__ == "__main__":
    main(sys.argv[1:])
