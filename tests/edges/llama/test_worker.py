"""The real worker with the tiny model: killed, stopped, cancelled, pre-empted, orphaned."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from bot.edges.llama import LlamaClient, open_llama
from bot.errors import ModelFailed
from bot.ports import Completion, Message
from tests.edges.llama.processes import workers

pytestmark = pytest.mark.model

_STORY = (Message("user", "Tell me a very long story about the sea."),)


@pytest.fixture
async def model(tiny_model: Path) -> AsyncIterator[LlamaClient]:
    async with open_llama(tiny_model, context_tokens=1024, patience=5.0) as llama:
        await llama.facts()
        yield llama


def _worker() -> psutil.Process:
    (found,) = workers()
    return found


def _next_worker(last: psutil.Process) -> psutil.Process | None:
    return next((child for child in workers() if child != last), None)


def _long(**changes: object) -> Completion:
    fields: dict[str, object] = {"messages": _STORY, "max_tokens": 900, "min_p": 0.0, "temperature": 1.5, "top_p": 1.0}
    return Completion(**(fields | changes))  # type: ignore[arg-type]  # the fields are those of Completion


async def _answer(model: LlamaClient, text: str = "Hi", **changes: object) -> str:
    request = _long(**{"messages": (Message("user", text),), "max_tokens": 8, "seed": 1, **changes})
    return "".join([piece async for piece in model.stream(request)])


async def test_a_killed_worker_is_replaced_and_the_answer_goes_on_where_it_was(model: LlamaClient) -> None:
    undisturbed = await _answer(model, "Tell me of the sea.", max_tokens=60)
    killed = _worker()
    said = ""
    async for piece in model.stream(_long(messages=(Message("user", "Tell me of the sea."),), max_tokens=60, seed=1)):
        said += piece
        with contextlib.suppress(psutil.NoSuchProcess):
            killed.kill()
    assert said == undisturbed and _worker() != killed


async def test_an_answer_whose_worker_is_killed_twice_fails(model: LlamaClient) -> None:
    first, second = _worker(), None
    with pytest.raises(ModelFailed, match="crashed and is being started again"):
        async for _ in model.stream(_long()):
            if first.is_running() and first.status() != psutil.STATUS_ZOMBIE:
                first.kill()
                continue
            second = second or _next_worker(first)
            if second is not None:
                second.kill()
    assert await _answer(model)


async def test_a_stopped_worker_is_noticed_and_replaced(tiny_model: Path) -> None:
    async with open_llama(tiny_model, context_tokens=512, patience=2.0) as model:
        await model.facts()
        stopped = _worker()
        with pytest.raises(ModelFailed, match="stopped answering"):
            async for _ in model.stream(_long()):
                stopped.suspend()
        assert not stopped.is_running()
        assert await _answer(model)


async def test_a_storm_of_cancels(model: LlamaClient) -> None:
    async def begin_and_leave(n: int) -> None:
        stream = model.stream(_long(background=n % 3 == 0))
        if n % 2:
            await anext(stream)
        await stream.aclose()

    before = await _answer(model)
    await asyncio.gather(*(begin_and_leave(n) for n in range(40)))
    assert await _answer(model) == before


async def test_a_cancelled_task_stops_the_worker_too(model: LlamaClient) -> None:
    task = asyncio.ensure_future(_answer(model, max_tokens=900))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await _answer(model)


async def test_somebody_who_waits_goes_before_the_background(model: LlamaClient) -> None:
    background = model.stream(_long(background=True, seed=3, max_tokens=200))
    said = await anext(background)
    order = []

    async def rest() -> str:
        text = said + "".join([piece async for piece in background])
        order.append("background")
        return text

    async def asked() -> None:
        await _answer(model, "Quick question: how are you?")
        order.append("asked")

    interrupted, _ = await asyncio.gather(rest(), asked())
    assert order == ["asked", "background"]
    alone = "".join([piece async for piece in model.stream(_long(background=True, seed=3, max_tokens=200))])
    assert interrupted == alone


async def test_counting_does_not_wait_for_an_answer(model: LlamaClient) -> None:
    stream = model.stream(_long())
    await anext(stream)
    assert await model.count_tokens(_STORY) > 5
    await stream.aclose()


async def test_any_script_and_emoji_come_whole(model: LlamaClient) -> None:
    odd = {'k "😀"': '你好，世界 😀👩‍🚀 "héllo" \\ \n'}
    properties = {name: {"const": text} for name, text in odd.items()}
    schema = {"type": "object", "properties": properties, "required": list(odd), "additionalProperties": False}
    pieces = [piece async for piece in model.stream(_long(schema=schema, seed=1, max_tokens=200))]
    assert json.loads("".join(pieces)) == odd and "世界 😀👩‍🚀" in "".join(pieces)


async def test_a_schema_that_is_none_is_refused(model: LlamaClient) -> None:
    with pytest.raises(ModelFailed, match="JSON schema"):
        await _answer(model, schema={"type": "no such type"})
    assert await _answer(model)


async def test_choose_is_the_product_of_its_tokens(model: LlamaClient) -> None:
    question = (Message("user", "Which is a colour?"),)
    whole = await model.choose(question, ("blue whale", "blue cheese", "seventeen"))
    again = await model.choose(question, ("blue cheese", "seventeen", "blue whale"))
    assert (whole[1], whole[2], whole[0]) == pytest.approx(again, rel=1e-2)
    # What begins another option gets what the other leaves of it, and no more.
    first, longer, other = await model.choose(question, ("blue", "blue cheese", "seventeen"))
    assert longer / other == pytest.approx(whole[1] / whole[2], rel=1e-2) and first > longer


async def test_ctrl_c_at_the_terminal_is_not_for_the_worker(model: LlamaClient) -> None:
    worker = _worker()
    assert os.getpgid(worker.pid) != os.getpgid(0)
    worker.send_signal(signal.SIGINT)
    assert await _answer(model) and worker.is_running()


async def test_a_worker_does_not_outlive_a_killed_parent(tiny_model: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from bot.edges.llama import open_llama\n"
        "async def main():\n"
        "    async with open_llama(Path(sys.argv[1]), context_tokens=512) as model:\n"
        "        await model.facts()\n"
        "        sys.stdout.write('ready\\n'); sys.stdout.flush()\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(tiny_model), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None and await parent.stdout.readline() == b"ready\n"
    (worker,) = workers(parent.pid)
    parent.kill()
    await parent.wait()
    _, alive = await asyncio.to_thread(psutil.wait_procs, [worker], 20)
    assert not alive


async def test_a_file_that_is_no_model_is_said_once_and_not_tried_again(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + b"\0" * 1000)
    async with open_llama(broken) as model:
        with pytest.raises(ModelFailed, match=r"broken\.gguf could not be loaded"):
            await model.facts()
        with pytest.raises(ModelFailed, match=r"broken\.gguf could not be loaded"):
            await _answer(model)
