"""The inbox against a plain list: whatever arrives, comes twice, is edited or deleted, in any order, is answered once and in its order."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.flows.inbox import Inbox, Incoming
from bot.flows.supervise import Supervisor
from bot.mind.events import Turn
from tests.fakes.clock import START
from tests.flows.household import Channel

people = st.sampled_from(["ann", "ben"])
conversations = st.sampled_from(["dm", "lounge"])
places = st.integers(0, 11)


class Slow:
    """Answers when it is allowed to, one burst at a time; what was answered, by conversation."""

    def __init__(self) -> None:
        self.allowed = asyncio.Semaphore(0)
        self.answered: dict[str, list[tuple[tuple[str, str], ...]]] = {}

    async def hear(self, burst: tuple[Incoming, ...]) -> None:
        await self.allowed.acquire()
        await burst[-1].reply_to.say("an answer")
        self.answered.setdefault(burst[0].turn.conversation, []).append(tuple((i.turn.message_id, i.turn.text) for i in burst))


class InboxMachine(RuleBasedStateMachine):
    """``said``: conversation -> the messages in order, as [id, text, person]; a deleted one has no text."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.stack = AsyncExitStack()
        self.said: dict[str, list[list[str]]] = {"dm": [], "lounge": []}
        self.slow = Slow()
        self.inbox = Inbox(self.do(self.stack.enter_async_context(Supervisor())), self.slow)

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        for _ in range(200):
            self.slow.allowed.release()
        self.do(self.inbox.idle())
        self.everything_is_answered_once_and_in_order()
        self.do(self.stack.aclose())
        self.loop.close()

    async def put(self, number: int, person: str, conversation: str) -> None:
        name = f"{conversation}{number}"
        turn = Turn(person=person, speaker=person, text=f"text {name}", said_at=START, audience="server:1", conversation=conversation, message_id=name)
        self.inbox.put(Incoming(turn, Channel()))

    async def settle(self) -> None:
        for _ in range(6):
            await asyncio.sleep(0)

    @rule(person=people, conversation=conversations, at_once=st.integers(1, 3))
    def say(self, person: str, conversation: str, at_once: int) -> None:
        self.do(self.arrive(person, conversation, at_once))

    async def arrive(self, person: str, conversation: str, at_once: int) -> None:
        for _ in range(at_once):
            number = len(self.said[conversation])
            self.said[conversation].append([f"{conversation}{number}", f"text {conversation}{number}", person])
            await self.put(number, person, conversation)
        await self.settle()

    @rule(conversation=conversations, place=places)
    def deliver_again(self, conversation: str, place: int) -> None:
        for message in self.said[conversation][place : place + 1]:
            self.do(self.put(place, message[2], conversation))

    @rule(conversation=conversations, place=places, text=st.sampled_from(["", "other words"]))
    def edit_or_delete(self, conversation: str, place: int, text: str) -> None:
        """What was answered already is not answered anew."""
        for message in self.said[conversation][place : place + 1]:
            if message[0] not in self.done(conversation) and message[1]:
                message[1] = text
                self.do(self.amend(conversation, message[0], text))

    async def amend(self, conversation: str, message: str, text: str) -> None:
        async with self.inbox.amended(conversation, message, text):
            await asyncio.sleep(0)
        await self.settle()

    @rule()
    def answer_one(self) -> None:
        self.slow.allowed.release()
        self.do(self.settle())

    def done(self, conversation: str) -> list[str]:
        return [name for burst in self.slow.answered.get(conversation, []) for name, _ in burst]

    @invariant()
    def nothing_is_answered_twice_or_out_of_order(self) -> None:
        for conversation, messages in self.said.items():
            done = self.done(conversation)
            assert done == [message[0] for message in messages if message[0] in done]
            for burst in self.slow.answered.get(conversation, []):
                assert len({message[2] for message in messages if (message[0], message[1]) in burst or message[0] in dict(burst)}) == 1

    def everything_is_answered_once_and_in_order(self) -> None:
        for conversation, messages in self.said.items():
            answered = [pair for burst in self.slow.answered.get(conversation, []) for pair in burst]
            texts = dict(answered)
            expected = [message[0] for message in messages if message[1] or message[0] in texts]
            assert [name for name, _ in answered] == expected
            assert all(texts[message[0]] == message[1] for message in messages if message[1])
        assert self.inbox.waiting == 0


TestInboxMachine = InboxMachine.TestCase
TestInboxMachine.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
