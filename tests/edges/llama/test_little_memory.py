"""A real worker that may take only so much memory: it gets on with a smaller context and says so, or says that it cannot."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from bot.edges.llama import LlamaClient, Setup, choose_setup
from bot.errors import ModelFailed
from bot.flows.supervise import Supervisor
from bot.ports import Completion, Message
from tests.edges.llama.processes import workers

pytestmark = [pytest.mark.model, pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the limit is not kept")]

_PROGRAM = """
import resource, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
from bot.edges.llama.worker import main
main(*sys.argv[1:])
"""
_CELL = 23_040  # bytes, as test_weights has it


@asynccontextmanager
async def _limited(model: Path, setup: Setup, limit: int) -> AsyncIterator[LlamaClient]:
    client = LlamaClient([sys.executable, "-c", _PROGRAM, str(limit), str(model), setup.encode()], name="tiny", patience=120.0, pauses=(0.0,))
    async with Supervisor() as supervisor:
        keeper = supervisor.start(client.keep(), name="keeper", timeout=None)
        try:
            yield client
        finally:
            await client.aclose()
            await asyncio.wait([keeper])


@pytest.fixture
async def needs(tiny_model: Path) -> int:
    """Bytes that a worker takes with the smallest context, of 1,024 cells."""
    async with _limited(tiny_model, choose_setup(512, 1), 1 << 40) as client:
        await client.facts()
        (worker,) = workers(name="RLIMIT_AS")
        return int(worker.memory_info().vms)


async def test_the_context_shrinks_until_it_fits(tiny_model: Path, needs: int) -> None:
    room = needs + 3000 * _CELL  # for 4,024 cells: a context of 2,048 has 4,096 of them
    async with _limited(tiny_model, choose_setup(4096, 1), room) as client:
        facts = await client.facts()
        assert facts.context_tokens == 1024 and "not enough memory" in client.note and "1024 tokens" in client.note
        said = [piece async for piece in client.stream(Completion(messages=(Message("user", "Hi"),), max_tokens=4))]
        assert said and psutil.Process(workers(name="RLIMIT_AS")[0].pid).memory_info().vms <= room


async def test_no_context_fits_and_that_is_said(tiny_model: Path, needs: int) -> None:
    async with _limited(tiny_model, choose_setup(1024, 1), needs - 2000 * _CELL) as client:
        with pytest.raises(ModelFailed, match="not enough memory|Is there enough memory"):
            await client.facts()
