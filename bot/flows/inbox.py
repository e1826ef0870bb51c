"""Order: one reply at a time in a conversation, and a burst of messages gets one answer."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from bot.flows.supervise import Supervisor, in_words
from bot.mind.events import Turn
from bot.mind.tongue import language_of
from bot.mind.tongues import tongue_of
from bot.mind.waiting import LOST

log = logging.getLogger(__name__)

REPLY_TIMEOUT = 300.0
"""Seconds within which one burst is answered, model included."""

_APOLOGY_TIMEOUT = 30.0

LONGEST_QUEUE = 200
"""Messages waiting in one conversation; more are dropped, and the log says so."""

_REMEMBERED = 1000  # messages, to know them again

BEGINNINGS = 4
"""How often one answer is begun at most: who never stops writing is answered in between."""


Asks = Literal["memory", "reach_out"]


class ReplyTo(Protocol):
    """Where the answer to a message goes. One for each message; edges implement it."""

    def thinking(self) -> AbstractAsyncContextManager[object]:
        """Shows that an answer is being made, for as long as the context lasts."""

    def waiting(self, ahead: int) -> None:
        """Others come first, so many of them; 0 is that it is their turn. Edges show it where that is worth a word."""

    async def piece(self, text: str) -> bool:
        """A further piece of the answer, as it is written. Whether the person sees it; edges that cannot stream do nothing."""

    async def nod(self, emoji: str) -> bool:
        """An emoji under their message, instead of words. Whether they see it."""

    async def say(self, text: str) -> str:
        """The whole answer, final. Returns the platform's message id, "" where there is none. Raises DeliveryError."""

    async def ask(self, question: str, about: Asks) -> None:
        """After the answer: whether they may be remembered, or want to be written to first, with ways to say yes and no. Raises
        DeliveryError."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that was addressed to the companion, and where its answer goes."""

    turn: Turn
    reply_to: ReplyTo
    overheard: Sequence[str] = ()
    """What others said in the channel just before, a line each; for this answer only."""
    adult: bool = False
    """Whether the platform marks the place as age-restricted."""


class Hears(Protocol):
    """What answers a burst: ``flows.converse``."""

    async def hear(self, burst: tuple[Incoming, ...]) -> None: ...


class _Line:
    """One conversation: what waits in it, and what is being answered."""

    def __init__(self) -> None:
        self.waiting: deque[Incoming] = deque()
        self.free = asyncio.Event()
        """Cleared while something of it is being revised: nothing is begun meanwhile."""
        self.free.set()
        self._burst: tuple[Incoming, ...] = ()
        self._reply: _Noting | None = None
        self._work: asyncio.Task[None] | None = None
        self._begun = 0
        self._again = False

    def begin(self, burst: tuple[Incoming, ...], reply: "_Noting", work: asyncio.Task[None]) -> None:
        self._burst, self._reply, self._work = burst, reply, work
        self._begun += 1

    def end(self) -> None:
        """The work ended, or was cut short: then its burst is the first to wait again."""
        if self._again and self._work is not None and self._work.cancelled():
            self.waiting.extendleft(reversed(self._burst))
        else:
            self._begun = 0
        self._burst, self._reply, self._work, self._again = (), None, None, False

    def take_up(self, incoming: Incoming) -> None:
        """A further message. One by whoever is being answered, and has seen nothing of it yet, is answered together with the others."""
        self.waiting.append(incoming)
        person = incoming.turn.person
        if self._burst and all(i.turn.person == person for i in (*self._burst, *self.waiting)) and self._begun < BEGINNINGS:
            self._cut()

    def amend(self, message_id: str, text: str) -> None:
        self.waiting = deque(_amended(self.waiting, message_id, text))
        now = _amended(self._burst, message_id, text)
        if now != self._burst and self._cut(even=not text):
            self._burst = now

    def give_up(self) -> list[Incoming]:
        """Stop what nobody has seen anything of, and what waits behind it."""
        waiting = list(self.waiting)
        self.waiting.clear()
        if self._work is None or self._reply is None or self._reply.said:
            return waiting
        self._work.cancel()
        return [*self._burst, *waiting]

    def _cut(self, *, even: bool = False) -> bool:
        """Stop what nobody has seen anything of; ``even`` when it was begun often enough. A message without an id would be stored
        twice if it were begun anew."""
        if self._work is None or self._reply is None or self._reply.said or (self._begun >= BEGINNINGS and not even):
            return False
        if not all(i.turn.message_id for i in self._burst):
            return False
        if not self._again:
            self._again = self._work.cancel()
        return True


def _amended(burst: Sequence[Incoming], message_id: str, text: str) -> tuple[Incoming, ...]:
    now = (replace(i, turn=replace(i.turn, text=text)) if i.turn.message_id == message_id else i for i in burst)
    return tuple(i for i in now if i.turn.text)


