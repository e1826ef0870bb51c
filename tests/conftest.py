"""The real models that some tests run on: fetched once into the models folder, like a user's."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.edges.models import Catalogue
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
