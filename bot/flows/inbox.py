"""Order: one reply at a time in a conversation, and a burst of messages gets one answer."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Protocol

from bot.flows.supervise import Supervisor
from bot.mind.events import Turn
from bot.mind.waiting import LOST

log = logging.getLogger(__name__)

REPLY_TIMEOUT = 300.0
"""Seconds within which one burst is answered, model included."""

_APOLOGY_TIMEOUT = 30.0

LONGEST_QUEUE = 200
"""Messages waiting in one conversation; more are dropped, and the log says so."""

_REMEMBERED = 1000  # messages, to know them again


class ReplyTo(Protocol):
    """Where the answer to a message goes. One for each message; edges implement it."""

    def thinking(self) -> AbstractAsyncContextManager[object]:
        """Shows that an answer is being made, for as long as the context lasts."""

    def waiting(self, ahead: int) -> None:
        """Others come first, so many of them; 0 is that it is their turn. Edges show it where that is worth a word."""

    async def piece(self, text: str) -> None:
        """A further piece of the answer, as it is written. Edges that cannot stream do nothing."""

    async def say(self, text: str) -> str:
        """The whole answer, final. Returns the platform's message id, "" where there is none. Raises DeliveryError."""

    async def ask(self, question: str) -> None:
        """After the answer: whether they want to be written to first, with ways to say yes and no. Raises DeliveryError."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that was addressed to the companion, and where its answer goes."""

    turn: Turn
    reply_to: ReplyTo
    overheard: Sequence[str] = ()
    """What others said in the channel just before, a line each; for this answer only."""


class Hears(Protocol):
    """What answers a burst: ``flows.converse``."""

    async def hear(self, burst: tuple[Incoming, ...]) -> None: ...


class Inbox:
    """Takes messages at any speed; answers each conversation in order, one burst after another.

    A burst is what the same person wrote in the same conversation while the last answer was being made.
    """

    def __init__(self, supervisor: Supervisor, converse: Hears) -> None:
        self._supervisor = supervisor
        self._converse = converse
        self._waiting: dict[str, deque[Incoming]] = {}
        self._seen: deque[str] = deque(maxlen=_REMEMBERED)

    def put(self, incoming: Incoming) -> None:
        """Queue it; returns at once. A message that comes a second time, as after a connection was lost, is not answered again."""
        message = incoming.turn.message_id
        if message in self._seen:
            return
        if message:
            self._seen.append(message)
        conversation = incoming.turn.conversation
        queue = self._waiting.get(conversation)
        if queue is None:
            queue = self._waiting[conversation] = deque([incoming])
            self._supervisor.start(self._drain(conversation, queue), name=f"inbox {conversation}", timeout=None)
        elif len(queue) >= LONGEST_QUEUE:
            log.warning("%s: %d messages are waiting, one more was dropped", conversation, len(queue))
        else:
            queue.append(incoming)

    def amend(self, conversation: str, message_id: str, text: str) -> None:
        """A message was edited, or deleted (""), that may still be waiting here."""
        queue = self._waiting.get(conversation, deque())
        amended = [replace(i, turn=replace(i.turn, text=text)) if i.turn.message_id == message_id else i for i in queue]
        queue.clear()
        queue.extend(i for i in amended if i.turn.text)

    async def idle(self) -> None:
        """Wait until everything that was put is answered."""
        await self._supervisor.idle("inbox ")

    async def _drain(self, conversation: str, queue: deque[Incoming]) -> None:
        try:
            while queue:
                # One pass of the loop, so that messages that arrived together are seen together.
                await asyncio.sleep(0)
                await self._answer(_next_burst(queue))
        finally:
            del self._waiting[conversation]

    async def _answer(self, burst: tuple[Incoming, ...]) -> None:
        """One burst that cannot be answered must not take the ones behind it along."""
        reply = _Noting(burst[-1].reply_to)
        try:
            async with asyncio.timeout(REPLY_TIMEOUT):
                await self._converse.hear((*burst[:-1], replace(burst[-1], reply_to=reply)))
        except Exception as fault:  # noqa: BLE001 - the inbox supervises bursts; a bug met by one stays its own
            log.error("a message could not be answered: %s", type(fault).__name__)
            if not reply.said:
                await _apologise(reply)


class _Noting:
    """A ``ReplyTo`` that notes whether the answer was said."""

    def __init__(self, reply_to: ReplyTo) -> None:
        self._reply_to = reply_to
        self.said = False

    def thinking(self) -> AbstractAsyncContextManager[object]:
        return self._reply_to.thinking()

    def waiting(self, ahead: int) -> None:
        self._reply_to.waiting(ahead)

    async def piece(self, text: str) -> None:
        await self._reply_to.piece(text)

    async def say(self, text: str) -> str:
        self.said = True
        return await self._reply_to.say(text)

    async def ask(self, question: str) -> None:
        await self._reply_to.ask(question)


async def _apologise(reply_to: ReplyTo) -> None:
    """Nobody is left without a word; where that does not arrive either, nothing more can be done."""
    try:
        async with asyncio.timeout(_APOLOGY_TIMEOUT):
            await reply_to.say(LOST)
    except Exception as fault:  # noqa: BLE001 - the same supervision as above
        log.error("nor could that be said: %s", type(fault).__name__)


def _next_burst(queue: deque[Incoming]) -> tuple[Incoming, ...]:
    """Take the first message and those behind it by the same person, up to somebody else's."""
    burst = [queue.popleft()]
    while queue and queue[0].turn.person == burst[0].turn.person:
        burst.append(queue.popleft())
    return tuple(burst)
