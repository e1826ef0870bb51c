"""What the doctor finds out about the model server, by asking it something harmless."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.errors import ModelFailed

if TYPE_CHECKING:
    from bot.config import Server
    from bot.edges.doctor import Finding
    from bot.edges.openai_api import OpenAIModel

_GUIDE = "docs/model-server.md"
_QUESTION = "Is the sky blue on a clear day? Answer yes or no."
_SCHEMA = {"type": "object", "properties": {"answer": {"enum": ["yes", "no"]}}, "required": ["answer"], "additionalProperties": False}


def check_server(server: "Server") -> list["Finding"]:
    """Does it answer, does it hold to a JSON schema, how much does it read at once, and who hears it on the way?"""

    async def every() -> list["Finding"]:
        return [finding async for finding in _examine(server)]

    return asyncio.run(every())


async def _examine(server: "Server") -> AsyncIterator["Finding"]:
    from bot.edges.doctor import Finding
    from bot.edges.openai_api import Refused, open_openai_api

    key = server.key.get_secret_value() if server.key else None
    opening = open_openai_api(
        server.base_url, model=server.model, key=key, context_tokens=server.context_tokens, patience=server.timeout, pauses=()
    )
    async with opening as model:
        try:
            name = (await model.facts()).name
            await _ask(model, schema=False)
            yield Finding("model server", "ok", f"{server.base_url}, {name} answers; what people say goes there")
        except ModelFailed as fault:
            words = f" It says: {fault.said}" if isinstance(fault, Refused) and fault.said else ""
            yield Finding("model server", "fail", f"{fault}{words}{await _has(model)}", f"see {_GUIDE}")
            return
        try:
            await _ask(model, schema=True)
        except ModelFailed as fault:
            yield Finding("model server", "warn", f"it does not hold to a JSON schema, so less is remembered: {fault}", f"see {_GUIDE}")
        if (given := (await _listed(model)).get(name)) and given < server.context_tokens:
            fix = f"set server.context_tokens = {given}, or start the server with more"
            yield Finding("model server", "warn", f"it gives {given} tokens to one request, not {server.context_tokens}", fix)
    if travels_openly(server.base_url):
        fix = "use https://, or an SSH tunnel, unless you trust every network in between"
        yield Finding("model server", "warn", "what people say goes there unencrypted", fix)


async def _ask(model: "OpenAIModel", *, schema: bool) -> None:
    from bot.ports import Completion, Message

    request = Completion(messages=(Message("user", _QUESTION),), max_tokens=32, temperature=0.0, schema=_SCHEMA if schema else None)
    async with aclosing(model.stream(request)) as pieces:
        async for _ in pieces:
            pass


async def _listed(model: "OpenAIModel") -> dict[str, int | None]:
    """Empty when the server does not say."""
    try:
        return await model.listed()
    except ModelFailed:
        return {}


async def _has(model: "OpenAIModel") -> str:
    names = ", ".join(await _listed(model))
    return f" It has: {names}." if names else ""


def travels_openly(base_url: str) -> bool:
    """Neither encrypted nor inside this computer."""
    address = urlsplit(base_url)
    if address.scheme == "https" or address.hostname == "localhost":
        return False
    try:
        return not ipaddress.ip_address(address.hostname or "").is_loopback
    except ValueError:
        return True
