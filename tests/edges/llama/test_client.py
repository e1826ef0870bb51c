"""A worker that crashes, hangs or babbles is noticed and replaced, and only what it was doing is lost."""

import asyncio
import gc
import itertools
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import psutil
import pytest

from bot.edges.llama.client import LlamaClient
from bot.errors import ModelBusy, ModelFailed
from bot.flows.supervise import Supervisor
from bot.ports import Completion, Message
from tests.edges.llama.processes import workers

_WORKER = Path(__file__).with_name("scripted_worker.py")


@asynccontextmanager
async def _scripted(script: str = "", patience: float = 30.0) -> AsyncIterator[LlamaClient]:
    client = LlamaClient([sys.executable, str(_WORKER), script], name="scripted", patience=patience, pauses=(0.0,))
    async with Supervisor() as supervisor:
        keeper = supervisor.start(client.keep(), name="keeper", timeout=None)
        try:
            yield client
        finally:
            await client.aclose()
            await asyncio.wait([keeper])


async def _answer(client: LlamaClient, text: str) -> str:
    return "".join([piece async for piece in client.stream(Completion(messages=(Message("user", text),)))])


async def test_a_crash_fails_the_request_and_the_next_one_works() -> None:
    async with _scripted() as client:
        for _ in range(3):
            with pytest.raises(ModelFailed, match="crashed and is being started again"):
                await _answer(client, "die")
            assert await _answer(client, "hello") == "fine"


async def test_a_request_still_in_line_survives_the_crash_of_another() -> None:
    async with _scripted() as client:
        await client.facts()
        failing = asyncio.ensure_future(_answer(client, "die"))
        waiting = asyncio.ensure_future(_answer(client, "hello"))
        with pytest.raises(ModelFailed):
            await failing
        assert await waiting == "fine"


async def test_a_hang_is_noticed_though_counting_goes_on() -> None:
    async with _scripted(patience=3.0) as client:
        await client.facts()
        hanging = asyncio.ensure_future(_answer(client, "hang"))
        while not hanging.done():
            await asyncio.gather(client.count_tokens(()), return_exceptions=True)
        with pytest.raises(ModelFailed, match="stopped answering"):
            await hanging
        assert await _answer(client, "hello") == "fine"


async def test_a_hang_is_noticed_though_the_request_was_cancelled() -> None:
    async with _scripted(patience=3.0) as client:
        await client.facts()
        before = _workers()
        async for _ in (stream := client.stream(Completion(messages=(Message("user", "hang"),)))):
            break
        await stream.aclose()
        await asyncio.to_thread(psutil.wait_procs, before)
        assert await _answer(client, "hello") == "fine"


async def test_a_model_that_never_loads_is_given_up() -> None:
    async with _scripted("dies loading") as client:
        with pytest.raises(ModelFailed, match="crashed 3 times while it was loaded"):
            await client.facts()
        with pytest.raises(ModelFailed, match="Is there enough memory"):
            await _answer(client, "hello")


async def test_a_program_that_cannot_be_started_is_said() -> None:
    client = LlamaClient(["/no/such/program"], name="none", patience=30.0)
    await client.keep()
    with pytest.raises(ModelFailed, match="cannot be started: No such file"):
        await client.facts()


async def test_babble_ends_the_client_with_an_error_not_a_wait() -> None:
    async with _scripted() as client:
        with pytest.raises(ModelFailed):
            await _answer(client, "babble")


async def test_a_deadline_holds_also_while_the_worker_says_nothing() -> None:
    async with _scripted() as client:
        await client.facts()
        request = Completion(messages=(Message("user", "hang"),), seconds=0.2)
        with pytest.raises(ModelFailed, match="longer than it was given"):
            [piece async for piece in client.stream(request)]


async def test_too_many_requests_are_refused() -> None:
    async with _scripted() as client:
        await client.facts()
        hanging = [asyncio.ensure_future(_answer(client, "hang")) for _ in range(64)]
        while sum(not task.done() for task in hanging) == 64:
            await asyncio.sleep(0)
            try:
                await client.count_tokens(())
            except ModelBusy as fault:
                assert "too many" in str(fault)
                break
        await client.aclose()
        assert all(isinstance(end, ModelFailed) for end in await asyncio.gather(*hanging, return_exceptions=True))


async def test_closing_leaves_no_process_and_no_task() -> None:
    async with _scripted() as client:
        await client.facts()
        assert _workers()
    assert not _workers()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_two_thousand_requests_leave_nothing_behind() -> None:
    async with _scripted() as client:
        await client.facts()
        numbers = iter(range(2200))

        async def some(count: int) -> tuple[int, int, int, int]:
            """Every tenth is left after its first piece. Files, memory, things that Python knows of, and tasks after it."""

            async def work_off() -> None:
                for number in itertools.islice(numbers, count // 10):
                    async with aclosing(client.stream(Completion(messages=(Message("user", f"number {number}"),)))) as pieces:
                        async for _ in pieces:
                            if number % 10 == 0:
                                break

            await asyncio.gather(*(work_off() for _ in range(10)))
            gc.collect()
            ours = psutil.Process()
            return ours.num_fds(), ours.memory_info().rss, len(gc.get_objects()), len(asyncio.all_tasks())

        files, memory, things, tasks = await some(200)
        after = await some(2000)
        assert (after[0], after[3]) == (files, tasks) and after[1] < 1.05 * memory and after[2] < things + 200
        assert not client._asked


def _workers() -> list[psutil.Process]:
    return workers(name=str(_WORKER))


async def test_an_opening_comes_with_the_first_piece_or_alone() -> None:
    async with _scripted() as client:
        for text, said in (("hello", "Oh, fine"), ("nothing", "Oh, ")):
            assert "".join([piece async for piece in client.stream(Completion(messages=(Message("user", text),), opening="Oh, "))]) == said
