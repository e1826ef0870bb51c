"""The way of one permitted message: found a way to them, words, claim, send, remember."""

import asyncio
import logging
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import CannotReach, DeliveryError, OldfriendError, PlaceClosed, TooFast
from bot.flows.consents import Consents
from bot.flows.history import History
from bot.flows.standing import Bench, Case
from bot.mind.events import Memory, Place, Proposal, Turn, Unprompted, is_private, private_audience
from bot.mind.house_rules import house_rules
from bot.mind.nudge import faults
from bot.mind.restraint import Drop, Speak, Wait, topic_of
from bot.mind.turn_taking import Dial
from bot.ports import Clock, Memories, Messenger, Outbox, People, Turns

log = logging.getLogger(__name__)

WORDS_TIMEOUT = 120.0
"""Seconds that the words may take before the persona's own lines are used."""

TRY_AGAIN = timedelta(minutes=10)
"""After an outage."""

LOOK_AGAIN = timedelta(hours=24)
"""After a channel was found closed."""

NOT_SPOKEN_TO = "In the channel where you told me I am to speak only when I am spoken to."
SLOWER = "I was opening too many conversations at once."
CLOSED = "Your messages are closed to me."


class Words(Protocol):
    """Finds the words for an unprompted message."""

    async def write(self, proposal: Proposal, memory: Memory, now: datetime, place: Place) -> str:
        """What to say there for this proposal, which came from this memory. May raise OldfriendError."""


class Delivery:
    """Sends what was permitted, once. ``words`` makes the first draft; ``plain_words`` is used where that fails or must not be sent."""

    def __init__(
        self, *, bench: Bench, consents: Consents, history: History, clock: Clock, people: People, memories: Memories,
        outbox: Outbox, turns: Turns, messenger: Messenger, words: Words, plain_words: Words, name: str,
    ) -> None:
        self._bench = bench
        self._consents = consents
        self._history = history
        self._clock = clock
        self._people = people
        self._memories = memories
        self._outbox = outbox
        self._turns = turns
        self._messenger = messenger
        self._words = words
        self._plain_words = plain_words
        self._name = name
        self._slow_until: datetime | None = None
        """Set when the platform said that conversations are opened too fast: it means us, not one person."""

    async def way_to(self, case: Case) -> Place | Wait | Drop:
        """Where it is to be said, found before words are made; or why there is no way now. An outage postpones, and loses nothing.

        What belongs in a channel that is closed waits for it, and is not said elsewhere instead.
        """
        place = await self._outbox.place(case.proposal.person, case.proposal.memory)
        try:
            return await (self._private(case.proposal.person) if place is None else self._visited(case.proposal, place))
        except DeliveryError as fault:
            self._heed(fault)
            return Wait(self._clock.now() + TRY_AGAIN, "I could not get through to you just then.")

    async def _private(self, person: str) -> Place | Wait | Drop:
        if self._slow_until is not None and self._clock.now() < self._slow_until:
            return Wait(self._slow_until, SLOWER)
        try:
            conversation = await self._messenger.conversation(person)
        except CannotReach:
            await self._consents.change(person, lambda c: replace(c, unreachable=True))
            return Drop(CLOSED)
        await self._consents.change(person, lambda c: replace(c, conversation=conversation))
        return Place(conversation=conversation, audience=private_audience(person))

    async def _visited(self, proposal: Proposal, place: Place) -> Place | Wait:
        later = min(self._clock.now() + LOOK_AGAIN, proposal.closes)
        try:
            channels = await self._messenger.visit(proposal.person, place)
        except PlaceClosed as closed:
            return Wait(later, str(closed))
        dial = house_rules(await self._people.settings(place.audience)).dial_in(channels, self._clock.now())
        return Wait(later, NOT_SPOKEN_TO) if dial in (None, Dial.LURKER) else place

    async def find_words(self, proposal: Proposal, memory: Memory, place: Place) -> str:
        """Words that may be sent, whatever happens."""
        now = self._clock.now()
        try:
            async with asyncio.timeout(WORDS_TIMEOUT):
                text = (await self._words.write(proposal, memory, now, place)).strip()
        except (OldfriendError, TimeoutError) as fault:
            log.warning("proposal %d: no words were found (%s); the persona's own are used", proposal.id, type(fault).__name__)
            text = ""
        return text if not faults(text) else await self._plain_words.write(proposal, memory, now, place)

    async def claim_and_send(self, case: Case, place: Place, text: str) -> None:
        """At most one message; when another process is about to send one to the same person, the first row goes."""
        claimed = await self._outbox.claim(Unprompted(
            person=case.proposal.person, conversation=place.conversation, proposal=case.proposal.id,
            memory=case.proposal.memory, nonce=secrets.token_hex(12), reason=case.proposal.reason,
            at=self._clock.now(), text=text, audience="" if is_private(place.audience) else place.audience,
        ))
        if claimed is None:
            log.info("proposal %d: another process has it, it was deleted, or they chose another place", case.proposal.id)
            return
        # Another process may have claimed a different proposal for the same person; of two, the first one goes.
        again = await self._bench.look_at(case.proposal.id, but=claimed)
        if again is None or not isinstance(again.verdict, Speak):
            await self._outbox.settle(claimed.id, "failed")
            if again is not None:
                await self._bench.record(again, "drop", again.verdict.reason)
            return
        await self._send(again, claimed)

    async def _send(self, case: Case, claimed: Unprompted) -> None:
        """From here a crash leaves the row claimed: the message is lost then, since it may have been delivered."""
        await self._history.note(claimed, topic_of(case.proposal, case.memory), case.consent)
        try:
            message_id = await self._messenger.send(claimed)
        except PlaceClosed as closed:
            await self._fail(case, claimed, str(closed))
        except CannotReach:
            await self._fail(case, claimed, CLOSED)
            await self._consents.change(case.proposal.person, lambda c: replace(c, unreachable=True))
        except DeliveryError as fault:
            self._heed(fault)
            await self._fail(case, claimed, "It could not be delivered, and I do not try twice.")
        else:
            await self._outbox.settle(claimed.id, "sent", claimed.text)
            await self._bench.record(case, "speak", case.proposal.reason, claimed)
            await self._remember_saying(claimed, message_id)

    def _heed(self, fault: DeliveryError) -> None:
        if isinstance(fault, TooFast):
            self._slow_until = self._clock.now() + TRY_AGAIN

    async def _fail(self, case: Case, claimed: Unprompted, reason: str) -> None:
        await self._outbox.settle(claimed.id, "failed")
        await self._history.strike(claimed)
        await self._bench.record(case, "drop", reason)

    async def _remember_saying(self, sent: Unprompted, message_id: str) -> None:
        """It is part of the conversation. Where that is may have become known only when it was sent."""
        consent = await self._people.consent(sent.person)
        await self._turns.add(Turn(
            person=sent.person, speaker=self._name, text=sent.text, said_at=sent.at, by_bot=True,
            audience=sent.audience or private_audience(sent.person), conversation=sent.conversation or consent.conversation,
            message_id=message_id, recalled=(sent.memory,),
        ))
