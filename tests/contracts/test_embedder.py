"""What every Embedder promises."""

from collections.abc import AsyncIterator

import numpy as np
import pytest

from bot.edges.embedder import LocalEmbedder
from bot.ports import Embedder
from tests.fakes.model import FakeEmbedder


@pytest.fixture(params=["fake", "bge"])
async def embedder(request: pytest.FixtureRequest) -> AsyncIterator[Embedder]:
    made: Embedder = FakeEmbedder() if request.param == "fake" else LocalEmbedder(request.getfixturevalue("bge_folder"))
    yield made
    await made.aclose()


async def test_rows_are_unit_vectors_and_a_text_has_the_same_one_in_any_company(embedder: Embedder) -> None:
    texts = ["my sister plays the violin", "a", "the bread is in the oven, and it will be there for a long time"]
    vectors = await embedder.embed(texts)
    assert vectors.dtype == np.float32 and vectors.shape[0] == 3
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        assert (await embedder.embed([text]))[0] @ vector == pytest.approx(1, abs=1e-5)


async def test_near_texts_are_nearer_than_others(embedder: Embedder) -> None:
    question, near, far = await embedder.embed(
        ["when is the chemistry exam", "the chemistry exam is on Friday", "we ate soup with noodles"]
    )
    assert question @ near > question @ far


async def test_a_query_finds_its_passage(embedder: Embedder) -> None:
    (query,) = await embedder.embed(["who plays the violin"], query=True)
    sister, soup = await embedder.embed(["my sister plays the violin", "we ate soup with noodles"])
    assert query @ sister > query @ soup


async def test_nothing_gives_no_rows(embedder: Embedder) -> None:
    width = (await embedder.embed(["word"])).shape[1]
    assert (await embedder.embed([])).shape == (0, width)


async def test_odd_texts_are_taken(embedder: Embedder) -> None:
    vectors = await embedder.embed(["", " ", "😀", "你好", "word " * 3000, "\u200b\u202e"])
    assert np.isfinite(vectors).all()


async def test_it_has_a_name(embedder: Embedder) -> None:
    assert embedder.name
