"""Order and bursts."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest

from bot.errors import DeliveryError, ModelFailed
from bot.flows import inbox as inbox_module
from bot.flows.inbox import LONGEST_QUEUE, Inbox, Incoming
from bot.flows.supervise import Supervisor
from bot.mind.events import Turn
from bot.mind.waiting import LOST
from tests.flows.household import Channel


class Hearer:
    """Notes what it heard; waits at ``gate`` where there is one; raises what ``fails`` gives for a text."""

    def __init__(self) -> None:
        self.heard: list[list[str]] = []
        self.gate: asyncio.Event | None = None
        self.fails: Callable[[str], Exception | None] = lambda text: None

    async def hear(self, burst: tuple[Incoming, ...]) -> None:
        texts = [i.turn.text for i in burst]
        self.heard.append(texts)
        if self.gate is not None:
            await self.gate.wait()
        if fault := self.fails(texts[0]):
            raise fault


def message(text: str, person: str = "a", conversation: str = "c") -> Incoming:
    return Incoming(
        Turn(person=person, speaker=person, text=text, said_at=datetime(2026, 3, 2, tzinfo=UTC), audience="server:1", conversation=conversation), Channel()
    )


async def test_what_arrives_together_is_one_burst_and_what_comes_meanwhile_the_next() -> None:
    hearer = Hearer()
    async with Supervisor() as supervisor:
        inbox = Inbox(supervisor, hearer)
        hearer.gate = asyncio.Event()
        for n in range(3):
            inbox.put(message(str(n)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        for n in range(3, 50):
            inbox.put(message(str(n)))
        hearer.gate.set()
        await inbox.idle()
    assert hearer.heard == [["0", "1", "2"], [str(n) for n in range(3, 50)]]


async def test_conversations_do_not_wait_for_one_another() -> None:
    hearer = Hearer()
    async with Supervisor() as supervisor:
        inbox = Inbox(supervisor, hearer)
        hearer.gate = asyncio.Event()
        for conversation in "xyz":
            inbox.put(message(conversation, conversation=conversation))
        for _ in range(4):
            await asyncio.sleep(0)
        assert hearer.heard == [["x"], ["y"], ["z"]]
        hearer.gate.set()
        await inbox.idle()


async def test_people_are_never_mixed_and_keep_their_order() -> None:
    hearer = Hearer()
    async with Supervisor() as supervisor:
        inbox = Inbox(supervisor, hearer)
        for n, person in enumerate("aabba"):
            inbox.put(message(f"{person}{n}", person))
        await inbox.idle()
    assert hearer.heard == [["a0", "a1"], ["b2", "b3"], ["a4"]]


@pytest.mark.parametrize("fault", [ModelFailed("x"), TimeoutError(), KeyError("a bug"), ValueError("another")])
async def test_one_that_cannot_be_answered_takes_no_other_along(fault: Exception) -> None:
    hearer = Hearer()
    hearer.fails = lambda text: fault if text == "bad" else None
    async with Supervisor() as supervisor:
        inbox = Inbox(supervisor, hearer)
        inbox.put(message("bad", "a"))
        inbox.put(message("good", "b"))
        await inbox.idle()
        inbox.put(message("later", "a"))
        await inbox.idle()
    assert hearer.heard == [["bad"], ["good"], ["later"]]


async def test_an_answer_that_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_module, "REPLY_TIMEOUT", 0.0)
    hearer = Hearer()
    async with Supervisor() as supervisor:
        inbox = Inbox(supervisor, hearer)
        hearer.gate = asyncio.Event()
        inbox.put(hangs := message("hangs", "a"))
        inbox.put(message("next", "b"))
        await inbox.idle()
    assert cast(Channel, hangs.reply_to).said == [LOST]
    assert hearer.heard == [["hangs"], ["next"]]


@pytest.mark.parametrize("fault", [ModelFailed("x"), KeyError("a bug")])
async def test_nobody_is_left_without_a_word(fault: Exception) -> None:
    hearer = Hearer()
    hearer.fails = lambda text: fault
    async with Supervisor() as supervisor:
        inbox = Inbox(supervisor, hearer)
        inbox.put(lost := message("bad"))
        await inbox.idle()
        inbox.put(deaf := message("worse"))
        cast(Channel, deaf.reply_to).fails = DeliveryError("closed")
        await inbox.idle()
    assert cast(Channel, lost.reply_to).said == [LOST] and not cast(Channel, deaf.reply_to).said


async def test_who_has_an_answer_hears_nothing_of_what_fails_behind_it() -> None:
    class Talker(Hearer):
        async def hear(self, burst: tuple[Incoming, ...]) -> None:
            await burst[-1].reply_to.say("fine")
            await super().hear(burst)

    hearer = Talker()
    hearer.fails = lambda text: KeyError("a bug")
    async with Supervisor() as supervisor:
        inbox = Inbox(supervisor, hearer)
        inbox.put(answered := message("hello"))
        await inbox.idle()
    assert cast(Channel, answered.reply_to).said == ["fine"]


async def test_a_flood_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    hearer = Hearer()
    async with Supervisor() as supervisor:
        inbox = Inbox(supervisor, hearer)
        for n in range(LONGEST_QUEUE + 50):
            inbox.put(message(f"secret{n}"))
        await inbox.idle()
    assert [len(burst) for burst in hearer.heard] == [LONGEST_QUEUE]
    assert "dropped" in caplog.text and "secret" not in caplog.text


async def test_a_message_that_comes_twice_is_heard_once() -> None:
    hearer = Hearer()
    async with Supervisor() as supervisor:
        inbox = Inbox(supervisor, hearer)
        for number in ("1", "2", "1"):
            incoming = message(number)
            inbox.put(replace(incoming, turn=replace(incoming.turn, message_id=number)))
            await inbox.idle()
    assert hearer.heard == [["1"], ["2"]]
