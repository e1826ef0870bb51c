"""A server that is down, busy, slow, strange, or that stops in the middle."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, aclosing

import pytest
from aiohttp import web

from bot.edges.openai_api import OpenAIModel, Refused, open_openai_api
from bot.errors import ModelBusy, ModelFailed
from tests.edges.openai_api.asking import CHAT, SECRET, answer, ask
from tests.edges.openai_api.conftest import ANSWER
from tests.fakes.model import FakeModel
from tests.fakes.model_server import ModelServer, Trouble, begin, chunk, complaint, event, open_model_server


def refusing(status: int, message: str = "no", **headers: str) -> Trouble:
    async def refuse(_: web.Request) -> web.Response:
        return complaint(status, message, **headers)

    return refuse


def saying(*raw: bytes) -> Trouble:
    """Streams this, and then the connection is gone."""

    async def say(request: web.Request) -> web.StreamResponse:
        response = await begin(request)
        for part in raw:
            await response.write(part)
        assert request.transport is not None
        request.transport.close()
        return response

    return say


def ending(*raw: bytes) -> Trouble:
    """Streams this, and ends in order."""

    async def end(request: web.Request) -> web.StreamResponse:
        response = await begin(request)
        for part in raw:
            await response.write(part)
        return response

    return end


async def drop(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def hang(_: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError("it waits for ever")


async def begin_and_hang(request: web.Request) -> web.StreamResponse:
    response = await begin(request)
    await response.write(chunk("Good "))
    return await hang(request)


class TestBeforeTheFirstWord:
    @pytest.mark.parametrize("trouble", [refusing(429), refusing(500), refusing(502), refusing(503), refusing(504), drop])
    async def test_what_passes_is_asked_again(self, model: OpenAIModel, server: ModelServer, slept: list[float], trouble: Trouble) -> None:
        server.troubles += [trouble, trouble]
        assert await answer(model) == ANSWER
        assert len(server.asked) == 3
        assert 0.5 <= slept[0] <= 0.75 and 2.0 <= slept[1] <= 3.0

    async def test_the_server_says_how_long_to_wait(self, model: OpenAIModel, server: ModelServer, slept: list[float]) -> None:
        server.troubles += [refusing(429, **{"Retry-After": "7"}), refusing(503, **{"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})]
        assert await answer(model) == ANSWER
        assert 7 <= slept[0] <= 10.5 and 2.0 <= slept[1] <= 3.0

    async def test_nobody_waits_for_minutes(self, model: OpenAIModel, server: ModelServer, slept: list[float]) -> None:
        server.troubles += [refusing(429, **{"Retry-After": "300"})]
        with pytest.raises(ModelBusy, match="too much to do"):
            await answer(model)
        assert slept == [] and len(server.asked) == 1

    async def test_three_times_is_enough(self, model: OpenAIModel, server: ModelServer) -> None:
        server.troubles += [refusing(500)] * 4
        with pytest.raises(ModelFailed, match=r"\(500\)"):
            await answer(model)
        assert len(server.asked) == 3

    @pytest.mark.parametrize(("status", "words"), [(401, "wants a key"), (403, "wants a key"), (404, "/v1"), (307, "base_url")])
    async def test_what_stays_wrong_is_asked_once(self, model: OpenAIModel, server: ModelServer, status: int, words: str) -> None:
        server.troubles += [refusing(status, Location="http://elsewhere.invalid/")]
        with pytest.raises(Refused, match=words):
            await answer(model)
        assert len(server.asked) == 1

    @pytest.mark.parametrize(
        "body",
        [
            {"error": {"message": "The model `x` does not exist.", "type": "NotFoundError", "param": None, "code": 404}},
            {"error": 'model "x" not found, try pulling it first'},
            {"object": "error", "message": "The model `x` does not exist.", "code": 404},
            {"detail": [{"msg": "no such model"}]},
        ],
        ids=["llama-server, vLLM, Ollama", "earlier Ollama", "earlier vLLM", "FastAPI"],
    )
    async def test_ways_to_say_no(self, model: OpenAIModel, server: ModelServer, body: dict[str, object]) -> None:
        async def refuse(_: web.Request) -> web.Response:
            return web.json_response(body, status=404)

        server.troubles += [refuse]
        with pytest.raises(Refused, match="does not have that model"):
            await answer(model)

    async def test_a_server_that_is_down(self, server: ModelServer, slept: list[float]) -> None:
        async def sleep(seconds: float) -> None:
            slept.append(seconds)

        async with open_openai_api("http://127.0.0.1:9/v1", model="x", sleep=sleep) as model:
            with pytest.raises(ModelFailed, match="cannot be reached.*Is it running"):
                await answer(model)
        assert len(slept) == 2

    async def test_no_sign_of_life_is_not_asked_again(self, server: ModelServer) -> None:
        server.troubles += [hang, hang]
        async with open_openai_api(server.base_url, patience=0.1) as model:
            with pytest.raises(ModelFailed, match="no sign of life for 0.1 s"):
                await answer(model)
        assert len(server.asked) == 1


class TestInTheMiddle:
    @pytest.mark.parametrize(
        "trouble",
        [
            saying(chunk("Good ")),
            ending(chunk("Good ")),
            ending(chunk("Good "), event({"error": {"message": "out of memory", "code": 500}})),
        ],
        ids=["dropped", "ended without an end", "an error event"],
    )
    async def test_it_breaks_off(self, model: OpenAIModel, server: ModelServer, trouble: Trouble) -> None:
        server.troubles += [trouble]
        said = []
        with pytest.raises(ModelFailed, match="broke off"):
            async for piece in model.stream(ask()):
                said.append(piece)
        assert said == ["Good "]  # what was said is not said again
        assert len(server.asked) == 1
        assert await answer(model) == ANSWER

    @pytest.mark.parametrize("garbage", [b"data: {nonsense\n\n", b"data: [1, 2]\n\n", b"data: \xff\xfe\n\n", b"data: " + b"x" * 300_000 + b"\n\n"])
    async def test_garbage(self, model: OpenAIModel, server: ModelServer, garbage: bytes) -> None:
        server.troubles += [ending(garbage)]
        with pytest.raises(ModelFailed):
            await answer(model)
        assert await answer(model) == ANSWER

    async def test_it_hangs(self, server: ModelServer) -> None:
        server.troubles += [begin_and_hang]
        async with open_openai_api(server.base_url, patience=0.1) as model:
            with pytest.raises(ModelFailed, match="no sign of life"):
                await answer(model)

    async def test_slow_is_not_hanging(self, server: ModelServer) -> None:
        """Each sign of life counts, comments included; all of them together take longer than the patience."""

        async def slowly(request: web.Request) -> web.StreamResponse:
            response = await begin(request)
            for part in (chunk("Good "), b": still here\n\n", b": still here\n\n", chunk("luck", "stop"), b"data: [DONE]\n\n"):
                await asyncio.sleep(0.1)
                await response.write(part)
            return response

        server.troubles += [slowly]
        async with open_openai_api(server.base_url, patience=0.35) as model:
            assert await answer(model) == "Good luck"

    async def test_other_ways_to_write_events(self, model: OpenAIModel, server: ModelServer) -> None:
        lines = b'event: message\r\ndata:{"choices":[{"delta":{"role":"assistant","content":null}}]}\r\n\r\n' + chunk("Go")
        done = b'data: {"choices":[{"delta":{"content":"od"},\ndata: "finish_reason":"stop"}],"usage":null}\n\n'
        server.troubles += [ending(lines[:20], lines[20:], done, b'data: {"choices":[],"usage":{"total_tokens":3}}\n\ndata: [DONE]\n')]
        assert await answer(model) == "Good"


class TestLeaving:
    async def test_closing_the_answer_closes_the_connection(self, model: OpenAIModel, server: ModelServer) -> None:
        server.troubles += [_noticing(server, begin_and_hang)]
        async with aclosing(model.stream(ask())) as pieces:
            async for _ in pieces:
                break
        await asyncio.wait_for(server.hung_up.wait(), 10)

    async def test_a_cancelled_task_closes_the_connection(self, model: OpenAIModel, server: ModelServer) -> None:
        arrived = asyncio.Event()

        async def arrive(request: web.Request) -> web.StreamResponse:
            arrived.set()
            return await hang(request)

        server.troubles += [_noticing(server, arrive)]
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(answer(model))
            await arrived.wait()
            asking.cancel()
        await asyncio.wait_for(server.hung_up.wait(), 10)

    async def test_requests_in_flight_fail_when_it_is_closed(self, model: OpenAIModel, server: ModelServer) -> None:
        server.troubles += [begin_and_hang]
        with pytest.raises(ModelFailed, match="closed"):
            async for _ in model.stream(ask()):
                await model.aclose()


def _noticing(server: ModelServer, trouble: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Trouble:
    async def notice(request: web.Request) -> web.StreamResponse:
        try:
            return await trouble(request)
        except asyncio.CancelledError:
            server.hung_up.set()
            raise

    return notice


class TestSecrets:
    async def test_neither_words_nor_key_are_in_errors_and_logs(self, stack: AsyncExitStack, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        server = await stack.enter_async_context(open_model_server(ModelServer(FakeModel([ANSWER]), key="sk-right-0123")))
        wrong = await stack.enter_async_context(open_openai_api(server.base_url, key="sk-wrong-4567", model="served-model"))
        right = await stack.enter_async_context(open_openai_api(server.base_url, key="sk-right-0123", pauses=()))
        with pytest.raises(Refused, match="refuses the key.*OLDFRIEND_SERVER_KEY") as keyless:
            await answer(wrong)
        server.troubles += [refusing(400, f"bad request: {SECRET}")] * 2 + [refusing(500, SECRET)]
        with pytest.raises(Refused) as quoted:
            await answer(right)
        with pytest.raises(Refused) as failed:
            await answer(right)
        told = "\n".join([caplog.text, *(f"{fault.value} {fault.value!r} {fault.value.args}" for fault in (keyless, quoted, failed))])
        assert "Philomena" not in told and "sk-" not in told
        assert SECRET in quoted.value.said  # for the doctor, whose question is nobody's

    async def test_words_and_key_go_nowhere_else(
        self, stack: AsyncExitStack, server: ModelServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        elsewhere = await stack.enter_async_context(open_model_server(ModelServer(FakeModel(["Hello."]))))
        monkeypatch.setenv("HTTP_PROXY", elsewhere.base_url.removesuffix("/v1"))
        monkeypatch.setenv("http_proxy", elsewhere.base_url.removesuffix("/v1"))
        server.troubles += [refusing(308, Location=f"{elsewhere.base_url}/chat/completions")]
        model = await stack.enter_async_context(open_openai_api(server.base_url, key="sk-0123"))
        with pytest.raises(Refused, match="308"):
            await answer(model)
        assert await answer(model) == ANSWER
        assert elsewhere.keys == [] and set(server.keys) == {"Bearer sk-0123"}

    async def test_the_room_is_counted_without_asking_when_there_is_plenty(self, model: OpenAIModel, server: ModelServer) -> None:
        await answer(model, messages=CHAT)
        assert len(server.keys) == 2  # the names of its models once, and the chat