class Inbox:
    """Takes messages at any speed; answers each conversation in order, one burst after another.

    A burst is what the same person wrote in the same conversation until they saw something of the answer: what comes while it is
    still being thought about makes it begin anew, with all of the burst in view.
    """

    def __init__(self, supervisor: Supervisor, converse: Hears) -> None:
        self._supervisor = supervisor
        self._converse = converse
        self._lines: dict[str, _Line] = {}
        self._seen: deque[str] = deque(maxlen=_REMEMBERED)

    def put(self, incoming: Incoming) -> None:
        """Queue it; returns at once. A message that comes a second time, as after a connection was lost, is not answered again."""
        message = incoming.turn.message_id
        if message in self._seen:
            return
        if message:
            self._seen.append(message)
        conversation = incoming.turn.conversation
        line = self._lines.get(conversation)
        if line is None:
            line = self._lines[conversation] = _Line()
            line.take_up(incoming)
            self._supervisor.start(self._drain(conversation, line), name=f"inbox {conversation}", timeout=None)
        elif len(line.waiting) >= LONGEST_QUEUE:
            log.warning("%s: %d messages are waiting, one more was dropped", conversation, len(line.waiting))
        else:
            line.take_up(incoming)

    @asynccontextmanager
    async def amended(self, conversation: str, message_id: str, text: str) -> AsyncIterator[None]:
        """A message was edited, or deleted (""), and while the context lasts what is stored of it is revised. One that waits here is
        answered as it is now; so is one that is being answered, as long as nothing of the answer was seen."""
        line = self._lines.get(conversation)
        if line is None:
            yield
            return
        line.free.clear()
        try:
            line.amend(message_id, text)
            yield
        finally:
            line.free.set()

    @property
    def waiting(self) -> int:
        """Messages in line, those being answered not counted."""
        return sum(len(line.waiting) for line in self._lines.values())

    def give_up(self) -> tuple[Incoming, ...]:
        """All of which nobody has seen an answer yet, in the order of each conversation. None of it is answered any more."""
        return tuple(incoming for line in self._lines.values() for incoming in line.give_up())

    async def idle(self) -> None:
        """Wait until everything that was put is answered."""
        await self._supervisor.idle("inbox ")

    async def _drain(self, conversation: str, line: _Line) -> None:
        try:
            while line.waiting:
                # One pass of the loop, so that messages that arrived together are seen together.
                await asyncio.sleep(0)
                await line.free.wait()
                if not (burst := _next_burst(line.waiting)):
                    break  # all that waited was deleted
                reply = _Noting(burst[-1].reply_to)
                work = self._supervisor.start(self._answer(burst, reply), name=f"inbox {conversation}: answer", timeout=None)
                line.begin(burst, reply, work)
                await asyncio.wait([work])
                line.end()
        finally:
            del self._lines[conversation]

    async def _answer(self, burst: tuple[Incoming, ...], reply: "_Noting") -> None:
        """One burst that cannot be answered must not take the ones behind it along."""
        try:
            async with asyncio.timeout(REPLY_TIMEOUT):
                await self._converse.hear((*burst[:-1], replace(burst[-1], reply_to=reply)))
        except Exception as fault:  # noqa: BLE001 - the inbox supervises bursts; a bug met by one stays its own
            log.error("a message could not be answered: %s", in_words(fault))
            if not reply.said:
                await _apologise(reply, burst[-1].turn.text)


class _Noting:
    """A ``ReplyTo`` that notes whether anything of the answer was seen, or is on its way."""

    def __init__(self, reply_to: ReplyTo) -> None:
        self._reply_to = reply_to
        self.said = False

    def thinking(self) -> AbstractAsyncContextManager[object]:
        return self._reply_to.thinking()

    def waiting(self, ahead: int) -> None:
        self._reply_to.waiting(ahead)

    async def piece(self, text: str) -> bool:
        seen = await self._reply_to.piece(text)
        self.said = self.said or seen
        return seen

    async def nod(self, emoji: str) -> bool:
        self.said = await self._reply_to.nod(emoji)
        return self.said

    async def say(self, text: str) -> str:
        self.said = True
        return await self._reply_to.say(text)

    async def ask(self, question: str, about: Asks) -> None:
        await self._reply_to.ask(question, about)


async def _apologise(reply_to: ReplyTo, text: str) -> None:
    """Nobody is left without a word in their language; where that does not arrive either, nothing more can be done."""
    try:
        async with asyncio.timeout(_APOLOGY_TIMEOUT):
            await reply_to.say(tongue_of(language_of(text))(LOST))
    except Exception as fault:  # noqa: BLE001 - the same supervision as above
        log.error("nor could that be said: %s", in_words(fault))


def _next_burst(queue: deque[Incoming]) -> tuple[Incoming, ...]:
    """Take the first message and those behind it by the same person, up to somebody else's; nothing when nothing waits."""
    burst = [queue.popleft()] if queue else []
    while queue and queue[0].turn.person == burst[0].turn.person:
        burst.append(queue.popleft())
    return tuple(burst)
