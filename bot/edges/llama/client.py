"""The LanguageModel port, kept by a worker process that is watched and replaced when it crashes or hangs."""

import asyncio
import itertools
import logging
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

from bot.edges.llama.asked import Again, Asked, chat, generate, unsaid
from bot.edges.llama.process import WatchedProcess
from bot.edges.llama.protocol import (
    Alive,
    Begun,
    Cancel,
    Choose,
    Count,
    Counted,
    Done,
    Forget,
    Generate,
    Loading,
    Ready,
    Refused,
    Reply,
    Request,
    Text,
    Unloadable,
    Waiting,
    decode_reply,
    encode,
)
from bot.edges.llama.tuning import Tuning, choose_setup
from bot.errors import ModelBusy, ModelFailed
from bot.flows.in_time import in_time
from bot.flows.supervise import Supervisor
from bot.ports import Completion, Message, ModelFacts

log = logging.getLogger(__name__)

_MOST_WAITING = 64
_LOADS_TRIED = 3


class LlamaClient:
    """A chat model in a worker process. Made by ``open_llama``, which also runs ``keep`` and ends it.

    ``command`` starts a worker that speaks ``protocol``, with one argument more: how often one died while it loaded the
    model. ``name`` is what people call its model; ``patience`` and ``pauses`` (before each restart in a row) are in seconds.
    ``note`` says what the worker had to give up to load the model, for a person; it is empty mostly.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        name: str,
        patience: float,
        pauses: Sequence[float] = (0.0, 1.0, 5.0, 30.0),
        env: Mapping[str, str] | None = None,
        most_waiting: int = _MOST_WAITING,
    ) -> None:
        self._command = command
        self._env = {**os.environ, **(env or {})}
        self._name = name
        self._patience = patience
        self._most_waiting = most_waiting
        self.note = ""
        self._pauses = pauses
        self._ids = itertools.count(1)
        self._asked: dict[int, Asked] = {}
        self._facts: ModelFacts | None = None
        self._changed = asyncio.Condition()
        self._given_up: ModelFailed | None = None
        self._worker: WatchedProcess | None = None
        self._owed: set[int] = set()  # requests the worker has not finished, those we cancelled included
        self._worked = False

    # -- the port

    async def stream(self, request: Completion) -> AsyncGenerator[str]:
        """See ``LanguageModel.stream``. Background requests wait, also in the middle, while an interactive one is there.

        When the worker crashes the request is repeated once, and goes on where it was, provided that the same is said
        again; else it raises ModelFailed.
        """
        texts = self._texts(request, scored=request.on_score is not None)
        async with aclosing(texts), aclosing(in_time(texts, request.seconds)) as timely:
            async for text in timely:
                if request.on_score is not None:
                    request.on_score(text.log_probability)
                yield text.piece

    async def stream_scored(self, request: Completion) -> AsyncGenerator[tuple[str, float]]:
        """As ``stream``, each piece with the log probability that the model gives its tokens before any penalty."""
        async with aclosing(self._texts(request, scored=True)) as texts, aclosing(in_time(texts, request.seconds)) as timely:
            async for text in timely:
                yield text.piece, text.log_probability

    async def _texts(self, request: Completion, *, scored: bool) -> AsyncGenerator[Text]:
        said, again, opening = "", "", request.opening
        async with self._ask(generate(next(self._ids), request, scored=scored)) as replies:
            async for reply in replies:
                match reply:
                    case Waiting(ahead=ahead) if request.on_wait is not None:
                        request.on_wait(ahead)
                    case Begun(prompt=prompt, at_hand=at_hand) if request.on_read is not None:
                        request.on_read(prompt, at_hand)
                    case Again():
                        again = said
                    case Text():
                        piece, again = unsaid(reply.piece, again)
                        said += piece
                        if piece:
                            yield replace(reply, piece=opening + piece)
                            opening = ""
                    case Done() if opening:
                        yield Text(id=reply.id, piece=opening, log_probability=0.0)

    async def choose(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        """See ``LanguageModel.choose``. An option that begins another one gets what the longer one leaves of it."""
        request = Choose(id=next(self._ids), chat=chat(messages), options=tuple(options))
        async with self._ask(request) as replies:
            last = [reply async for reply in replies][-1]
        assert isinstance(last, Done), "replies end with Done"
        return last.probabilities

    async def count_tokens(self, messages: Sequence[Message]) -> int:
        """See ``LanguageModel.count_tokens``. Answered at once, also while an answer is being generated."""
        async with self._ask(Count(id=next(self._ids), chat=chat(messages))) as replies:
            last = [reply async for reply in replies][-1]
        assert isinstance(last, Counted), "replies end with Counted"
        return last.tokens

    async def facts(self) -> ModelFacts:
        """See ``LanguageModel.facts``."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._facts or self._given_up)
        if self._facts is None:
            raise self._given_up or ModelFailed("The model was closed.")
        return self._facts

    async def forget(self, person: str) -> None:
        """See ``Forgetful.forget``. Waits for the step that is being made."""
        if self._is_ready():
            with suppress(ModelFailed):  # the worker is gone, and with it what it kept
                async with self._ask(Forget(id=next(self._ids), owner=person)) as replies:
                    [_ async for _ in replies]

    async def aclose(self) -> None:
        """See ``LanguageModel.aclose``. May be called more than once."""
        await self._give_up(ModelFailed("The model was closed while it was at work."))
        if self._worker is not None:
            await self._worker.end()

    # -- requests

    @asynccontextmanager
    async def _ask(self, request: Generate | Choose | Count | Forget) -> AsyncIterator[AsyncIterator[Reply | Again]]:
        if self._given_up:
            raise self._given_up
        if len(self._asked) >= self._most_waiting and not isinstance(request, Forget):
            raise ModelBusy(f"The model has too many requests waiting ({len(self._asked)}). Try again in a moment.")
        asked = self._asked[request.id] = Asked(request)
        try:
            if self._is_ready():
                self._send(request)
            async with aclosing(asked.answers()) as answers:
                yield answers
        finally:
            if self._asked.pop(request.id, None) is not None and request.id in self._owed:
                self._write(Cancel(id=request.id))

    def _is_ready(self) -> bool:
        return self._worker is not None and self._facts is not None and self._worker.alive

    def _send(self, request: Generate | Choose | Count | Forget) -> None:
        self._owed.add(request.id)
        self._write(request)
        if self._worker is not None and not self._worker.expected:
            self._watch()

    def _write(self, request: Request) -> None:
        assert self._worker is not None, "only called when ready"
        self._worker.write(encode(request))

    # -- the worker

    async def keep(self) -> None:
        """Run the worker, and a new one after each that died, until closed or until loading failed too often."""
        deaths = died_loading = 0
        try:
            while not self._given_up:
                self._worker = worker = await WatchedProcess.start(
                    [*self._command, str(died_loading)], self._env, patience=self._patience, on_hung=self._suspect_all
                )
                ready = await self._live(worker)
                if self._given_up:
                    return
                deaths = 1 if self._worked else deaths + 1
                died_loading += not ready and not worker.hung  # one that is slow to load is not helped by a smaller context
                why = "stopped answering" if worker.hung else "crashed"
                log.warning("the model process %s; starting it again", why)
                log.debug("its last words: %s", worker.last_words)
                if not ready and deaths >= _LOADS_TRIED:
                    await self._give_up(
                        ModelFailed(f"The model {self._name} {why} {deaths} times while it was loaded. Is there enough memory?")
                    )
                fault = ModelFailed(f"The model {why} and is being started again. Please ask once more.")
                self._fail_begun(fault, repeat=not worker.hung)
                await asyncio.sleep(self._pauses[min(deaths, len(self._pauses)) - 1])
        except OSError as fault:
            await self._give_up(ModelFailed(f"The model process cannot be started: {fault.strerror}."))
        finally:
            await self._give_up(ModelFailed("The model was closed."))

    async def _live(self, worker: WatchedProcess) -> bool:
        """One life of the worker; True when it got as far as being ready."""
        self._worked = False
        self._watch()
        try:
            await worker.hear(self._hear)
            return self._facts is not None
        finally:
            await worker.end()
            self._owed.clear()
            await self._set_facts(None)

    async def _hear(self, line: bytes) -> None:
        match decode_reply(line):
            case Loading():
                self._watch()
            case Ready() as ready:
                await self._begin(ready)
            case Unloadable(why=why):
                await self._give_up(ModelFailed(f"The model {self._name} could not be loaded: {why}."))
            case reply:
                self._pass_on(reply)

    async def _begin(self, ready: Ready) -> None:
        facts = ModelFacts(
            name=ready.name, context_tokens=ready.context_tokens, architecture=ready.architecture, experts=ready.experts
        )
        self.note = ready.note
        if ready.note:
            log.warning("%s", ready.note)
        await self._set_facts(facts)
        for asked in self._asked.values():
            self._send(asked.request)
        self._watch()

    def _pass_on(self, reply: Alive | Waiting | Begun | Text | Counted | Done | Refused) -> None:
        asked = self._asked.get(reply.id)
        if asked is not None:  # else it was cancelled
            asked.begun = asked.begun or not isinstance(reply, Waiting)
            asked.replies.put_nowait(reply)
        if isinstance(reply, Counted | Done | Refused):
            self._asked.pop(reply.id, None)
            self._owed.discard(reply.id)
        # Counting goes on beside the work, so it says nothing of whether the work goes on.
        if not isinstance(reply, Counted) or not self._owed:
            self._worked = True
            self._watch()

    def _watch(self) -> None:
        if self._worker is not None:
            self._worker.expect(bool(self._owed) or self._facts is None)

    def _suspect_all(self) -> None:
        """Any of those there may be what the worker hung on: none is tried again unasked."""
        for asked in self._asked.values():
            asked.begun = True

    async def _set_facts(self, facts: ModelFacts | None) -> None:
        async with self._changed:
            self._facts = facts
            self._changed.notify_all()

    async def _give_up(self, fault: ModelFailed) -> None:
        self._given_up = self._given_up or fault
        for asked in self._asked.values():
            asked.replies.put_nowait(fault)
        self._asked.clear()
        async with self._changed:
            self._changed.notify_all()

    def _fail_begun(self, fault: ModelFailed, *, repeat: bool) -> None:
        """Requests the worker had begun are begun anew once, then fail; those still in line go to the next worker."""
        for asked in [asked for asked in self._asked.values() if asked.begun]:
            if repeat and not asked.repeated:
                asked.begun, asked.repeated = False, True
                asked.replies.put_nowait(Again())
            else:
                del self._asked[asked.request.id]
                asked.replies.put_nowait(fault)


