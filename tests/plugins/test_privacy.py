"""``/privacy`` when the model is on a server."""

import json

import pytest
from simcord.env import Env

from tests.fakes.store import FakeStore
from tests.plugins.answers import embed
from tests.plugins.company import remember


@pytest.fixture
def model_server() -> str:
    return "models.example"


async def test_it_says_where_words_go(simcord_env: Env) -> None:
    ann = simcord_env.create_user("ann")
    said = embed(await ann.slash("privacy")).description or ""
    assert len(said.splitlines()) == 5
    assert "is sent there" in said and "`models.example`" in said
    assert "My model runs there too" not in said


async def test_a_file_with_everything(simcord_env: Env, store: FakeStore) -> None:
    ann, ben = simcord_env.create_user("ann"), simcord_env.create_user("ben")
    await remember(store, ann.id, "Moves to Oslo in May.")
    await remember(store, ben.id, "Keeps bees.")
    result = await ann.slash("export")
    assert result.ephemeral
    (file,) = [a for m in (result.response, *result.followups) if m for a in m.attachments]
    found = json.loads(await file.read())
    assert [m["gist"] for m in found["memories"]] == ["Moves to Oslo in May."]
    assert "bees" not in json.dumps(found)
