"""Many at once on the real worker: the same answers as alone, whatever happens to the cache; places in line, deadlines, limits."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.edges.llama import LlamaClient, Tuning, open_llama
from bot.errors import ModelBusy, ModelFailed
from bot.ports import Completion, Message
from tests.edges.llama.processes import workers

pytestmark = pytest.mark.model

_PERSONA = Message("system", "You are Mika, an old friend who lives by the harbour and likes rain. " * 8)


@pytest.fixture
async def model(tiny_model: Path) -> AsyncIterator[LlamaClient]:
    async with open_llama(tiny_model, context_tokens=512) as llama:
        yield llama


def _asked(number: int, persona: bool = True, **changes: object) -> Completion:
    chat = (*([_PERSONA] if persona else []), Message("user", f"Tell me one thing about the number {number}."))
    # Greedy; the seed says that it has to be the same: how llama.cpp rounds depends on a row's company and place in the cache.
    fields: dict[str, object] = {"messages": chat, "max_tokens": 12, "temperature": 0.0, "seed": 1}
    return Completion(**(fields | changes))  # type: ignore[arg-type]  # the fields are those of Completion


async def _answer(model: LlamaClient, request: Completion) -> str:
    return "".join([piece async for piece in model.stream(request)])


async def _eight_at_a_time(model: LlamaClient, requests: list[Completion]) -> list[str]:
    limit = asyncio.Semaphore(8)

    async def one(request: Completion) -> str:
        async with limit:
            return await _answer(model, request)

    return list(await asyncio.gather(*(one(request) for request in requests)))


@pytest.mark.parametrize("persona", [True, False])
async def test_fifty_answers_in_a_batch_equal_those_alone(model: LlamaClient, persona: bool) -> None:
    requests = [_asked(number, persona) for number in range(50)]
    alone = [await _answer(model, request) for request in requests]
    assert await _eight_at_a_time(model, requests) == alone


@pytest.mark.parametrize("persona", [True, False])
async def test_an_answer_is_the_same_after_its_talk_had_to_leave_the_cache(tiny_model: Path, persona: bool) -> None:
    async with open_llama(tiny_model, context_tokens=512, tuning=Tuning(cells=600)) as model:
        beginning, count = ((_PERSONA,), 3) if persona else ((), 8)
        requests = [_asked(number, messages=(*beginning, Message("user", f"{number} is a number. " * 25))) for number in range(count)]
        first = [await _answer(model, request) for request in requests]
        assert await _eight_at_a_time(model, requests) == first
        assert [await _answer(model, request) for request in reversed(requests)] == first[::-1]


@pytest.mark.parametrize("persona", [True, False])
async def test_answers_are_the_same_from_the_next_worker(model: LlamaClient, persona: bool) -> None:
    requests = [_asked(number, persona) for number in range(8)]
    before = await _eight_at_a_time(model, requests)
    (worker,) = workers()
    answers = asyncio.ensure_future(_eight_at_a_time(model, [*requests, *requests]))
    await anext(stream := model.stream(_asked(99)))
    worker.kill()
    await stream.aclose()
    assert await answers == before * 2


async def test_a_seed_throws_nobody_else_out_of_the_cache(model: LlamaClient) -> None:
    """Told by what is evaluated: signs of life come with each piece of a prompt."""
    talk = _asked(1, seed=None)
    await _answer(model, talk)
    await _answer(model, _asked(2, persona=False, seed=5))
    seen = len([piece async for piece in model.stream(_asked(1, seed=None, max_tokens=1))])
    assert seen == 1


async def test_who_waits_is_told_the_place_in_line(tiny_model: Path) -> None:
    places: list[list[int]] = [[] for _ in range(4)]
    async with open_llama(tiny_model, context_tokens=512, tuning=Tuning(parallel=1)) as model:
        requests = [_asked(number, on_wait=seen.append) for number, seen in enumerate(places)]
        await asyncio.gather(*(_answer(model, request) for request in requests))
    assert places == [[], [1, 0], [2, 1, 0], [3, 2, 1, 0]]


async def test_two_hundred_at_once_are_answered_or_told_to_come_back(model: LlamaClient) -> None:
    await model.facts()
    requests = [_asked(number, seed=None, max_tokens=2, background=number % 3 == 0) for number in range(200)]
    ends = await asyncio.gather(*(_answer(model, request) for request in requests), return_exceptions=True)
    answered = [end for end in ends if isinstance(end, str)]
    refused = [end for end in ends if isinstance(end, ModelBusy)]
    assert len(answered) == 64 and len(refused) == 136 and "too many requests waiting (64)" in str(refused[0])
    assert await _answer(model, requests[0])


async def test_what_takes_longer_than_it_was_given_fails(model: LlamaClient) -> None:
    await model.facts()
    with pytest.raises(ModelFailed, match="took longer"):
        await _answer(model, _asked(1, max_tokens=400, seconds=0.0))
    assert await _answer(model, _asked(1, seconds=100.0))


async def test_a_schema_that_nothing_can_meet_is_refused(model: LlamaClient) -> None:
    impossible = {"type": "object", "properties": {"a": {"enum": []}}, "required": ["a"], "additionalProperties": False}
    with pytest.raises(ModelFailed, match="JSON schema"):
        await _answer(model, _asked(1, schema=impossible))
    endless = {"type": "string", "minLength": 100_000}
    assert len(await _answer(model, _asked(1, schema=endless, max_tokens=30))) < 1000
    assert json.loads(await _answer(model, _asked(1, schema={"enum": ["x"]})))


async def test_pieces_come_with_their_log_probability(model: LlamaClient) -> None:
    scored = [(piece, score) async for piece, score in model.stream_scored(_asked(1))]
    assert "".join(piece for piece, _ in scored) == await _answer(model, _asked(1))
    assert all(-12 < score <= 0 for _, score in scored)


async def test_a_model_file_that_is_gone_is_said_when_the_worker_is_needed_anew(tiny_model: Path, tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    file.symlink_to(tiny_model)
    async with open_llama(file, context_tokens=512) as model:
        assert await _answer(model, _asked(1))
        file.unlink()
        assert await _answer(model, _asked(1))
        (worker,) = workers()
        worker.kill()
        with pytest.raises(ModelFailed, match=r"model\.gguf could not be loaded"):
            while True:
                await _answer(model, _asked(1))


async def test_many_requests_leave_nothing_open(model: LlamaClient) -> None:
    await _eight_at_a_time(model, [_asked(number % 5, seed=None, max_tokens=2) for number in range(40)])
    (worker,) = workers()
    files, memory = worker.num_fds(), worker.memory_info().rss
    await _eight_at_a_time(model, [_asked(number % 5, seed=None, max_tokens=2) for number in range(300)])
    assert worker.num_fds() == files and worker.memory_info().rss < 1.05 * memory
