"""The real models that some tests run on: fetched once into the models folder, like a user's. And for all tests: what people say is not logged."""

import asyncio
import logging
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.edges.models import Catalogue
from bot.mind.events import Turn
from bot.moe.warm_start import warm_start

_MODELS = Path(os.environ.get("OLDFRIEND_MODELS", Path(__file__).parents[1] / "data" / "models"))


def _quiet(done: int, total: int, what: str) -> None: ...


def _pulled(catalogue: Catalogue, name: str) -> Path:
    # In a thread, because a test's own loop may be running when it asks for the model.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, catalogue.pull(name, _quiet)).result()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue(_MODELS, builders={"tiny-moe": warm_start})


@pytest.fixture(scope="session")
def tiny_model(catalogue: Catalogue) -> Path:
    """SmolLM2 135M, a dense model."""
    return _pulled(catalogue, "tiny")


@pytest.fixture(scope="session")
def tiny_moe_model(catalogue: Catalogue) -> Path:
    """The mixture of four experts made from it."""
    return _pulled(catalogue, "tiny-moe")


@pytest.fixture(scope="session")
def bge_folder(catalogue: Catalogue) -> Path:
    """The default embedding model."""
    return _pulled(catalogue, "bge-small")


_A_SENTENCE = 16
"""Letters from which words that people say are no accident in the log."""


class _Overhearing(logging.Handler):
    """Everything that the rooms log, tracebacks included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture(autouse=True)
def nothing_that_was_said_is_logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """At any level, in any test: no message of anybody stands in the log, whole or as its beginning."""
    said: set[str] = set()
    original = Turn.__init__

    def noting(self: Turn, *values: object, **named: object) -> None:
        original(self, *values, **named)  # type: ignore[arg-type]  # passed on as they came
        if len(self.text) >= _A_SENTENCE and len(said) < 10_000:
            said.add(self.text[:200])

    overhearing = _Overhearing()
    levels = {name: logging.getLogger(name).level for name in ("bot", "plugins", "personas")}
    for name in levels:
        logging.getLogger(name).addHandler(overhearing)
        logging.getLogger(name).setLevel(logging.DEBUG)
    monkeypatch.setattr(Turn, "__init__", noting)
    yield
    for name, level in levels.items():
        logging.getLogger(name).removeHandler(overhearing)
        logging.getLogger(name).setLevel(level)
    logged = "\n".join(overhearing.lines)
    assert [text for text in said if text in logged or text[:40] in logged] == []
