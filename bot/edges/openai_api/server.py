"""One address, asked with patience: what is safe to repeat is repeated, and every fault says what to do about it.

Nothing of what people said gets into an error, because errors are logged: servers like to quote the request that they
refuse. Their own words are kept apart, in ``Refused.said``.
"""

import logging
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, TypeVar

import aiohttp
from pydantic import BaseModel

from bot.edges.openai_api.answers import Complaint
from bot.errors import ModelBusy, ModelFailed

log = logging.getLogger(__name__)

PAUSES = (0.5, 2.0)
"""Seconds before the second and the third attempt, more or less."""

_LONGEST_PAUSE = 30.0
_PASSING = {429, 500, 502, 503, 504}
"""Worth another attempt: too busy, a mishap, still loading."""

_Answer = TypeVar("_Answer", bound=BaseModel)


class Refused(ModelFailed):
    """The server answered, and said no. ``said`` is its reason in its own words, which may quote the request: never log it."""

    def __init__(self, message: str, status: int, said: str) -> None:
        self.status = status
        self.said = said
        super().__init__(message)


class RefusedForNow(Refused, ModelBusy):
    """It has too much to do."""


class Server:
    """A server at ``base_url``. ``patience`` is in seconds, for each sign of life."""

    def __init__(
        self, base_url: str, *, key: str | None, patience: float, pauses: Sequence[float], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._url = base_url.rstrip("/")
        self._root = self._url.removesuffix("/v1")
        self._keyed = key is not None
        self._patience = patience
        self._pauses = pauses
        self._sleep = sleep
        self._closed = False
        # No proxy and no .netrc of the environment: words and key go to the address that was set, and nowhere else.
        self._session = aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=min(patience, 10), sock_read=patience),
            trust_env=False,
            # A new connection each time: servers close idle ones when they like, and a request sent into one of these fails.
            connector=aiohttp.TCPConnector(force_close=True),
        )

    async def aclose(self) -> None:
        self._closed = True
        await self._session.close()

    def require_open(self) -> None:
        if self._closed:
            raise ModelFailed("The model was closed.")

    async def fetch(self, kind: type[_Answer], path: str, body: Mapping[str, Any] | None = None) -> _Answer:
        """A whole answer; asked with GET without a body. Raises ModelFailed."""
        async with self.ask(path, body) as response:
            return kind.model_validate_json(await response.read())

    @asynccontextmanager
    async def ask(self, path: str, body: Mapping[str, Any] | None = None) -> AsyncIterator[aiohttp.ClientResponse]:
        """The server's good answer, to be read; leaving before its end closes the connection, which stops the server's work.

        A path is below the base address, or with ``..`` in front beside it. Raises ModelFailed, also for faults while reading.
        """
        self.require_open()
        url = f"{self._root}{path.removeprefix('..')}" if path.startswith("..") else f"{self._url}{path}"
        try:
            response = await self._answered(url, body)
            try:
                yield response
            finally:
                response.close()
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError, RuntimeError) as fault:  # the last: closed by ourselves
            raise self._explained(fault) from None

    async def _answered(self, url: str, body: Mapping[str, Any] | None) -> aiohttp.ClientResponse:
        """Asks until there is a good answer, or no hope. Nothing was said yet, so asking again repeats nothing to anybody."""
        for pause in (*self._pauses, None):
            try:
                # A redirect is not followed: it would take the words somewhere that nobody chose.
                response = await self._session.request("GET" if body is None else "POST", url, json=body, allow_redirects=False)
            except aiohttp.ClientConnectionError as fault:
                # A server that took the question and said nothing in time has enough to do.
                if pause is None or isinstance(fault, TimeoutError):
                    raise
                wait = pause
            else:
                if response.status == HTTPStatus.OK:
                    return response
                refused = await self._refused(response)
                asked_for = _seconds(response.headers.get("Retry-After"))
                if pause is None or refused.status not in _PASSING or asked_for > _LONGEST_PAUSE:
                    raise refused
                wait = max(pause, asked_for)
            log.info("the model server did not answer; asking again")
            await self._sleep(wait * random.uniform(1.0, 1.5))  # so that those it turned away do not all come back at once
        raise AssertionError("the last attempt returns or raises")

    async def _refused(self, response: aiohttp.ClientResponse) -> Refused:
        try:
            said = Complaint.model_validate_json(await response.read()).words()
        except ValueError:
            said = ""
        finally:
            response.close()
        kind = RefusedForNow if response.status == HTTPStatus.TOO_MANY_REQUESTS else Refused
        return kind(f"The model server at {self._url} {self._why(response.status, said)}", response.status, said[:500])

    def _why(self, status: int, said: str) -> str:
        match status:
            case 401 | 403 if self._keyed:
                return "refuses the key. Put the right one into OLDFRIEND_SERVER_KEY, or into the file that server.key_file names."
            case 401 | 403:
                return "wants a key. Put it into OLDFRIEND_SERVER_KEY, or into a file that server.key_file names."
            case 404 if "model" in said.casefold():
                return "does not have that model. `oldfriend doctor` shows which it has; set server.model to one of them."
            case 404 | 405:
                return "has no chat API there. server.base_url usually ends in /v1."
            case 429:
                return "has too much to do (429). Try again in a while."
            case status if 300 <= status < 400:
                return f"sends us elsewhere ({status}). Set server.base_url to where it really is."
            case status if status >= 500:
                return f"failed, or is still loading its model ({status}). Try again in a while; its own log says more."
        return f"refused the request ({status}). `oldfriend doctor` shows what it says to a simple one."

    def _explained(self, fault: Exception) -> ModelFailed:
        where = f"The model server at {self._url}"
        if self._closed:
            return ModelFailed("The model was closed while it was at work.")
        if isinstance(fault, TimeoutError):
            return ModelFailed(f"{where} gave no sign of life for {self._patience:g} s. Is it overloaded? server.timeout can be longer.")
        if isinstance(fault, aiohttp.ClientSSLError):
            return ModelFailed(f"{where} cannot be trusted: its certificate does not fit ({type(fault).__name__}).")
        if isinstance(fault, aiohttp.ClientConnectorError):
            return ModelFailed(f"{where} cannot be reached: {_reason(fault.os_error)}. Is it running, and is server.base_url right?")
        if isinstance(fault, ValueError) and not isinstance(fault, aiohttp.ClientError):
            return ModelFailed(f"{where} answered something that is no chat API. Is server.base_url right?")
        return ModelFailed(f"{where} broke off ({type(fault).__name__}). Please ask once more.")


def _reason(fault: OSError) -> str:
    """asyncio puts the address into ``strerror``; only the errors of name servers have no number of the system."""
    return os.strerror(fault.errno) if fault.errno and fault.errno > 0 else fault.strerror or type(fault).__name__


def _seconds(retry_after: str | None) -> float:
    """How long a server asks to be left alone; the form with a date, which model servers do not use, counts as 0."""
    try:
        return max(float(retry_after or 0), 0.0)
    except ValueError:
        return 0.0
