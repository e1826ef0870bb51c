"""``/privacy`` when the model is on a server."""

import pytest
from simcord.env import Env

from tests.plugins.answers import embed


@pytest.fixture
def model_server() -> str:
    return "models.example"


async def test_it_says_where_words_go(simcord_env: Env) -> None:
    ann = simcord_env.create_user("ann")
    said = embed(await ann.slash("privacy")).description or ""
    assert len(said.splitlines()) == 5
    assert "is sent there" in said and "`models.example`" in said
    assert "My model runs there too" not in said
