"""A look-alike with a fake model, and clients that do not really wait between attempts."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import pytest

from bot.edges.openai_api import OpenAIModel, open_openai_api
from tests.fakes.model import FakeModel
from tests.fakes.model_server import ModelServer, open_model_server

Open = Callable[..., AbstractAsyncContextManager[OpenAIModel]]

ANSWER = "Good luck then, you will do well."


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


@pytest.fixture
async def server(stack: AsyncExitStack) -> ModelServer:
    return await stack.enter_async_context(open_model_server(ModelServer(FakeModel([ANSWER]))))


@pytest.fixture
def slept() -> list[float]:
    """How long the client wanted to wait, each time."""
    return []


@pytest.fixture
async def model(stack: AsyncExitStack, server: ModelServer, slept: list[float]) -> OpenAIModel:
    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    return await stack.enter_async_context(open_openai_api(server.base_url, pauses=(0.5, 2.0), sleep=sleep))
