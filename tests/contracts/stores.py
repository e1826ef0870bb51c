"""Both stores, for the contract suites, and values to put into them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.edges.store import Key, Store, open_store
from bot.mind.events import Evidence, Kind, Memory, Proposal, Turn, Unprompted
from bot.ports import Vectors
from tests.fakes import FakeStore
from tests.fakes.clock import START, VirtualClock

ANN, BEN = "discord:1", "discord:2"
DM, BENS_DM, SERVER, ELSEWHERE = "dm:discord:1", "dm:discord:2", "server:7", "server:8"
MODEL = "test-model"


@pytest.fixture(params=["fake", "sqlite", "encrypted"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store | FakeStore]:
    if request.param == "fake":
        yield FakeStore()
        return
    key = Key("0f" * 32) if request.param == "encrypted" else None
    async with open_store(tmp_path / "oldfriend.db", clock=VirtualClock(), key=key) as real:
        yield real


Either = Store | FakeStore


def turn(text: str, **more: Any) -> Turn:
    """Something Ann wrote in her private conversation, unless said otherwise."""
    given = {"person": ANN, "speaker": "Ann", "said_at": START, "audience": DM, "conversation": "discord:11", **more}
    return Turn(text=text, **given)


def memory(quote: str, **more: Any) -> Memory:
    given = {
        "person": ANN,
        "audience": DM,
        "kind": Kind.EXPERIENCE,
        "gist": f"They said: {quote}",
        "said_at": START,
        **more,
    }
    return Memory(quote=quote, **given)


async def told(store: Either, text: str, quote: str = "", vector: Vectors | None = None, **more: Any) -> Memory:
    """A memory with the turn it was made from."""
    quote = quote or text
    where = {key: more[key] for key in ("person", "audience", "conversation") if key in more}
    source = await store.turns.add(turn(text, **where))
    more.pop("conversation", None)
    return await kept(store, source, quote, vector, **more)


async def kept(store: Either, source: Turn, quote: str, vector: Vectors | None = None, **more: Any) -> Memory:
    replaces = more.pop("replaces", ())
    found = await store.memories.keep(memory(quote, **more), [span(source, quote)], vector, MODEL, replaces)
    assert found is not None
    return found


def span(source: Turn, quote: str) -> Evidence:
    start = source.text.index(quote)
    return Evidence(turn=source.id, start=start, end=start + len(quote))


def direction(*numbers: float) -> Vectors:
    return np.array(numbers, dtype=np.float32)


def proposal(about: int, **more: Any) -> Proposal:
    given = {
        "person": ANN,
        "source": "follow_up",
        "opens": START,
        "best": START + timedelta(hours=1),
        "closes": START + timedelta(hours=9),
        "worth": 0.5,
        "reason": "because",
        "due": START + timedelta(hours=1),
        **more,
    }
    return Proposal(memory=about, **given)


def unprompted(of: Proposal, nonce: str = "nonce", **more: Any) -> Unprompted:
    given = {"person": of.person, "conversation": "discord:11", "reason": of.reason, "at": START, **more}
    return Unprompted(proposal=of.id, memory=of.memory, nonce=nonce, **given)
