"""The worker process: ``python -m bot.edges.llama.worker MODEL SETUP RUNG``.

One thread reads requests and makes prompts of them; the main thread evaluates, a step at a time, and looks for news between
two steps. ``RUNG`` says how many rungs of the ladder (see ``tuning``) to leave out, because a worker before died on them. The
process ends when its standard input does, so it never outlives its parent.
"""

import os
import queue
import signal
import sys
import threading
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import psutil

from bot.edges.llama.adapters import Adapters
from bot.edges.llama.cache import Cache
from bot.edges.llama.engine import Engine, Lane
from bot.edges.llama.gpu import gpu_memory
from bot.edges.llama.native import Native, TooLittleMemory, Unusable
from bot.edges.llama.protocol import (
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
    Unloadable,
    decode_request,
    encode,
)
from bot.edges.llama.talk import Reader, Refusal, Talk
from bot.edges.llama.tuning import Setup, ladder, suited
from bot.edges.llama.weights import read_weights

_LOOK_AGAIN = 0.2  # seconds

Inbox = queue.SimpleQueue[Talk | Forget | Cancel]


class Wire:
    """The way back to the parent. Used by both threads."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._lock = threading.Lock()

    def send(self, reply: Reply) -> None:
        """Put it on its way; it leaves with the next ``flush``."""
        with self._lock:
            self._out.write(encode(reply))

    def flush(self) -> None:
        with self._lock:
            self._out.flush()

    def say(self, reply: Reply) -> None:
        """Send it now."""
        self.send(reply)
        self.flush()


def _load(model: Path, setup: Setup, rung: int, wire: Wire) -> tuple[Native, Setup, Ready]:
    """The model, on the first rung of the ladder on which there is enough memory. Raises Unusable."""
    for tried, note in (steps := ladder(_suited(model, setup)))[min(rung, len(steps) - 1) :]:
        try:
            native = Native(model, tried, progress=lambda part: wire.say(Loading(part=part)), log=_complain)
        except TooLittleMemory as fault:
            last = fault
            continue
        limit = min(tried.context_tokens, native.trained_context)
        ready = Ready(
            name=native.meta("general.name") or model.stem,
            context_tokens=limit,
            architecture=native.architecture,
            experts=int(native.meta(f"{native.architecture}.expert_count") or 0),
            note=f"There was not enough memory to load the model as set: {note}." if note else "",
            kv_type=tried.kv_type,
        )
        return native, tried, ready
    raise last


def _suited(model: Path, setup: Setup) -> Setup:
    try:
        weights = read_weights(model)
    except OSError as fault:
        raise Unusable(f"{fault.strerror}") from fault
    except ValueError as fault:
        raise Unusable(str(fault)) from fault
    return suited(setup, weights, free=psutil.virtual_memory().available, gpu_free=gpu_memory() if setup.gpu_layers else 0)


def _complain(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _read(source: BinaryIO, reader: "Future[Reader]", inbox: Inbox, wire: Wire) -> None:
    for line in source:
        match decode_request(line):
            case Count(id=id, chat=chat):
                wire.say(Counted(id=id, tokens=reader.result().count(chat)))
            case Forget() | Cancel() as news:
                inbox.put(news)
            case Generate() | Choose() as request:
                try:
                    inbox.put(reader.result().read(request))
                except Refusal as refusal:
                    wire.say(Refused(id=request.id, why=str(refusal)))
    os._exit(0)  # the parent is gone or wants us gone: whatever llama.cpp is doing


def _news(engine: Engine, inbox: Inbox) -> Talk | Forget | Cancel:
    """What comes next; while nothing does, the cache is tidied."""
    while inbox.empty() and engine.tidy():
        with suppress(queue.Empty):
            return inbox.get(timeout=_LOOK_AGAIN)
    return inbox.get()


def _work(engine: Engine, inbox: Inbox, wire: Wire) -> None:
    """Forever: take what came, then one step."""
    while True:
        while not engine.busy or not inbox.empty():
            match _news(engine, inbox):
                case Cancel(id=id):
                    engine.cancel(id)
                case Forget(id=id, owner=owner):
                    engine.forget(owner)
                    wire.send(Done(id=id))
                case talk:
                    engine.take(talk)
            wire.flush()
        engine.step()
        wire.flush()


def _alone(native: Native, setup: Setup) -> Lane:
    """For requests that have to repeat, one at a time. Raises Refusal."""
    try:
        other = native.beside(setup)
    except TooLittleMemory as fault:
        raise Refusal(f"An answer that repeats needs a cache of its own, and {fault}.") from fault
    return Lane(other, Cache(other, cells=setup.context_tokens, sequences=1), Adapters(other))


def main(model: str, setup: str, rung: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes our input
    wire = Wire(os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)  # whatever a library prints never gets between the lines of the protocol
    inbox: Inbox = queue.SimpleQueue()
    reader: Future[Reader] = Future()
    # Reads from the start, so that the end of the input is noticed in the middle of a long load too.
    threading.Thread(target=_read, args=(sys.stdin.buffer, reader, inbox, wire), daemon=True).start()
    try:
        native, used, ready = _load(Path(model), Setup.decode(setup), int(rung), wire)
    except Unusable as fault:
        wire.say(Unloadable(why=str(fault)))
        return
    lane = Lane(native, Cache(native, cells=used.cells, kept_bytes=used.kept_bytes), Adapters(native))
    # A GPU hardly minds what it has to look past.
    engine = Engine(lane, lambda: _alone(native, used), parallel=used.parallel, send=wire.send, tidies=not used.gpu_layers)
    reader.set_result(Reader(native, limit=ready.context_tokens, cells=used.cells))
    wire.say(ready)
    _work(engine, inbox, wire)


if __name__ == "__main__":
    main(*sys.argv[1:])
