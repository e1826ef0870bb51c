"""Cards are asked what they know with the vectors of the embedder, and without them when it fails."""

from dataclasses import replace

import pytest

from bot.errors import ModelFailed
from bot.flows.lore import Lore
from bot.mind.persona import Knowledge, LoreNote
from bot.ports import Embedder, Vectors
from tests.fakes.model import FakeEmbedder
from tests.fakes.personas import CARD

COOK = replace(
    CARD, knowledge=Knowledge(era=1890, knows=("broth and stews",), cannot_know=("contract law",)),
    lore=(LoreNote("Good broth must shiver, never boil.", ("broth",)),),
)


class Broken(FakeEmbedder):
    async def embed(self, texts: object, *, query: bool = False) -> Vectors:
        raise ModelFailed("gone")


@pytest.mark.parametrize("embedder", [FakeEmbedder(), Broken()])
async def test_era_and_keys_need_no_embedder(embedder: Embedder) -> None:
    lore = Lore(embedder)
    flown = (await lore.consult(COOK, "I flew here by plane")).beyond
    assert flown is not None and flown.thing == "by plane"
    assert (await lore.consult(COOK, "how do I make broth?")).lines == ("Good broth must shiver, never boil.",)


async def test_fields_are_compared_by_meaning() -> None:
    lore = Lore(FakeEmbedder())
    assert (await lore.consult(COOK, "what is contract law?")).beyond is not None
    assert (await lore.consult(COOK, "what goes into broth and stews?")).beyond is None


async def test_an_edited_card_is_read_anew() -> None:
    lore = Lore(FakeEmbedder())
    assert (await lore.consult(COOK, "what is contract law?")).beyond is not None
    assert (await lore.consult(replace(COOK, knowledge=Knowledge(), lore=()), "what is contract law?")).beyond is None
    assert (await lore.consult(replace(COOK, knowledge=Knowledge(knows=("contract law",), cannot_know=("broth",))), "what is contract law?")).beyond is None