@asynccontextmanager
async def open_llama(
    model: Path,
    *,
    context_tokens: int = 4096,
    threads: int | None = None,
    patience: float = 60.0,
    tuning: Tuning | None = None,
    most_waiting: int = _MOST_WAITING,
) -> AsyncIterator[LlamaClient]:
    """A chat model at work in a process of its own until the context is left.

    Returns at once; the model loads meanwhile, and requests wait for it. ``context_tokens`` is what one request may
    use, prompt and answer together; ``threads`` defaults to the physical cores, all else to what ``choose_setup`` finds;
    after ``patience`` seconds without a sign of life the worker is replaced; more than ``most_waiting`` requests at once
    are refused.
    """
    setup = choose_setup(context_tokens, threads, tuning)
    command = [sys.executable, "-m", "bot.edges.llama.worker", str(model), setup.encode()]
    # Threads wait for each other after every layer. Asleep from the start they lose a third of the speed on an idle computer; spinning
    # for long they lose nine tenths where another program needs a core. A thousand turns, some microseconds, cost little in either case.
    env = {"GOMP_SPINCOUNT": os.environ.get("GOMP_SPINCOUNT", "1000")}
    client = LlamaClient(command, name=str(model), patience=patience, env=env, most_waiting=most_waiting)
    async with Supervisor() as supervisor:
        supervisor.start(client.keep(), name="model process", timeout=None)
        try:
            yield client
        finally:
            await client.aclose()
