"""Numbers about how it does, for Prometheus. No name, no id and no word of anybody is ever a label."""

import asyncio
import logging
import re
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import replace

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from bot.errors import OldfriendError
from bot.flows.inbox import Hears, Incoming
from bot.mind.events import Decision
from bot.ports import Completion, Diary, Embedder, LanguageModel, Message, ModelFacts, Vectors

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120)
_REASONS = 60
"""Different reasons that are told apart; more are "other"."""

_BEGINNING = re.compile(r"[A-Za-z' ,]{1,80}")


class Meters:
    """All numbers, and the ports that write them down: ``model``, ``embedder``, ``diary`` and ``hears`` do what those they are given do."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._stages = Histogram(
            "oldfriend_stage_seconds", "Time that a stage took: answer (a whole one), first_piece, model, embed", ["stage"], buckets=_SECONDS,
            registry=self._registry,
        )
        self._pieces = Counter("oldfriend_model_pieces", "Pieces (mostly tokens) that the model wrote", ["work"], registry=self._registry)
        self._speed = Gauge("oldfriend_model_pieces_per_second", "Of the last answer of the model", registry=self._registry)
        self._read = Counter("oldfriend_prompt_tokens", "Tokens of prompts that the model had to read, and those that were at hand from before", ["how"], registry=self._registry)
        self._decisions = Counter(
            "oldfriend_decisions", "Replies by strategy, silences by reason, unprompted messages by what proposed them", ["act", "why"],
            registry=self._registry,
        )
        self._recalled = Counter("oldfriend_recalled_memories", "Memories that came to a reply", registry=self._registry)
        self._errors = Counter("oldfriend_errors", "Errors in the log, by room; and failures of the model, by kind", ["where"], registry=self._registry)
        self._reasons: set[str] = set()

    def page(self) -> bytes:
        """As Prometheus reads it."""
        return generate_latest(self._registry)

    def watch_queue(self, waiting: Callable[[], int]) -> None:
        """How many messages wait is asked whenever somebody looks; and how many tasks there are, so ``page`` is for the event loop from now on."""
        Gauge("oldfriend_waiting_messages", "Messages that wait for their answer", registry=self._registry).set_function(waiting)
        Gauge("oldfriend_tasks", "Tasks of the event loop", registry=self._registry).set_function(lambda: len(asyncio.all_tasks()))

    @contextmanager
    def counting_errors(self) -> Iterator[None]:
        """For as long as the context lasts, errors in the log are counted by the room that logs them."""
        handler = _Counting(self._errors)
        logging.getLogger().addHandler(handler)
        try:
            yield
        finally:
            logging.getLogger().removeHandler(handler)

    def model(self, model: LanguageModel) -> LanguageModel:
        return _Model(model, self)

    def embedder(self, embedder: Embedder) -> Embedder:
        return _Embedder(embedder, self)

    def diary(self, diary: Diary) -> Diary:
        return _Diary(diary, self)

    def hears(self, hears: Hears) -> Hears:
        return _Hears(hears, self)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        with self._stages.labels(name).time():
            yield

    def drafted(self, background: bool, pieces: int, first: float, seconds: float) -> None:
        """The model wrote something; ``first`` is when the first piece of it came."""
        if not pieces:
            return
        self._stages.labels("first_piece").observe(first)
        self._stages.labels("model").observe(seconds)
        self._pieces.labels("background" if background else "answer").inc(pieces)
        if seconds > first:
            self._speed.set((pieces - 1) / (seconds - first))

    def read(self, prompt: int, at_hand: int) -> None:
        """The model took up a prompt of so many tokens."""
        self._read.labels("cached").inc(at_hand)
        self._read.labels("read").inc(prompt - at_hand)

    def failed(self, where: str) -> None:
        self._errors.labels(where).inc()

    def decided(self, decision: Decision) -> None:
        self._decisions.labels(decision.act, self._why(decision)).inc()
        if decision.act == "reply":
            self._recalled.inc(len(decision.memories))

    def _why(self, decision: Decision) -> str:
        """A reason may name what somebody told; strategies and sources never do, and of other reasons only a plain beginning counts."""
        if decision.act in ("reply", "speak"):
            return decision.detail.get("strategy") or decision.detail.get("source") or "other"
        found = _BEGINNING.match(decision.reason)
        why = found.group().strip() if found and decision.act == "silent" else decision.detail.get("source", "other")
        if why not in self._reasons and len(self._reasons) >= _REASONS:
            return "other"
        self._reasons.add(why)
        return why


class _Counting(logging.Handler):
    def __init__(self, errors: Counter) -> None:
        super().__init__(logging.ERROR)
        self._errors = errors

    def emit(self, record: logging.LogRecord) -> None:
        self._errors.labels(record.name).inc()


class _Model:
    def __init__(self, model: LanguageModel, meters: Meters) -> None:
        self._model = model
        self._meters = meters

    async def stream(self, request: Completion) -> AsyncGenerator[str]:
        begun, pieces, first = time.perf_counter(), 0, 0.0
        try:
            async with aclosing(self._model.stream(replace(request, on_read=self._meters.read))) as answer:
                async for piece in answer:
                    pieces += 1
                    first = first or time.perf_counter() - begun
                    yield piece
        except OldfriendError as fault:
            self._meters.failed(f"model {type(fault).__name__}")
            raise
        finally:
            self._meters.drafted(request.background, pieces, first, time.perf_counter() - begun)

    async def choose(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        with self._meters.stage("choose"):
            return await self._model.choose(messages, options)

    async def count_tokens(self, messages: Sequence[Message]) -> int:
        return await self._model.count_tokens(messages)

    async def facts(self) -> ModelFacts:
        return await self._model.facts()

    async def aclose(self) -> None:
        await self._model.aclose()


class _Embedder:
    def __init__(self, embedder: Embedder, meters: Meters) -> None:
        self._embedder = embedder
        self._meters = meters

    @property
    def name(self) -> str:
        return self._embedder.name

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        with self._meters.stage("embed"):
            return await self._embedder.embed(texts, query=query)

    async def aclose(self) -> None:
        await self._embedder.aclose()


class _Diary:
    def __init__(self, diary: Diary, meters: Meters) -> None:
        self._diary = diary
        self._meters = meters

    async def record(self, decision: Decision) -> Decision:
        self._meters.decided(decision)
        return await self._diary.record(decision)

    async def recent(self, person: str, limit: int = 20) -> tuple[Decision, ...]:
        return await self._diary.recent(person, limit)


class _Hears:
    def __init__(self, hears: Hears, meters: Meters) -> None:
        self._hears = hears
        self._meters = meters

    async def hear(self, burst: tuple[Incoming, ...]) -> None:
        with self._meters.stage("answer"):
            await self._hears.hear(burst)
