"""The LanguageModel port on a server that speaks the OpenAI chat API: llama-server, vLLM, SGLang, Ollama."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, nullcontext
from typing import Any

from aiohttp import ClientResponse

from bot.edges.openai_api.answers import Chunk, Count, Listing, Whole, events
from bot.edges.openai_api.asking import body, fields_of, schema_field
from bot.edges.openai_api.choosing import Chosen, ballot, ballot_schema, shares
from bot.edges.openai_api.server import PAUSES, Refused, Server
from bot.errors import ModelFailed
from bot.flows.in_time import in_time
from bot.mind.prompt import estimate_tokens
from bot.ports import Completion, Message, ModelFacts

_CHAT = "/chat/completions"
_COUNTERS = ("/chat/completions/input_tokens", "../tokenize")
"""Where llama-server and vLLM count the tokens of a chat."""

_UNREADABLE = {400, 422, 501}
"""What servers answer to fields they do not know, and to roles their chat template does not take."""


class OpenAIModel:
    """A chat model behind ``server``. Made by ``open_openai_api``.

    ``model`` is the name the server knows it by; "" takes the first one it lists.
    """

    def __init__(self, server: Server, *, model: str, context_tokens: int) -> None:
        self._server = server
        self._name = model
        self._context_tokens = context_tokens
        self._plain = False  # learned: it takes neither the extra fields nor system messages in the middle
        self._tells_chances = True
        self._counters: Sequence[str] = _COUNTERS
        # One at a time in the background, so that at most one is ahead of somebody who waits.
        self._background = asyncio.Semaphore(1)

    # -- the port

    async def stream(self, request: Completion) -> AsyncGenerator[str]:
        """See ``LanguageModel.stream``. With a schema the answer comes in one piece, and ModelFailed is raised when the server
        did not hold to JSON. It knows nothing of adapters and of places in line."""
        async with aclosing(self._said(request)) as said, aclosing(in_time(said, request.seconds)) as timely:
            async for piece in timely:
                yield piece

    async def _said(self, request: Completion) -> AsyncGenerator[str]:
        await self._require_room(request.messages)
        async with self._background if request.background else nullcontext():
            async with aclosing(self._pieces(request)) as pieces:
                if request.schema is None:
                    async for piece, _ in pieces:
                        yield piece
                else:
                    yield _whole([said async for said in pieces])

    async def choose(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        """See ``LanguageModel.choose``. From the probabilities of the first token where the server tells them and they differ;
        else the model is asked to pick, and what it picks gets everything."""
        self._server.require_open()
        if len(options) == 1:
            return (1.0,)
        if self._tells_chances:
            # Neutral sampling, because some servers tell the probabilities that are left after it.
            neutral = {"max_tokens": 1, "temperature": 1.0, "top_p": 1.0, "logprobs": True, "top_logprobs": 20}
            chances = []
            try:
                chances = (await self._answer(messages, neutral)).first_chances()
            except Refused as fault:
                if fault.status not in _UNREADABLE:
                    raise
            self._tells_chances = bool(chances)
            if found := shares(options, chances):
                return found
        return await self._picked(messages, options)

    async def count_tokens(self, messages: Sequence[Message]) -> int:
        """See ``LanguageModel.count_tokens``. Counted by llama-server and vLLM; elsewhere a guess that is rather too high."""
        self._server.require_open()
        while self._counters:
            try:
                count = await self._server.fetch(Count, self._counters[0], await self._body(messages, {}, self._plain))
                if tokens := count.input_tokens or count.count:
                    return tokens
            except Refused as fault:
                if fault.status not in {404, 405, *_UNREADABLE}:
                    raise
            self._counters = self._counters[1:]
        return _guess(messages)

    async def facts(self) -> ModelFacts:
        """See ``LanguageModel.facts``. The context is what the settings say: most servers do not tell theirs."""
        self._server.require_open()
        return ModelFacts(name=await self._model(), context_tokens=self._context_tokens)

    async def forget(self, person: str) -> None:
        """See ``Forgetful.forget``. Nothing is kept here, and no server has a way to be asked; they are never told who speaks."""

    async def aclose(self) -> None:
        """See ``LanguageModel.aclose``. May be called more than once."""
        await self._server.aclose()

    async def listed(self) -> dict[str, int | None]:
        """The models that the server has, with the tokens each gives to one request where it says so. Raises ModelFailed."""
        return {listed.id: listed.context() for listed in (await self._server.fetch(Listing, "/models")).data}

    # -- requests

    async def _pieces(self, request: Completion) -> AsyncGenerator[tuple[str, str | None]]:
        """Text, and with the last of it why it ended. Raises ModelFailed when it broke off."""
        async with (
            self._ask(request.messages, {**fields_of(request), "stream": True}) as response,
            aclosing(events(response.content)) as said,
        ):
            ended = None
            async for data in said:
                if data == "[DONE]":
                    return
                chunk = Chunk.model_validate_json(data)
                if chunk.error is not None:
                    raise _broken()
                for piece in chunk.choices[:1]:
                    ended = piece.finish_reason or ended
                    yield piece.delta.content or "", piece.finish_reason
            if ended is None:
                raise _broken()

    async def _answer(self, messages: Sequence[Message], fields: Mapping[str, Any]) -> Whole:
        async with self._ask(messages, fields) as response:
            return Whole.model_validate_json(await response.read())

    async def _picked(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        fields = {"max_tokens": 32 + 2 * max(map(len, options)), "temperature": 0.0, **schema_field(ballot_schema(options))}
        text = (await self._answer(ballot(messages, options), fields)).text()
        try:
            answer = Chosen.model_validate_json(text).answer
        except ValueError:
            raise _shapeless() from None
        if answer not in options:
            raise _shapeless()
        return tuple(float(i == options.index(answer)) for i in range(len(options)))

    @asynccontextmanager
    async def _ask(self, messages: Sequence[Message], fields: Mapping[str, Any]) -> AsyncIterator[ClientResponse]:
        """The server's answer to a chat. What it refuses is asked once more in the plainest form; if it takes that, always."""
        async with AsyncExitStack() as stack:
            try:
                response = await stack.enter_async_context(self._server.ask(_CHAT, await self._body(messages, fields, self._plain)))
            except Refused as fault:
                if self._plain or fault.status not in _UNREADABLE:
                    raise
                response = await stack.enter_async_context(self._server.ask(_CHAT, await self._body(messages, fields, True)))
                self._plain = True
            yield response

    async def _body(self, messages: Sequence[Message], fields: Mapping[str, Any], plain: bool) -> dict[str, Any]:
        return {"model": await self._model(), **body(messages, fields, plain=plain)}

    async def _model(self) -> str:
        if not self._name:
            names = await self.listed()
            if not names:
                raise ModelFailed("The model server lists no model. Load one there, or set server.model.")
            self._name = next(iter(names))
        return self._name

    async def _require_room(self, messages: Sequence[Message]) -> None:
        """Counts only when the guess, which needs no request, says that it may not fit."""
        if _guess(messages) < self._context_tokens:
            return
        needed = await self.count_tokens(messages)
        if needed >= self._context_tokens:
            raise ModelFailed(f"The prompt needs {needed} tokens and the model has room for {self._context_tokens - 1}.")


