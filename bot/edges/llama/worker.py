"""The worker process: ``python -m bot.edges.llama.worker MODEL CONTEXT_TOKENS THREADS``.

One thread reads requests, counts tokens at once and notes cancels; the main thread works, a step at a time: first
what somebody waits for, else the background. It ends when its standard input does, so it never outlives its parent.
"""

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bot.edges.llama.engine import Engine, Refusal
from bot.edges.llama.native import Native, Unusable
from bot.edges.llama.protocol import (
    Alive,
    Cancel,
    Choose,
    Count,
    Counted,
    Done,
    Generate,
    Loading,
    Ready,
    Refused,
    Reply,
    Text,
    Unloadable,
    decode_request,
    encode,
)

_SLOTS = 4


class Wire:
    """The way back to the parent. Used by both threads."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._lock = threading.Lock()

    def send(self, reply: Reply) -> None:
        with self._lock:
            self._out.write(encode(reply))
            self._out.flush()


@dataclass(slots=True)
class _Job:
    id: int
    steps: Generator[str, None, tuple[float, ...] | None]


class Desk:
    """Requests waiting to be worked on, in two lines."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._awaited: deque[_Job] = deque()
        self._background: deque[_Job] = deque()
        self._cancelled: set[int] = set()
        self._news = threading.Condition()

    def take(self, id: int, steps: Generator[str, None, tuple[float, ...] | None], *, background: bool) -> None:
        line = self._background if background else self._awaited
        job = _Job(id, steps)
        with self._news:
            line.append(job)
            self._news.notify()

    def cancel(self, request: int) -> None:
        with self._news:
            self._cancelled.add(request)

    def work(self) -> None:
        """Forever: one step of the first awaited job, or of the first background job when nobody waits."""
        while True:
            with self._news:
                while not (line := self._awaited or self._background):
                    self._cancelled.clear()
                    self._news.wait()
                job = line[0]
                cancelled = job.id in self._cancelled
            if cancelled:
                job.steps.close()
                self._wire.send(Done(id=job.id))
            if cancelled or self._is_over(job):
                with self._news:
                    line.remove(job)

    def _is_over(self, job: _Job) -> bool:
        try:
            piece = next(job.steps)
        except StopIteration as end:
            self._wire.send(Done(id=job.id, probabilities=end.value or ()))
            return True
        except Refusal as refusal:
            self._wire.send(Refused(id=job.id, why=str(refusal)))
            return True
        self._wire.send(Text(id=job.id, piece=piece) if piece else Alive(id=job.id))
        return False


def _load(model: Path, context_tokens: int, threads: int, wire: Wire) -> tuple[Engine, Ready]:
    # Room for one full conversation and as much again for what other slots keep.
    native = Native(
        model,
        cells=2 * context_tokens,
        slots=_SLOTS,
        threads=threads,
        progress=lambda part: wire.send(Loading(part=part)),
        log=_complain,
    )
    limit = min(context_tokens, native.trained_context)
    architecture = native.meta("general.architecture")
    ready = Ready(
        name=native.meta("general.name") or model.stem,
        context_tokens=limit,
        architecture=architecture,
        experts=int(native.meta(f"{architecture}.expert_count") or 0),
    )
    return Engine(native, context_tokens=limit, slots=_SLOTS, cells=2 * context_tokens), ready


def _complain(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _read(source: BinaryIO, engine: "Future[Engine]", desk: Desk, wire: Wire) -> None:
    for line in source:
        match decode_request(line):
            case Count(id=id, chat=chat):
                wire.send(Counted(id=id, tokens=engine.result().count(chat)))
            case Cancel(id=id):
                desk.cancel(id)
            case Generate() as request:
                desk.take(request.id, engine.result().generate(request), background=request.background)
            case Choose() as request:
                desk.take(request.id, engine.result().choose(request), background=False)
    os._exit(0)  # the parent is gone or wants us gone: whatever llama.cpp is doing


def main(model: str, context_tokens: str, threads: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes our input
    wire = Wire(os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)  # whatever a library prints never gets between the lines of the protocol
    desk = Desk(wire)
    engine: Future[Engine] = Future()
    # Reads from the start, so that the end of the input is noticed in the middle of a long load too.
    threading.Thread(target=_read, args=(sys.stdin.buffer, engine, desk, wire), daemon=True).start()
    try:
        loaded, ready = _load(Path(model), int(context_tokens), int(threads), wire)
    except Unusable as fault:
        wire.send(Unloadable(why=str(fault)))
        return
    engine.set_result(loaded)
    wire.send(ready)
    desk.work()


if __name__ == "__main__":
    main(*sys.argv[1:])
