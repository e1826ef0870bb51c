"""A server on loopback that speaks the OpenAI chat API, in front of any LanguageModel. Can be made to misbehave."""

import asyncio
import json
import math
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any, Literal

from aiohttp import web

from bot.errors import ModelFailed
from bot.ports import Completion, LanguageModel, Message

Trouble = Callable[[web.Request], Awaitable[web.StreamResponse]]
"""Answers one request for a chat in place of the model."""

_NAME = "served-model"
_PLAIN = {"model", "messages", "max_tokens", "temperature", "top_p", "seed", "stop", "stream", "response_format", "logprobs", "top_logprobs"}


class ModelServer:
    """What it was asked is in ``asked`` (bodies) and ``keys``; ``hung_up`` is set when a client left in the middle.

    ``counts`` is whose way of counting tokens it has. ``chances`` are the probabilities of the first token it tells.
    ``strict`` refuses fields that are not OpenAI's own and system messages in the middle, quoting the request, as real
    ones do. ``troubles`` are used up one by one, a chat request each.
    """

    def __init__(
        self,
        model: LanguageModel,
        *,
        key: str | None = None,
        counts: Literal["llama-server", "vllm"] | None = "llama-server",
        chances: Mapping[str, float] | None = None,
        strict: bool = False,
        names: tuple[str, ...] = (_NAME,),
        context: int | None = None,
    ) -> None:
        self._model = model
        self._key = key
        self._chances = chances
        self._strict = strict
        self._names = names
        self._context = context
        self.base_url = ""
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.troubles: deque[Trouble] = deque()
        self.hung_up = asyncio.Event()
        self.app = web.Application(middlewares=[self._guard])
        self.app.router.add_get("/v1/models", self._models)
        self.app.router.add_post("/v1/chat/completions", self._chat)
        if counts == "llama-server":
            self.app.router.add_post("/v1/chat/completions/input_tokens", self._count_as_llama_server)
        elif counts == "vllm":
            self.app.router.add_post("/tokenize", self._count_as_vllm)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
        self.keys.append(request.headers.get("Authorization"))
        if self._key and self.keys[-1] != f"Bearer {self._key}":
            return complaint(401, f"Incorrect API key provided: {self.keys[-1]}")
        return await handler(request)

    async def _models(self, request: web.Request) -> web.Response:
        rows = [{"id": name, "object": "model"} | ({"max_model_len": self._context} if self._context else {}) for name in self._names]
        return web.json_response({"object": "list", "data": rows})

    async def _count_as_llama_server(self, request: web.Request) -> web.Response:
        return web.json_response({"input_tokens": await self._model.count_tokens(_messages(await request.json()))})

    async def _count_as_vllm(self, request: web.Request) -> web.Response:
        return web.json_response({"count": await self._model.count_tokens(_messages(await request.json())), "max_model_len": 512})

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(body)
        if self.troubles:
            return await self.troubles.popleft()(request)
        if body["model"] not in self._names:
            return complaint(404, f"The model `{body['model']}` does not exist.")
        middle = [m for m in body["messages"][1:] if m["role"] == "system"]
        if self._strict and (middle or body.keys() - _PLAIN):
            return complaint(400, f"Extra inputs are not permitted, or roles must alternate: {json.dumps(body)}")
        try:
            return await (self._stream(request, body) if body.get("stream") else self._whole(body))
        except asyncio.CancelledError:
            self.hung_up.set()
            raise

    async def _stream(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        response = await begin(request)
        try:
            async with aclosing(self._model.stream(_completion(body))) as pieces:
                async for piece in pieces:
                    await response.write(chunk(piece))
            await response.write(chunk("", finish_reason="stop") + b"data: [DONE]\n\n")
        except ModelFailed as fault:
            await response.write(event({"error": {"message": str(fault), "code": 500}}))
        return response

    async def _whole(self, body: dict[str, Any]) -> web.Response:
        text = "".join([piece async for piece in self._model.stream(_completion(body))])
        choice: dict[str, Any] = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        if body.get("logprobs") and self._chances:
            top = [{"token": token, "logprob": math.log(chance), "bytes": None} for token, chance in self._chances.items()]
            choice["logprobs"] = {"content": [{**top[0], "top_logprobs": top}]}
        return web.json_response({"object": "chat.completion", "choices": [choice]})


@asynccontextmanager
async def open_model_server(server: ModelServer) -> AsyncIterator[ModelServer]:
    """Serve until the context is left."""
    runner = web.AppRunner(server.app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.base_url = f"http://{host}:{port}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()


async def begin(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    return response


def event(data: object) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()


def chunk(text: str, finish_reason: str | None = None) -> bytes:
    """A piece of a streamed answer."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish_reason}
    return event({"object": "chat.completion.chunk", "choices": [choice]})


def complaint(status: int, message: str, **headers: str) -> web.Response:
    return web.json_response({"error": {"message": message, "type": "error"}}, status=status, headers=headers)


def _messages(body: dict[str, Any]) -> tuple[Message, ...]:
    return tuple(Message(message["role"], message["content"]) for message in body["messages"])


def _completion(body: dict[str, Any]) -> Completion:
    response_format = body.get("response_format")
    return Completion(
        messages=_messages(body), max_tokens=body["max_tokens"], temperature=body["temperature"], top_p=body.get("top_p", 1.0),
        seed=body.get("seed"), stop=tuple(body.get("stop", ())), schema=response_format["json_schema"]["schema"] if response_format else None,
    )
