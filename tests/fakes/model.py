"""A language model and an embedder that need no model file and always say the same."""

import re
import zlib
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence

import numpy as np

from bot.errors import ModelFailed
from bot.ports import Completion, Message, ModelFacts, Vectors

Answer = str | BaseException
"""What is said, or what is raised instead."""

_PIECE = re.compile(r"\S+\s*|\s+")


class FakeModel:
    """Answers from a queue, or from a function of the request; the last answer of a queue is repeated.

    ``asked`` lists every request, ``chosen`` every call of ``choose``, ``forgotten`` every one of ``forget``. Stop words and ``max_tokens`` (a token is a
    word) are honoured; it takes no time, so that only a deadline of 0 is missed. ``choose`` gives the option named by ``prefer`` (a function of messages and options) 0.9 of
    the probability, the first one without it.
    """

    def __init__(
        self,
        answers: Iterable[Answer] | Callable[[Completion], Answer] = ("Hello there.",),
        *,
        prefer: Callable[[Sequence[Message], Sequence[str]], str] | None = None,
        context_tokens: int = 4096,
    ) -> None:
        self._answer = answers if callable(answers) else _queued(answers)
        self._prefer = prefer
        self._context_tokens = context_tokens
        self._closed = False
        self.asked: list[Completion] = []
        self.chosen: list[tuple[tuple[Message, ...], tuple[str, ...]]] = []
        self.forgotten: list[str] = []

    async def stream(self, request: Completion) -> AsyncGenerator[str]:
        self._require_open()
        needed = await self.count_tokens(request.messages)
        if needed >= self._context_tokens:
            raise ModelFailed(f"The prompt needs {needed} tokens and the model has room for {self._context_tokens - 1}.")
        self.asked.append(request)
        if request.seconds is not None and request.seconds <= 0:
            raise ModelFailed("The answer took longer than it was given.")
        answer = self._answer(request)
        if isinstance(answer, BaseException):
            raise answer
        said = _until_stop(answer, request.stop)
        opening = "" if said.startswith(request.opening) else f"{request.opening} "
        for piece in _PIECE.findall(opening + said)[: request.max_tokens]:
            self._require_open()
            yield piece

    async def choose(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        self._require_open()
        self.chosen.append((tuple(messages), tuple(options)))
        if len(options) == 1:
            return (1.0,)
        best = self._prefer(messages, options) if self._prefer else options[0]
        return tuple(0.9 if option == best else 0.1 / (len(options) - 1) for option in options)

    async def count_tokens(self, messages: Sequence[Message]) -> int:
        self._require_open()
        return sum(len(message.content.split()) + 3 for message in messages) + 3

    async def facts(self) -> ModelFacts:
        self._require_open()
        return ModelFacts(name="fake", context_tokens=self._context_tokens)

    async def forget(self, person: str) -> None:
        self.forgotten.append(person)

    async def aclose(self) -> None:
        self._closed = True

    def _require_open(self) -> None:
        if self._closed:
            raise ModelFailed("The model was closed.")


def _queued(answers: Iterable[Answer]) -> Callable[[Completion], Answer]:
    waiting = deque(answers)

    def next_answer(_: Completion) -> Answer:
        return waiting.popleft() if len(waiting) > 1 else waiting[0]

    return next_answer


def _until_stop(answer: str, stop: Sequence[str]) -> str:
    return answer[: min((at for word in stop if word and (at := answer.find(word)) >= 0), default=len(answer))]


class FakeEmbedder:
    """Hashed bag of words: texts that share words are near, others are not. Rows are of unit length."""

    def __init__(self, width: int = 256, name: str = "fake-embedder") -> None:
        self._width = width
        self._name = name
        self.asked: list[tuple[str, ...]] = []

    @property
    def name(self) -> str:
        return self._name

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        self.asked.append(tuple(texts))
        vectors = np.zeros((len(texts), self._width), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                row[zlib.crc32(word.encode()) % self._width] += 1
            row /= np.linalg.norm(row)
        return vectors

    async def aclose(self) -> None: ...