@asynccontextmanager
async def open_openai_api(
    base_url: str,
    *,
    model: str = "",
    key: str | None = None,
    context_tokens: int = 4096,
    patience: float = 120.0,
    pauses: Sequence[float] = PAUSES,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[OpenAIModel]:
    """A chat model on the server at ``base_url``, which usually ends in ``/v1``, until the context is left.

    Asks nothing yet. ``model`` "" takes the first one the server lists; ``context_tokens`` is what it can read at once,
    prompt and answer together; ``patience`` seconds without a sign of life fail a request. ``pauses`` are the seconds
    before each further attempt.
    """
    server = Server(base_url, key=key, patience=patience, pauses=pauses, sleep=sleep)
    client = OpenAIModel(server, model=model, context_tokens=context_tokens)
    try:
        yield client
    finally:
        await client.aclose()


def _whole(said: Sequence[tuple[str, str | None]]) -> str:
    """The answer to a request with a schema. Raises ModelFailed when it is not JSON, unless max_tokens cut it."""
    text = "".join(piece for piece, _ in said)
    if not any(ended == "length" for _, ended in said):
        try:
            json.loads(text)
        except ValueError:
            raise _shapeless() from None
    return text


def _guess(messages: Sequence[Message]) -> int:
    return sum(estimate_tokens(message.content) + 6 for message in messages)


def _broken() -> ModelFailed:
    return ModelFailed("The model server broke off in the middle of an answer. Please ask once more.")


def _shapeless() -> ModelFailed:
    return ModelFailed(
        "The model server does not hold to a JSON schema. llama-server, vLLM, SGLang and Ollama from 0.5 on do; `oldfriend doctor` tries it."
    )
